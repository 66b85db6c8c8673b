package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.adminpolicy.AdminPolicyFeature;
import org.karst.connectivity.Connectivity;
import org.karst.model.PodKey;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.Slot;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.RealSwitch;

/** What {@code karst:policy} tells of cluster policies, and what a real switch has counted for them. */
@Tag("root")
class ClusterPolicyQuestionsTest {
    private static final String ADMIN =
            """
            metadata: {name: admin}
            spec:
              tier: Admin
              priority: 10
              subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: near}}}}
              ingress:
              - action: Accept
                from: [{namespaces: {}}]
                protocols: [{tcp: {destinationPort: {number: 80}}}]
              - {action: Accept, from: [{networks: [10.0.0.0/8]}]}
              - action: Pass
                from: [{namespaces: {}}]
                protocols: [{tcp: {destinationPort: {range: {start: 90, end: 99}}}}]
              - {action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]}
              egress:
              - {action: Deny, to: [{nodes: {}}]}
            """;
    private static final String EARLIER =
            """
            metadata: {name: zone}
            spec:
              priority: 9
              subject: {namespaces: {}}
              ingress: [{action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {port: 7, protocol: TCP}}]}]
            """;
    private static final String BASELINE =
            """
            metadata: {name: default}
            spec:
              subject: {namespaces: {}}
              ingress: [{action: Deny, from: [{namespaces: {}}], ports: [{portNumber: {port: 91, protocol: TCP}}]}]
            """;

    private static final String REHEARSED =
            """
            metadata: {name: rehearsed, annotations: {karst.org/enforcement: audit}}
            spec:
              tier: Admin
              priority: 1
              subject: {namespaces: {}}
              ingress: [{action: Deny, from: [{namespaces: {}}]}]
            """;

    private static AskedSwitches switches;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        AdminPolicyFeature policy = new AdminPolicyFeature();
        Cluster cluster = new Cluster()
                .namespace("shop")
                .node("a", "10.128.0.0/24")
                .pod("shop/web", "a", "10.128.0.5")
                .labels("shop/web", "app=web")
                .pod("shop/near", "a", "10.128.0.6")
                .labels("shop/near", "app=near")
                .pod("shop/gone", "a", "10.128.0.7")
                .object(AskedSwitches.kind(policy, "clusternetworkpolicies"), ADMIN)
                .object(AskedSwitches.kind(policy, "clusternetworkpolicies"), REHEARSED)
                .object(AskedSwitches.kind(policy, "adminnetworkpolicies"), EARLIER)
                .object(AskedSwitches.kind(policy, "baselineadminnetworkpolicies"), BASELINE);
        switches = new AskedSwitches(List.of("a"), cluster, new Connectivity(), policy, new NetworkPolicyFeature());
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (switches != null) {
            switches.close();
        }
    }

    private static List<String> counted() {
        return switches.policies("shop/near").sides().get(1).tiers().stream()
                .flatMap(tier -> tier.policies().stream().flatMap(policy -> policy.rules().stream()
                        .map(rule -> tier.slot() + " " + policy.name() + " " + rule.outcome() + " "
                                + rule.decided().map(Object::toString).orElse("?"))))
                .toList();
    }

    @Test
    void everyRuleOfEachTierIsCountedAlone() throws InterruptedException {
        int[] ports = {7, 80, 80, 80, 90, 91, 91, 100, 101, 102, 103};
        for (int i = 0; i < ports.length; i++) {
            switches.open(30_000 + i, ports[i]);
        }
        List<String> expected = List.of(
                "INGRESS_ADMIN AdminNetworkPolicy zone DENY 1",
                "INGRESS_ADMIN ClusterNetworkPolicy admin ALLOW 3",
                "INGRESS_ADMIN ClusterNetworkPolicy admin PASS 3",
                "INGRESS_ADMIN ClusterNetworkPolicy admin DENY 4",
                "INGRESS_ADMIN ClusterNetworkPolicy rehearsed DENY ?",
                "INGRESS_BASELINE BaselineAdminNetworkPolicy default DENY 2");
        for (int i = 0; i < 600 && !counted().equals(expected); i++) {
            Thread.sleep(50);
        }
        assertThat(counted()).isEqualTo(expected);
        String text = switches.policies("shop/near").text();
        assertThat(text)
                .containsSubsequence(
                        "egress: not isolated; what no rule below is about is allowed",
                        "  EGRESS_ADMIN",
                        "    ClusterNetworkPolicy admin",
                        "      spec.egress[0] denies to all nodes, every protocol and port   (0 packets)",
                        "ingress: not isolated; what no rule below is about is allowed",
                        "  INGRESS_ADMIN",
                        "    AdminNetworkPolicy zone",
                        "      spec.ingress[0] denies from all pods of every namespace, at TCP:7   (1 packets)",
                        "    ClusterNetworkPolicy admin",
                        "      spec.ingress[0] accepts from all pods of every namespace, at TCP:80   (3 connections)",
                        "      spec.ingress[2] passes from all pods of every namespace, at TCP:90-99   (3 connections)",
                        "      spec.ingress[3] denies from pods with app in (web) of every namespace",
                        "      ! spec.ingress[1].from[0].networks is not known",
                        "    ClusterNetworkPolicy rehearsed (dry run: it decides nothing)",
                        "      spec.ingress[0] denies from all pods of every namespace, every protocol and port\n",
                        "  INGRESS_BASELINE",
                        "    BaselineAdminNetworkPolicy default");
    }

    @Test
    void aPodThatNobodyKnowsIsDeniedEverything() {
        switches.run().remove(World.PODS.table(), new PodKey("shop", "gone"));
        PodPolicies gone = switches.policies("shop/gone");
        assertThat(gone.sides()).allSatisfy(side -> {
            assertThat(side.isolated()).isTrue();
            assertThat(side.tiers())
                    .extracting(PodPolicies.Tier::slot)
                    .contains(Slot.valueOf(side.direction() + "_POLICY"));
        });
        PodPolicies.Tier admin = gone.sides().get(1).tiers().get(0);
        assertThat(admin.slot()).isEqualTo(Slot.INGRESS_ADMIN);
        assertThat(admin.isolated()).isTrue();
        assertThat(admin.policies()).isEmpty();
        assertThat(switches.policies("shop/web").sides().get(0).tiers()).isEmpty();
        assertThat(switches.policies("shop/web")
                        .sides()
                        .get(1)
                        .tiers()
                        .get(0)
                        .policies()
                        .get(0)
                        .rules())
                .singleElement()
                .satisfies(rule -> {
                    assertThat(rule.outcome()).isEqualTo(Outcome.DENY);
                    assertThat(rule.decided()).isNotEqualTo(Optional.empty());
                });
    }
}
