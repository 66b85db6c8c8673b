package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.karst.connectivity.Connectivity;
import org.karst.model.Cidr;
import org.karst.model.PodKey;
import org.karst.network.policy.ContainerPorts;
import org.karst.network.policy.NamedPort;
import org.karst.network.policy.Peer;
import org.karst.network.policy.PortName;
import org.karst.network.policy.PortRange;
import org.karst.network.policy.Protocol;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.Edit;
import org.karst.testing.FeatureLaws;
import org.karst.testing.Golden;
import org.karst.testing.Laws;
import org.karst.testing.PolicyScale;
import org.karst.testing.Run;

class NetworkPolicyTest {
    static final String WEB =
            """
            metadata: {namespace: x, name: web}
            spec:
              podSelector: {matchLabels: {app: web}}
              policyTypes: [Ingress, Egress]
              ingress:
              - from:
                - podSelector: {matchLabels: {app: client}}
                - namespaceSelector: {matchLabels: {team: y}}
                - ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.0/26]}
                ports:
                - {port: 80}
                - {port: 8000, endPort: 8005}
                - {port: admin}
              - from:
                - podSelector: {matchLabels: {app: monitor}}
              egress:
              - to:
                - namespaceSelector: {}
                ports: [{protocol: UDP, port: 53}]
              - to:
                - podSelector: {matchLabels: {app: client}}
                ports: [{port: admin}]
            """;

    private static final String DENY =
            """
            metadata: {namespace: y, name: deny}
            spec: {podSelector: {}}
            """;

    static Cluster cluster() {
        return new Cluster()
                .namespace("x")
                .namespace("y", "team=y")
                .node("a", "10.128.0.0/24")
                .node("b", "10.128.1.0/24")
                .pod("x/web", "a", "10.128.0.5")
                .labels("x/web", "app=web")
                .fact(Policies.PODS.ports().table(), new PodKey("x", "web"), ports("admin", 9000))
                .pod("x/client", "a", "10.128.0.6")
                .labels("x/client", "app=client")
                .fact(Policies.PODS.ports().table(), new PodKey("x", "client"), ports("admin", 9100))
                .pod("x/monitor", "b", "10.128.1.6")
                .labels("x/monitor", "app=monitor")
                .pod("y/other", "b", "10.128.1.5")
                .object(Policies.POLICIES, WEB)
                .object(Policies.POLICIES, DENY);
    }

    static ContainerPorts ports(String name, int number) {
        return new ContainerPorts(new TreeSet<>(List.of(new NamedPort(new PortName(name, Protocol.TCP), number))));
    }

    private static List<String> flows(Run run, String node) {
        return run.flows(node).stream()
                .filter(flow -> flow.matches(
                        "table=(EGRESS|INGRESS)_.*|table=(VERDICT|COMMIT)_.*reg1[01]=.*|table=VERDICT_ADDRESSES.*"))
                .toList();
    }

    @Test
    void flowsOfANodeAreTheGoldenOnes() {
        try (Run run = Run.of(cluster(), new NetworkPolicyFeature())) {
            Golden.check("node-a.flows", flows(run, "a"));
            Golden.check("node-b.flows", flows(run, "b"));
            assertThat(run.wanted(EventItem.class)).isEmpty();
        }
    }

    @Test
    void theFeatureIsPure() {
        FeatureLaws.check("org.karst.networkpolicy");
    }

    @Test
    void theOrderOfFactsDoesNotMatter() {
        Laws.check(cluster(), () -> new Feature[] {new NetworkPolicyFeature()});
    }

    /** What a step makes run, without what runs for each attachment or node anyhow. */
    private static Map<String, Long> ran(Run run, List<? extends Edit<?, ?>> step) {
        Map<String, Long> before = run.evaluations();
        run.step(step);
        Map<String, Long> more = new TreeMap<>();
        run.evaluations().forEach((name, count) -> {
            long difference = count - before.getOrDefault(name, 0L);
            if (difference != 0) {
                more.put(name, difference);
            }
        });
        return more;
    }

    @Test
    void aStatusCostsOneGroupAndAnAddressItsOwnFlow() {
        Cluster many = cluster();
        for (int i = 0; i < 50; i++) {
            many.pod("z/p" + i, "b", "10.128.1." + (50 + i)).labels("z/p" + i, "app=p" + i);
        }
        try (Run run = Run.of(many, new NetworkPolicyFeature())) {
            Map<String, Long> ran = ran(run, many.labels("z/p7", "app=q").last());
            assertThat(ran)
                    .as("a pod that no policy is about changes its labels")
                    .containsEntry("policy-group", 1L)
                    .containsEntry("policies-of-group", 1L)
                    .containsEntry("network-policy-ingress-pods", 1L)
                    .doesNotContainKeys("policy-uses", "policy-subjects", "network-policy-ingress-grants");
            assertThat(ran.values().stream().mapToLong(Long::longValue).sum()).isLessThan(25);
            ran = ran(run, many.labels("y/other", "app=q").last());
            assertThat(ran.values().stream().mapToLong(Long::longValue).sum())
                    .as("a pod that is subject of one policy and peer of another")
                    .isLessThan(60);
            assertThat(ran(run, many.last())).as("nothing has changed").isEmpty();
        }
    }

    @Test
    void aThousandPoliciesWithTheSamePeersCostOneFlowForEachAddress() {
        Cluster many = cluster();
        try (Run run = Run.of(many, new NetworkPolicyFeature())) {
            int before = run.flows("a").size();
            for (int i = 0; i < 1_000; i++) {
                many.object(Policies.POLICIES, WEB.replace("name: web", "name: web-" + i));
            }
            run.step(many.all());
            assertThat(run.flows("a")).hasSize(before);
        }
    }

    @Test
    void aRuleThatMakesNoSenseAllowsNothingAndIsTold() {
        Cluster cluster = cluster()
                .object(
                        Policies.POLICIES,
                        """
                        metadata: {namespace: x, name: web}
                        spec:
                          podSelector: {matchLabels: {app: web}}
                          ingress:
                          - from: [{ipBlock: {cidr: 10.0.0.0/33}}]
                          - from: [{podSelector: {matchLabels: {app: client}}}]
                          - ports: [{port: 90, endPort: 80}]
                          - ports: [{port: http, endPort: 80}]
                          - ports: [{endPort: 80}]
                          - ports: [{port: 80, protocol: ICMP}]
                          - from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16]}}]
                          - from: [{}]
                          - from: [{networks: [x]}]
                          - from: [{podSelector: {matchExpressions: [{key: a, operator: Near}]}}]
                          - from: [{podSelector: {matchExpressions: [{key: a, operator: In}]}}]
                          - {from: [], port: 80}
                          - ports: [{number: 80}]
                          - from: [{namespaceSelector: {matchLabel: {team: y}}}]
                          - from: [{ipBlock: {cidr: 10.0.0.0/8, expect: [10.1.0.0/16]}}]
                          egres: [{}]
                        """);
        try (Run run = Run.of(cluster, new NetworkPolicyFeature())) {
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> {
                assertThat(event.kind()).isEqualTo("NetworkPolicy");
                assertThat(event.name()).isEqualTo("web");
                assertThat(event.message())
                        .contains("spec.ingress[0].from[0].ipBlock.cidr: '10.0.0.0/33' is not a CIDR")
                        .contains("spec.ingress[2].ports[0].endPort must be 90 to 65535, not 80")
                        .contains("spec.ingress[3].ports[0].endPort needs a port by number")
                        .contains("spec.ingress[4].ports[0].endPort needs a port to begin with")
                        .contains("spec.ingress[5].ports[0].protocol 'ICMP'")
                        .contains("11.0.0.0/16 is not within 10.0.0.0/8")
                        .contains("spec.ingress[7].from[0] names nobody")
                        .contains("spec.ingress[8].from[0].networks is not known")
                        .contains("spec.ingress[11].port is not known; spec.ingress[11] allows nothing")
                        .contains("spec.ingress[12].ports[0].number is not known")
                        .contains("spec.ingress[13].from[0].namespaceSelector.matchLabel is not known")
                        .contains("spec.ingress[14].from[0].ipBlock.expect is not known")
                        .contains("spec.egres is not known and has no effect")
                        .contains("spec.ingress[9].from[0].podSelector.matchExpressions[0].operator 'Near'")
                        .contains("spec.ingress[10].from[0].podSelector.matchExpressions[0].values must not be empty")
                        .doesNotContain("spec.ingress[1]");
            });
            assertThat(flows(run, "a").stream().filter(flow -> flow.startsWith("table=INGRESS_RULES,priority=100")))
                    .as("the good rule alone: its subject and its peer")
                    .hasSize(2);
        }
    }

    @Test
    void portsBecomeAsFewMaskedMatchesAsCanBe() {
        assertThat(new PortRange(Protocol.TCP, 1, 65_535).aligned()).hasSize(16);
        assertThat(new PortRange(Protocol.TCP, 32_768, 65_535).aligned()).hasSize(1);
        SortedSet<PortRange> ranges = new TreeSet<>();
        for (int port = 1_000; port < 2_000; port++) {
            ranges.add(new PortRange(Protocol.TCP, port, port));
        }
        ranges.add(new PortRange(Protocol.UDP, 1_500, 1_500));
        assertThat(PortRange.united(ranges))
                .containsExactly(new PortRange(Protocol.TCP, 1_000, 1_999), new PortRange(Protocol.UDP, 1_500, 1_500));
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int first = random.nextInt(65_536);
            PortRange range = new PortRange(Protocol.TCP, first, first + random.nextInt(65_536 - first));
            int next = first;
            for (PortRange part : range.aligned()) {
                int size = part.last() - part.first() + 1;
                assertThat(part.first()).isEqualTo(next).matches(at -> at % size == 0 && Integer.bitCount(size) == 1);
                next = part.last() + 1;
            }
            assertThat(next).isEqualTo(range.last() + 1);
        }
    }

    @Test
    void aBlockWithHolesIsCutIntoPrefixes() {
        Peer.Block block = new Peer.Block(
                Cidr.parse("10.0.0.0/8"),
                new TreeSet<>(List.of(Cidr.parse("10.0.0.0/10"), Cidr.parse("10.64.0.0/16"))));
        assertThat(block.prefixes())
                .hasSize(1 + 6)
                .contains(Cidr.parse("10.128.0.0/9"), Cidr.parse("10.96.0.0/11"), Cidr.parse("10.65.0.0/16"));
        assertThat(new Peer.Block(Cidr.parse("::/0"), new TreeSet<>(List.of(Cidr.parse("2001:db8::1/128")))).prefixes())
                .hasSize(128);
        assertThat(new Peer.Block(Cidr.parse("10.0.0.0/8"), new TreeSet<>(List.of(Cidr.parse("10.0.0.0/8"))))
                        .prefixes())
                .isEmpty();
    }

    private static String enforcement(String policy, String value) {
        return policy.replace("name: web}", "name: web, annotations: {karst.org/enforcement: " + value + "}}");
    }

    @Test
    void aPolicyInDryRunIsolatesNobodyAndAllowsNothing() {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, new NetworkPolicyFeature())) {
            List<String> enforced = run.wanted();
            run.remove(Policies.POLICIES.table(), new PodKey("x", "web"));
            List<String> without = run.wanted();
            run.step(
                    cluster.object(Policies.POLICIES, enforcement(WEB, "audit")).last());
            assertThat(run.wanted()).isEqualTo(without);
            run.step(cluster.object(Policies.POLICIES, WEB).last());
            assertThat(run.wanted()).isEqualTo(enforced);
        }
        Laws.check(cluster().object(Policies.POLICIES, enforcement(WEB, "audit")), () ->
                new Feature[] {new NetworkPolicyFeature()});
    }

    @Test
    void aWordAboutEnforcementThatNobodyKnowsOpensNothing() {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, new NetworkPolicyFeature())) {
            List<String> enforced = run.flows("a");
            run.step(
                    cluster.object(Policies.POLICIES, enforcement(WEB, "Audit")).last());
            assertThat(run.flows("a")).isEqualTo(enforced);
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> assertThat(event.message())
                    .isEqualTo("annotation karst.org/enforcement is 'Audit', which is not 'audit'; the policy"
                            + " is enforced"));
        }
    }

    @Test
    void aPodThatNobodyKnowsIsDeniedEverything() {
        try (Run run = Run.of(cluster(), new NetworkPolicyFeature())) {
            assertThat(run.flows("a"))
                    .noneMatch(flow -> flow.startsWith("table=EGRESS_SUBJECTS,priority=100,ip,nw_src=10.128.0.6"));
            run.remove(World.PODS.table(), new PodKey("x", "client"));
            assertThat(run.flows("a"))
                    .contains(
                            "table=EGRESS_SUBJECTS,priority=100,ip,nw_src=10.128.0.6 actions=goto_table:EGRESS_PEERS",
                            "table=INGRESS_SUBJECTS,priority=100,ip,nw_dst=10.128.0.6 actions=goto_table:INGRESS_PEERS")
                    .noneMatch(flow -> flow.contains("10.128.0.6 actions=conjunction"));
        }
    }

    @Test
    void nothingIsWantedBeforeEverythingIsKnown() throws Exception {
        try (PolicyScale scale =
                new PolicyScale(new PolicyScale.Size(1, 10, 10), new Connectivity(), new NetworkPolicyFeature())) {
            scale.write(facts -> {
                ScaleTest.everything(scale, facts, 10);
                facts.expect(WatchItem.source(World.NAMESPACES));
            });
            int before = scale.mostFlows();
            scale.write(facts -> facts.synced(WatchItem.source(World.NAMESPACES)));
            int known = scale.mostFlows();
            assertThat(known).as("flows once all is known").isGreaterThan(before + 50);
            scale.write(facts -> facts.expect(WatchItem.source(World.NAMESPACES)));
            assertThat(scale.mostFlows()).isEqualTo(before);
        }
    }
}
