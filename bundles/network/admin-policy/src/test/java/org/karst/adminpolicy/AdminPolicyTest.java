package org.karst.adminpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.testing.Cluster;
import org.karst.testing.FeatureLaws;
import org.karst.testing.Golden;
import org.karst.testing.Laws;
import org.karst.testing.Run;
import org.karst.testing.YamlDocument;

class AdminPolicyTest {
    private static final String ADMIN =
            """
            metadata: {name: admin}
            spec:
              tier: Admin
              priority: 10
              subject: {pods: {namespaceSelector: {matchLabels: {team: x}}, podSelector: {matchLabels: {app: web}}}}
              ingress:
              - action: Accept
                from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: client}}}}]
                protocols: [{tcp: {destinationPort: {range: {start: 8000, end: 8005}}}}, {destinationNamedPort: admin}]
              - {action: Deny, from: [{namespaces: {}}]}
              egress:
              - {action: Pass, to: [{namespaces: {matchLabels: {team: y}}}]}
              - {action: Accept, to: [{nodes: {}}], protocols: [{udp: {destinationPort: {number: 53}}}]}
              - {action: Accept, to: [{namespaces: {}}], protocols: [{destinationNamedPort: admin}]}
              - {action: Deny, to: [{networks: [0.0.0.0/0, "2001:db8::/32"]}]}
            """;

    private static final String BASELINE =
            """
            metadata: {name: default}
            spec:
              subject: {namespaces: {matchLabels: {team: y}}}
              ingress: [{action: Deny, from: [{namespaces: {matchLabels: {team: x}}}]}]
            """;

    private static Cluster cluster() {
        Cluster cluster = new Cluster()
                .namespace("x", "team=x")
                .namespace("y", "team=y")
                .node("a", "10.128.0.0/24")
                .node("b", "10.128.1.0/24")
                .pod("x/web", "a", "10.128.0.5")
                .labels("x/web", "app=web")
                .pod("x/client", "a", "10.128.0.6")
                .labels("x/client", "app=client")
                .pod("y/other", "b", "10.128.1.5")
                .object(PolicyKind.CLUSTER.kind(), ADMIN)
                .object(PolicyKind.BASELINE.kind(), BASELINE);
        named(cluster, "x", "web", 9000);
        named(cluster, "y", "other", 9100);
        return cluster;
    }

    private static void named(Cluster cluster, String namespace, String pod, int port) {
        cluster.object(
                AdminPolicies.PODS.ports(),
                "{metadata: {namespace: " + namespace + ", name: " + pod
                        + "}, spec: {containers: [{ports: [{name: admin, containerPort: " + port + "}]}]}}");
    }

    private static List<String> flows(Run run, String node) {
        return run.flows(node).stream()
                .filter(flow -> flow.matches("table=(EGRESS|INGRESS)_(ADMIN|BASELINE)_.*"
                        + "|table=(VERDICT|COMMIT)_.*reg1[01]=.*|table=VERDICT_ADDRESSES.*"))
                .toList();
    }

    @Test
    void flowsOfANodeAreTheGoldenOnes() {
        try (Run run = Run.of(cluster(), new AdminPolicyFeature())) {
            Golden.check("node-a.flows", flows(run, "a"));
            Golden.check("node-b.flows", flows(run, "b"));
            assertThat(run.wanted(EventItem.class)).isEmpty();
            assertThat(run.wanted(ObjectConditionItem.class))
                    .hasSize(2)
                    .allSatisfy(condition -> assertThat(condition.status()).isTrue());
        }
    }

    @Test
    void theFeatureIsPure() {
        FeatureLaws.check("org.karst.adminpolicy");
    }

    @Test
    void theOrderOfFactsDoesNotMatter() {
        Laws.check(cluster(), () -> new Feature[] {new AdminPolicyFeature(), new NetworkPolicyFeature()});
    }

    @Test
    void aPolicyThatComesOrGoesTouchesNoFlowOfAnother() {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, new AdminPolicyFeature())) {
            List<String> before =
                    run.flows("a").stream().filter(AdminPolicyTest::isRule).toList();
            for (int priority : new int[] {0, 10, 11, 1000}) {
                cluster.object(
                        PolicyKind.CLUSTER.kind(),
                        ADMIN.replace("name: admin", "name: other-" + priority)
                                .replace("priority: 10", "priority: " + priority));
            }
            run.step(cluster.all());
            assertThat(run.flows("a")).containsAll(before).hasSizeGreaterThan(before.size());
        }
    }

    @Test
    void aPodOfAKnownGroupCostsItsOwnFlowsAlone() {
        Cluster cluster = cluster();
        try (Run run = Run.of(cluster, new AdminPolicyFeature())) {
            int rules = rules(run);
            Map<String, Long> before = run.evaluations();
            cluster.pod("y/more", "b", "10.128.1.9");
            named(cluster, "y", "more", 9100);
            run.step(cluster.all());
            Map<String, Long> after = run.evaluations();
            assertThat(rules(run)).isEqualTo(rules);
            assertThat(run.flows("a"))
                    .anyMatch(flow -> flow.startsWith("table=EGRESS_ADMIN_PEERS,priority=100,ip,nw_dst=10.128.1.9"));
            assertThat(after.get("admin-policy-egress-admin-clusternetworkpolicies"))
                    .as("the rules of the policy whose peer it is")
                    .isEqualTo(before.get("admin-policy-egress-admin-clusternetworkpolicies"));
        }
    }

    private static boolean isRule(String flow) {
        return flow.matches("table=\\w+_RULES,.*");
    }

    private static int rules(Run run) {
        return (int) run.flows("a").stream().filter(AdminPolicyTest::isRule).count();
    }

    @Test
    void aRuleThatIsNotUnderstoodFailsClosedAndIsTold() {
        Cluster cluster = cluster()
                .object(
                        PolicyKind.CLUSTER.kind(),
                        """
                        metadata: {name: admin}
                        spec:
                          tier: Admin
                          priority: 10
                          subject: {namespaces: {}}
                          egress:
                          - {action: Accept, to: [{domainNames: [example.org]}]}
                          - {action: Accept, to: [{namespaces: {}, pods: {}}]}
                          - {action: Accept, to: []}
                          - {action: Accept, to: [{networks: [10.0.0.0/33]}]}
                          - {action: Accept, to: [{nodes: {}}], protocols: [{destinationNamedPort: web}]}
                          - {action: Accept, to: [{namespaces: {}}], protocols: [{icmp: {}}]}
                          - {action: Accept, to: [{namespaces: {}}], protocols: [{tcp: {}}]}
                          - {action: Accept, to: [{namespaces: {}}], ports: [{portNumber: {port: 80}}]}
                          - {action: Accept, to: [{namespaces: {matchFields: {}}}]}
                          - {action: Accept, to: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range: {start: 9, end: 9}}}}]}
                          - {action: Accept, to: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {number: 0}}}]}
                          ingress:
                          - {action: Pass, from: [{networks: [10.0.0.0/8]}]}
                          - {action: Allow, from: [{namespaces: {}}]}
                        """);
        try (Run run = Run.of(cluster, new AdminPolicyFeature())) {
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> {
                assertThat(event.kind()).isEqualTo("ClusterNetworkPolicy");
                assertThat(event.message())
                        .contains("spec.egress[0].to[0].domainNames is not supported; spec.egress[0] accepts nothing")
                        .contains("spec.egress[1].to[0] must have exactly one field that is known here; it has"
                                + " namespaces, pods")
                        .contains("spec.egress[2].to must have 1 to 25 peers, not 0")
                        .contains("spec.egress[3].to[0].networks[0]: '10.0.0.0/33' is not a CIDR")
                        .contains("spec.egress[4].protocols: nodes and networks have no names of ports")
                        .contains("spec.egress[5].protocols[0].icmp is not known")
                        .contains("spec.egress[6].protocols[0].tcp must have exactly one field")
                        .contains("spec.egress[7].ports is not known")
                        .contains("spec.egress[8].to[0].namespaces.matchFields is not known")
                        .contains("spec.egress[9].protocols[0].tcp.destinationPort.range.start must be less than end")
                        .contains("spec.egress[10].protocols[0].tcp.destinationPort.number must be within 1 to 65535,"
                                + " not 0")
                        .contains("spec.ingress[0].from[0].networks is not known; spec.ingress[0] denies everything")
                        .contains("spec.ingress[1].action 'Allow' is none of Accept, Deny and Pass");
            });
            assertThat(run.wanted(ObjectConditionItem.class))
                    .filteredOn(condition -> condition.name().equals("admin"))
                    .singleElement()
                    .satisfies(condition -> {
                        assertThat(condition.type()).isEqualTo(AdminPolicyFeature.CONDITION);
                        assertThat(condition.status()).isFalse();
                        assertThat(condition.reason()).isEqualTo("InvalidRule");
                    });
            assertThat(run.flows("a").stream().filter(flow -> flow.startsWith("table=EGRESS_ADMIN_RULES")))
                    .hasSize(1);
            assertThat(run.flows("a").stream()
                            .filter(flow ->
                                    flow.startsWith("table=INGRESS_ADMIN_RULES") && flow.endsWith("actions=drop")))
                    .as("two rules for each of two groups")
                    .hasSize(4);
        }
    }

    @Test
    void aPolicyThatMakesNoSenseIsAboutNobody() {
        for (String spec : List.of(
                "{}",
                "{tier: Admin, priority: 10}",
                "{tier: Middle, priority: 10, subject: {namespaces: {}}}",
                "{tier: Admin, priority: 1001, subject: {namespaces: {}}}",
                "{tier: Admin, subject: {namespaces: {}}}",
                "{tier: Admin, priority: 1, subject: {}}",
                "{tier: Admin, priority: 1, subject: {planets: {}}}",
                "{tier: Admin, priority: x, subject: {namespaces: {}}}")) {
            AdminPolicy policy = PolicyKind.CLUSTER
                    .kind()
                    .decoder()
                    .apply(YamlDocument.of("{metadata: {name: p}, spec: " + spec + "}"));
            assertThat(policy.subjects()).as(spec).isEmpty();
            assertThat(policy.problems()).as(spec).singleElement().asString().endsWith("the policy is about nobody");
        }
    }

    @Test
    void placesKeepTheOrderAndTheRoomOfEachPriority() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 100; round++) {
            SortedMap<Precedence, Integer> rules = new TreeMap<>();
            for (int i = random.nextInt(40); i >= 0; i--) {
                int priority = random.nextBoolean() ? AdminPolicy.LAST - random.nextInt(3) : random.nextInt(1001);
                rules.put(new Precedence(priority, PolicyKind.CLUSTER, "p" + i), 1 + random.nextInt(100));
            }
            int free = 0;
            List<Precedence> crowded = new ArrayList<>();
            for (var entry : Places.of(rules).entrySet()) {
                assertThat(entry.getValue()).isBetween(free, Places.ALL - rules.get(entry.getKey()));
                free = entry.getValue() + rules.get(entry.getKey());
                if (entry.getValue() != Places.ROOM * entry.getKey().priority()) {
                    crowded.add(entry.getKey());
                }
            }
            Precedence first = rules.firstKey();
            assertThat(crowded.contains(first) && first.priority() < 900).isFalse();
        }
    }
}
