package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Subject;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.Edit;
import org.karst.testing.Run;

/** What a judge says beside yes and no; {@link TruthTest} holds the decisions against the switches. */
class JudgeTest {
    private static final Subject WEB = subject("a", "x/web");

    private static Subject subject(String node, String pod) {
        return new Subject(new AttachmentKey(node, "container-" + pod, "eth0"), Direction.INGRESS);
    }

    private static Connection tcp(String source, String destination, int port) {
        return new Connection(Ip.parse(source), Ip.parse(destination), Connection.TCP, 30_000, port);
    }

    private static Judgement ask(Run run, Subject subject, Connection connection) {
        SortedMap<Slot, Judgement> said =
                run.inspect(inspection -> inspection.read(view -> Judge.ask(view, subject, connection)));
        assertThat(said).containsOnlyKeys(Slot.INGRESS_POLICY);
        return said.get(Slot.INGRESS_POLICY);
    }

    @Test
    void everyRuleThatAllowsIsNamedInOrder() {
        String wide =
                """
                metadata: {namespace: x, name: a-name-that-is-so-long-that-the-name-of-its-acl-has-to-be-cut}
                spec:
                  podSelector: {}
                  ingress:
                  - {from: [{ipBlock: {cidr: 300.0.0.0/8}}]}
                  - {ports: [{port: 80}]}
                """;
        try (Run run =
                Run.of(NetworkPolicyTest.cluster().object(Policies.POLICIES, wide), new NetworkPolicyFeature())) {
            Judgement judgement = ask(run, WEB, tcp("10.128.0.6", "10.128.0.5", 80));
            assertThat(judgement.outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(judgement.rules())
                    .extracting(RuleReference::toString)
                    .containsExactly(
                            "NetworkPolicy x/a-name-that-is-so-long-that-the-name-of-its-acl-has-to-be-cut,"
                                    + " spec.ingress[1]",
                            "NetworkPolicy x/web, spec.ingress[0]");
            assertThat(judgement.rules())
                    .extracting(RuleReference::acl)
                    .containsExactly(
                            "NP:x:a-name-that-is-so-long-that-the-name-of-its-acl-has-to-be-", "NP:x:web:Ingress:0");
        }
    }

    @Test
    void theNodeItselfIsExemptWithoutARule() {
        try (Run run = Run.of(NetworkPolicyTest.cluster(), new NetworkPolicyFeature())) {
            Judgement own = ask(run, WEB, tcp("10.128.0.2", "10.128.0.5", 7));
            assertThat(own.outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(own.rules()).isEmpty();
            assertThat(own.reason()).isEqualTo("it comes from a, the pod's own node");
            Judgement other = ask(run, WEB, tcp("10.128.1.2", "10.128.0.5", 7));
            assertThat(other.outcome()).isEqualTo(Outcome.DENY);
            assertThat(other.rules()).extracting(RuleReference::acl).containsExactly("NP:x:Ingress");
        }
    }

    /** The namespace of the configuration stands for nodes, once it is there. */
    @Test
    void aNamespaceStandsForAllNodes() {
        String fromNodes =
                """
                metadata: {namespace: x, name: web}
                spec:
                  podSelector: {}
                  ingress: [{from: [{namespaceSelector: {matchLabels: {hosts: "yes"}}}]}]
                """;
        Cluster cluster = NetworkPolicyTest.cluster().object(Policies.POLICIES, fromNodes);
        Connection fromOtherNode = tcp("10.128.1.2", "10.128.0.5", 7);
        try (Run run = Run.of(cluster, new NetworkPolicyFeature())) {
            for (String named : List.of("nodes", "", ClusterNetwork.HOST_NETWORK_NAMESPACE)) {
                run.step(List.of(new Edit<>(World.CLUSTER, World.CLUSTER_KEY, Optional.of(network(named)))));
                assertThat(ask(run, WEB, fromOtherNode).outcome()).as(named).isEqualTo(Outcome.DENY);
            }
            run.step(List.of(new Edit<>(World.CLUSTER, World.CLUSTER_KEY, Optional.of(network("nodes")))));
            run.step(cluster.namespace("nodes", "hosts=yes").all());
            run.step(List.of(new Edit<>(World.CLUSTER, World.CLUSTER_KEY, Optional.of(network("nodes")))));
            assertThat(ask(run, WEB, fromOtherNode).outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(ask(run, WEB, tcp("10.128.0.6", "10.128.0.5", 7)).outcome())
                    .as("a pod is no node")
                    .isEqualTo(Outcome.DENY);
        }
    }

    private static ClusterNetwork network(String hosts) {
        return new ClusterNetwork(
                List.of(SubnetPool.parse("10.128.0.0/14/23")), List.of(), 1400, 6081, List.of(), "netdev", hosts);
    }

    @Test
    void aPodThatNobodyKnowsIsDenied() {
        try (Run run = Run.of(NetworkPolicyTest.cluster(), new NetworkPolicyFeature())) {
            run.remove(World.PODS.table(), new PodKey("x", "monitor"));
            Judgement judgement = ask(run, subject("b", "x/monitor"), tcp("10.128.0.6", "10.128.1.6", 80));
            assertThat(judgement.outcome()).isEqualTo(Outcome.DENY);
            assertThat(judgement.rules()).isEmpty();
            assertThat(judgement.reason()).startsWith("the labels of x/monitor are not known");
        }
    }

    @Test
    void aJudgeGoesWithItsFeature() {
        NetworkPolicyFeature feature = new NetworkPolicyFeature();
        try (Run run = Run.of(NetworkPolicyTest.cluster(), feature)) {
            run.unbind(feature, Duration.ofHours(1));
            List<Judge> judges = run.inspect(inspection -> inspection.read(view -> Judge.of(view, Direction.INGRESS)));
            assertThat(judges).isEmpty();
        }
    }
}
