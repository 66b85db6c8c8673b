package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
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
        Connection connection =
                new Connection(Ip.parse("10.128.0.6"), Ip.parse("10.128.0.5"), Connection.TCP, 30_000, port);
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
            assertThat(clauses(run)).isEqualTo(PolicyStage.MOST_CLAUSES);
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
}
