package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.networkpolicy.Oracle.End;
import org.karst.networkpolicy.Oracle.Pod;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;
import org.karst.testing.Run;

/** Every pod with every other end, at every port: the judges say what the documentation says, and name the rules that it has. */
final class JudgeCheck {
    private static final int[] PORTS = {80, 81, 8080, 8083, 9000, 31_000};
    private static final List<String> OUTSIDE =
            List.of("192.0.2.70", "192.0.2.100", "198.51.100.1", "2001:db8::1", "2001:db8::2");
    private static final Map<String, Integer> NUMBERS =
            Map.of("TCP", Connection.TCP, "UDP", Connection.UDP, "SCTP", Connection.SCTP, "ICMP", Connection.ICMP);

    private final Oracle oracle;
    private final Run run;

    JudgeCheck(Oracle oracle, Run run) {
        this.oracle = oracle;
        this.run = run;
    }

    void all(String context) {
        List<String> wrong = run.inspect(inspection -> inspection.read(view -> {
            List<String> differences = new ArrayList<>();
            for (Pod pod : oracle.pods.values()) {
                for (Ip own : pod.addresses()) {
                    ends(own.family()).forEach(end -> check(view, pod, own, end, differences));
                }
            }
            return differences;
        }));
        assertThat(wrong).as(context).isEmpty();
    }

    private List<End> ends(Family family) {
        List<End> ends = new ArrayList<>();
        oracle.pods.values().forEach(pod -> pod.addresses().forEach(ip -> ends.add(new End(ip, Optional.of(pod)))));
        oracle.nodes.values().forEach(all -> all.forEach(ip -> ends.add(new End(ip, Optional.empty()))));
        OUTSIDE.forEach(text -> ends.add(new End(Ip.parse(text), Optional.empty())));
        ends.removeIf(end -> end.address().family() != family);
        return ends;
    }

    private void check(View view, Pod pod, Ip own, End end, List<String> differences) {
        for (String protocol : NUMBERS.keySet()) {
            for (int port : protocol.equals("ICMP") ? new int[] {0} : PORTS) {
                String what = pod.key() + " " + end.address() + " " + protocol + " " + port + " ";
                compare(
                        what + "egress",
                        judged(view, pod, Direction.EGRESS, connection(own, end.address(), protocol, port)),
                        expected(pod, end, end.pod(), Direction.EGRESS, protocol, port),
                        differences);
                compare(
                        what + "ingress",
                        judged(view, pod, Direction.INGRESS, connection(end.address(), own, protocol, port)),
                        expected(pod, end, Optional.of(pod), Direction.INGRESS, protocol, port),
                        differences);
            }
        }
    }

    private static void compare(String what, String judged, String expected, List<String> differences) {
        if (!judged.equals(expected)) {
            differences.add(what + ": " + judged + ", not " + expected);
        }
    }

    private static Connection connection(Ip source, Ip destination, String protocol, int port) {
        boolean icmp = protocol.equals("ICMP");
        boolean v6 = source.family() == Family.IPV6;
        return new Connection(
                source,
                destination,
                icmp && v6 ? Connection.ICMPV6 : NUMBERS.get(protocol),
                icmp ? v6 ? 128 : 8 : 30_000,
                port);
    }

    private static String judged(View view, Pod pod, Direction direction, Connection connection) {
        Subject subject =
                view.find(World.ATTACHMENTS_BY_POD, new org.karst.model.PodKey(pod.namespace(), pod.name())).stream()
                        .map(key -> new Subject(key, direction))
                        .findFirst()
                        .orElseThrow();
        Judgement judgement = Judge.ask(view, subject, connection).values().stream()
                .reduce((first, last) -> last)
                .orElseThrow();
        if (judgement.outcome() == Outcome.DENY) {
            boolean named = !judgement.rules().isEmpty()
                    && judgement.rules().stream()
                            .allMatch(rule -> rule.index().isEmpty()
                                    && rule.acl()
                                            .equals("NP:" + pod.namespace() + ":" + RuleReference.word(direction)));
            return named ? "DENY" : "DENY " + judgement.rules();
        }
        return judgement.outcome()
                + judgement.rules().stream()
                        .map(rule -> " " + rule.namespace() + "/" + rule.name() + "["
                                + rule.index().orElseThrow() + "]")
                        .reduce("", String::concat);
    }

    private String expected(
            Pod pod, End end, Optional<Pod> destination, Direction direction, String protocol, int port) {
        boolean ingress = direction == Direction.INGRESS;
        Optional<List<String>> rules =
                oracle.rules(ingress ? "Ingress" : "Egress", pod, end, destination, protocol, port);
        if (rules.isEmpty()) {
            return "NOT_SUBJECT";
        }
        boolean own = ingress && oracle.nodes.get(pod.node()).contains(end.address());
        boolean itself = end.pod().filter(pod::equals).isPresent();
        if (own || itself) {
            return "ALLOW";
        }
        return rules.get().isEmpty() ? "DENY" : "ALLOW " + String.join(" ", rules.get());
    }
}
