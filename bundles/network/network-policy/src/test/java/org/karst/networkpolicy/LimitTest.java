package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.pipeline.AppliedPolicies;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Subject;
import org.karst.testing.Run;

/** More rules than a switch has room for allow less, are told, and disturb nobody else. */
class LimitTest {
    private static final int EACH = 2_100;
    private static final AttachmentKey WEB = new AttachmentKey("a", "container-x/web", "eth0");

    /** A policy for pod x/web with rules of a port each. */
    private static String policy(String name, int firstPort, int rules) {
        String list = IntStream.range(firstPort, firstPort + rules)
                .mapToObj(port -> "{ports: [{port: " + port + "}]}")
                .collect(Collectors.joining(", "));
        return "{metadata: {namespace: x, name: " + name
                + "}, spec: {podSelector: {matchLabels: {app: web}}, ingress: [" + list + "]}}";
    }

    private static Judgement ask(Run run, int port) {
        return ask(run, "10.128.0.6", port);
    }

    private static Judgement ask(Run run, String source, int port) {
        Connection connection = new Connection(Ip.parse(source), Ip.parse("10.128.0.5"), Connection.TCP, 30_000, port);
        return run.inspect(inspection ->
                        inspection.read(view -> Judge.ask(view, new Subject(WEB, Direction.INGRESS), connection)))
                .get(Slot.INGRESS_POLICY);
    }

    private static List<String> ofWeb(Run run) {
        return run.flows("a").stream()
                .filter(flow -> flow.startsWith("table=INGRESS") && flow.contains("nw_dst=10.128.0.5 "))
                .toList();
    }

    private static long clauses(Run run) {
        return ofWeb(run).stream()
                .filter(flow -> flow.startsWith("table=INGRESS_RULES"))
                .flatMap(flow -> List.of(flow.split("conjunction", -1)).stream().skip(1))
                .count();
    }

    @Test
    void theRulesOfAPolicyThatAreTooManyAllowNothing() {
        try (Run run = Run.of(NetworkPolicyTest.cluster(), new NetworkPolicyFeature())) {
            run.remove(Policies.POLICIES.table(), new PodKey("x", "web"));
            run.step(NetworkPolicyTest.cluster()
                    .object(Policies.POLICIES, policy("web", 1_000, 5_000))
                    .all());
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> {
                assertThat(event.reason()).isEqualTo("InvalidRule");
                assertThat(event.message())
                        .isEqualTo("spec.ingress has 5000 rules, and a switch has room for 4090; spec.ingress[4090] and"
                                + " what follows allow nothing");
            });
            assertThat(clauses(run)).isEqualTo(Room.MOST_CLAUSES);
            assertThat(ask(run, 1_000 + 4_089).outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(ask(run, 1_000 + 4_090).outcome()).isEqualTo(Outcome.DENY);
            assertThat(run.inspect(Inspection::failures)).isEmpty();
        }
    }

    @Test
    void policiesThatTogetherSayTooMuchAllowNothingUntilOneGoes() {
        try (Run run = Run.of(
                NetworkPolicyTest.cluster()
                        .object(Policies.POLICIES, policy("more", 1_000, 3_000))
                        .object(Policies.POLICIES, policy("most", 10_000, 3_000)),
                new NetworkPolicyFeature())) {
            assertThat(run.wanted(EventItem.class))
                    .extracting(EventItem::name, EventItem::reason)
                    .contains(tuple("more", "TooManyRules"), tuple("most", "TooManyRules"));
            assertThat(ofWeb(run))
                    .as("isolated, and nothing is allowed to it")
                    .anyMatch(flow -> flow.startsWith("table=INGRESS_SUBJECTS,priority=100"))
                    .noneMatch(flow -> flow.startsWith("table=INGRESS_RULES"));
            Judgement denied = ask(run, 1_000);
            assertThat(denied.outcome()).isEqualTo(Outcome.DENY);
            assertThat(denied.reason()).startsWith("spec.ingress: 6002 different rules of all policies together");
            AppliedPolicies applied = run.inspect(inspection ->
                    inspection.read(view -> PolicyJudge.of(Direction.INGRESS).applied(view, WEB)));
            assertThat(applied.policies()).isNotEmpty().allSatisfy(policy -> assertThat(policy.problems())
                    .anyMatch(problem -> problem.contains("a switch has room for 4090")));
            assertThat(run.inspect(Inspection::failures)).isEmpty();

            run.remove(Policies.POLICIES.table(), new PodKey("x", "most"));
            assertThat(run.wanted(EventItem.class))
                    .noneMatch(event -> event.reason().equals("TooManyRules"));
            assertThat(clauses(run)).isEqualTo(3_002);
            assertThat(ask(run, 1_000).outcome()).isEqualTo(Outcome.ALLOW);
        }
    }

    /** A policy for the pods of namespace x with a label, with rules of a block and a port each. */
    private static String admitting(String app, IntFunction<String> block, IntUnaryOperator port, int from, int to) {
        String list = IntStream.range(from, to)
                .mapToObj(i -> "{from: [{ipBlock: {cidr: " + block.apply(i) + "}}], ports: [{port: "
                        + port.applyAsInt(i) + "}]}")
                .collect(Collectors.joining(", "));
        return "{metadata: {namespace: x, name: to-" + app + "}, spec: {podSelector: {matchLabels: {app: " + app
                + "}}, ingress: [" + list + "]}}";
    }

    /** Two pods of a node, whose grants have something in common, together more than fit into one flow. */
    private static Run crowdedNode(IntFunction<String> block, IntUnaryOperator port) {
        Run run = Run.of(NetworkPolicyTest.cluster(), new NetworkPolicyFeature());
        run.remove(Policies.POLICIES.table(), new PodKey("x", "web"));
        run.step(NetworkPolicyTest.cluster()
                .object(Policies.POLICIES, admitting("web", block, port, 0, EACH))
                .object(Policies.POLICIES, admitting("client", block, port, EACH, 2 * EACH))
                .all());
        return run;
    }

    private static int clausesOf(Run run, String match) {
        return run.flows("a").stream()
                .filter(flow -> flow.startsWith("table=INGRESS_RULES") && flow.contains(match))
                .mapToInt(flow -> flow.split("conjunction", -1).length - 1)
                .max()
                .orElse(0);
    }

    private static void requireTold(Run run, String what) {
        assertThat(run.inspect(Inspection::failures)).isEmpty();
        assertThat(run.wanted(EventItem.class)).isNotEmpty().allSatisfy(event -> {
            assertThat(event.reason()).isEqualTo("TooManyRules");
            assertThat(event.name()).startsWith("to-");
            assertThat(event.message())
                    .matches("spec\\.ingress\\[[0-9]+]: .*")
                    .contains("that name " + what + " are more than the 4090 for which the switch of node a has room");
        });
    }

    @Test
    void onePortThatTooManyRulesNameServesTheFirst() {
        IntFunction<String> block = i -> "20." + i / 250 + "." + i % 250 + ".0/24";
        try (Run run = crowdedNode(block, i -> 443)) {
            requireTold(run, "TCP:443");
            assertThat(clausesOf(run, "tcp_dst=443")).isEqualTo(Room.MOST_CLAUSES);
            List<Judgement> judgements = IntStream.range(0, EACH)
                    .filter(i -> i % 15 == 0)
                    .mapToObj(i -> ask(run, block.apply(i).replace(".0/24", ".7"), 443))
                    .toList();
            assertThat(judgements)
                    .filteredOn(judgement -> judgement.outcome() == Outcome.ALLOW)
                    .isNotEmpty();
            assertThat(judgements)
                    .filteredOn(judgement -> judgement.outcome() == Outcome.DENY)
                    .allSatisfy(judgement -> assertThat(judgement.reason()).contains("that name TCP:443"));
            run.remove(Policies.POLICIES.table(), new PodKey("x", "to-client"));
            assertThat(run.wanted(EventItem.class)).isEmpty();
            assertThat(clausesOf(run, "tcp_dst=443")).isEqualTo(EACH);
        }
    }

    @Test
    void peersThatTooManyRulesNameAreAdmittedByTheFirst() {
        try (Run run = crowdedNode(i -> "30.0.0.0/8", i -> 1_000 + i)) {
            requireTold(run, "the same peers");
            assertThat(clausesOf(run, "nw_src=30.0.0.0/8")).isEqualTo(Room.MOST_CLAUSES);
            List<Judgement> judgements = IntStream.range(0, EACH)
                    .filter(i -> i % 15 == 0)
                    .mapToObj(i -> ask(run, "30.1.2.3", 1_000 + i))
                    .toList();
            assertThat(judgements)
                    .filteredOn(judgement -> judgement.outcome() == Outcome.ALLOW)
                    .isNotEmpty();
            run.remove(Policies.POLICIES.table(), new PodKey("x", "to-web"));
            assertThat(run.wanted(EventItem.class)).isEmpty();
            assertThat(clausesOf(run, "nw_src=30.0.0.0/8")).isEqualTo(EACH);
        }
    }
}
