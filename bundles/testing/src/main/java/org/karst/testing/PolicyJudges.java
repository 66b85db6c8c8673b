package org.karst.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;

/** What judges say of every pod of a {@link PolicyWorld} with every other end, at every port. */
public final class PolicyJudges {
    private static final int[] PORTS = {80, 81, 8080, 8083, 9000, 31_000};
    private static final List<String> OUTSIDE =
            List.of("192.0.2.70", "192.0.2.100", "198.51.100.1", "2001:db8::1", "2001:db8::2");
    private static final Map<String, Integer> NUMBERS =
            Map.of("TCP", Connection.TCP, "UDP", Connection.UDP, "SCTP", Connection.SCTP, "ICMP", Connection.ICMP);

    private final PolicyWorld world;
    private final Documentation documentation;

    /** What the documentation says, and how it is written. */
    public interface Documentation {
        /** What is to be said of a connection of a pod in a direction, and by which rules. */
        String expected(Pod pod, End peer, Direction direction, String protocol, int port);

        /** The same of what the last judge said that was asked. */
        String written(Pod pod, Direction direction, Judgement judgement);
    }

    public PolicyJudges(PolicyWorld world, Documentation documentation) {
        this.world = world;
        this.documentation = documentation;
    }

    /** Where the judges of a run say something else than the documentation. */
    public List<String> differences(Run run) {
        return run.inspect(inspection -> inspection.read(view -> {
            List<String> differences = new ArrayList<>();
            for (Pod pod : world.pods().values()) {
                for (Ip own : pod.addresses()) {
                    ends(own.family()).forEach(end -> check(view, pod, own, end, differences));
                }
            }
            return differences;
        }));
    }

    private List<End> ends(Family family) {
        List<End> ends = new ArrayList<>();
        world.pods().values().forEach(pod -> pod.addresses().forEach(ip -> ends.add(new End(ip, Optional.of(pod)))));
        world.nodes().values().forEach(all -> all.forEach(ip -> ends.add(new End(ip, Optional.empty()))));
        OUTSIDE.forEach(text -> ends.add(new End(Ip.parse(text), Optional.empty())));
        ends.removeIf(end -> end.address().family() != family);
        return ends;
    }

    private void check(View view, Pod pod, Ip own, End end, List<String> differences) {
        for (String protocol : NUMBERS.keySet()) {
            for (int port : protocol.equals("ICMP") ? new int[] {0} : PORTS) {
                for (Direction direction : Direction.values()) {
                    Connection connection =
                            switch (direction) {
                                case EGRESS -> connection(own, end.address(), protocol, port);
                                case INGRESS -> connection(end.address(), own, protocol, port);
                            };
                    String expected = documentation.expected(pod, end, direction, protocol, port);
                    String judged = documentation.written(pod, direction, judged(view, pod, direction, connection));
                    if (!judged.equals(expected)) {
                        differences.add(pod.key() + " " + end.address() + " " + protocol + " " + port + " " + direction
                                + ": " + judged + ", not " + expected);
                    }
                }
            }
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

    private static Judgement judged(View view, Pod pod, Direction direction, Connection connection) {
        Subject subject = view.find(World.ATTACHMENTS_BY_POD, new PodKey(pod.namespace(), pod.name())).stream()
                .map(key -> new Subject(key, direction))
                .findFirst()
                .orElseThrow();
        return Judge.ask(view, subject, connection).values().stream()
                .reduce((first, last) -> last)
                .orElseThrow();
    }
}
