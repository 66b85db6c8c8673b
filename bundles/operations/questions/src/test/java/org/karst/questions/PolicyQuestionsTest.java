package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.connectivity.Connectivity;
import org.karst.ipv6.Ipv6;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Slot;
import org.karst.questions.Trace.Visit;
import org.karst.testing.Cluster;
import org.karst.testing.RealSwitch;

/**
 * What there is to ask about policies: two nodes with real switches, whose tunnel ports lead nowhere; a trace goes on at the
 * other switch all the same.
 */
@Tag("root")
class PolicyQuestionsTest {
    private static final String STORE =
            """
            metadata: {namespace: shop, name: store}
            spec:
              podSelector: {}
              ingress:
              - from: [{podSelector: {}}]
                ports: [{port: 80}]
              - from: [{ipBlock: {cidr: 300.1.2.3/8}}]
              - from: [{namespaceSelector: {}}]
                ports: [{protocol: UDP, port: 53}]
            """;
    private static final String TYPO =
            """
            metadata: {namespace: shop, name: typo}
            spec: {podSelector: {matchLabels: {nobody: "yes"}}, egress: [{to: [{ipBlock: {cidr: x}}]}]}
            """;
    private static final String LOCKED =
            """
            metadata: {namespace: other, name: locked}
            spec: {podSelector: {}, policyTypes: [Egress]}
            """;

    private static final String REHEARSED =
            """
            metadata: {namespace: other, name: rehearsed, annotations: {karst.org/enforcement: audit}}
            spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
            """;

    private static AskedSwitches switches;
    private static Questions questions;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        switches = shop();
        questions = switches.questions();
    }

    /** A small cluster with policies, and its two switches. */
    static AskedSwitches shop() throws IOException, InterruptedException {
        NetworkPolicyFeature policy = new NetworkPolicyFeature();
        Kind<?> policies = AskedSwitches.kind(policy, "networkpolicies");
        Cluster cluster = new Cluster()
                .namespace("shop")
                .namespace("other")
                .node("a", "10.128.0.0/24", "fd01:0:0:1::/64")
                .node("b", "10.128.1.0/24", "fd01:0:0:2::/64")
                .pod("shop/web", "a", "10.128.0.5", "fd01:0:0:1::5")
                .pod("shop/store", "b", "10.128.1.5", "fd01:0:0:2::5")
                .pod("shop/near", "a", "10.128.0.6", "fd01:0:0:1::6")
                .pod("other/guest", "b", "10.128.1.6", "fd01:0:0:2::6")
                .object(policies, STORE)
                .object(policies, TYPO)
                .object(policies, LOCKED)
                .object(policies, REHEARSED);
        return new AskedSwitches(List.of("a", "b"), cluster, new Connectivity(), new Ipv6(), policy);
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (switches != null) {
            switches.close();
        }
    }

    private static Trace trace(String family, String... words) {
        return questions
                .trace(TraceRequest.parse(List.of(words), Optional.of(family)))
                .toCompletableFuture()
                .join();
    }

    @Test
    void anAdmittedConnectionIsFollowedThroughTheTunnelToThePod() {
        for (String family : List.of("4", "6")) {
            Trace trace = trace(family, "shop/web", "shop/store", "tcp", "80");
            assertThat(trace.admitted()).isTrue();
            assertThat(trace.warnings()).isEmpty();
            assertThat(trace.outcome()).startsWith("it arrives at shop/store by port vethb3 of pod shop/store");
            assertThat(trace.hops()).extracting(Trace.Hop::node).containsExactly("a", "b");
            Visit egress = visit(trace.hops().get(0), Slot.EGRESS_POLICY);
            assertThat(egress.verdict().orElseThrow().reason())
                    .isEqualTo("no NetworkPolicy isolates shop/web in this direction");
            Visit ingress = visit(trace.hops().get(1), Slot.INGRESS_POLICY);
            assertThat(ingress.verdict().orElseThrow().responsible())
                    .contains("NetworkPolicy shop/store, spec.ingress[0]");
            assertThat(trace.text()).contains("allowed: NetworkPolicy shop/store, spec.ingress[0]", "next hop node b");
            assertThat(trace.json()).contains("\"acl\" : \"NP:shop:store:Ingress:0\"");
        }
    }

    private static Visit visit(Trace.Hop hop, Slot slot) {
        return hop.slots().stream()
                .filter(visit -> visit.slot() == slot)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDroppedConnectionEndsWhereItsPolicyIs() {
        Trace ingress = trace("4", "shop/web", "shop/store", "tcp", "81");
        assertThat(ingress.admitted()).isFalse();
        assertThat(ingress.outcome())
                .startsWith("dropped on node b in slot INGRESS_POLICY by stage network-policy-ingress,"
                        + " because of NetworkPolicy shop/store");
        Trace egress = trace("6", "other/guest", "shop/web", "icmp");
        assertThat(egress.outcome()).contains("node b in slot EGRESS_POLICY", "NetworkPolicy other/locked");
        assertThat(egress.hops()).hasSize(1);
        assertThat(trace("4", "shop/web", "198.51.100.7").outcome()).contains("slot ROUTING");
    }

    @Test
    void rulesAndSwitchesAgreeAboutEveryPairAtEveryPort() {
        List<String> ends = List.of("shop/web", "shop/store", "other/guest", "a", "b");
        int admitted = 0;
        int traces = 0;
        for (String family : List.of("4", "6")) {
            for (String from : ends) {
                for (String to : ends) {
                    if (from.equals(to) || !from.contains("/") && !to.contains("/")) {
                        continue;
                    }
                    for (String port : List.of("tcp 80", "tcp 81", "udp 53", "sctp 80", "icmp")) {
                        List<String> words = new ArrayList<>(List.of(from, to));
                        words.addAll(List.of(port.split(" ")));
                        Trace trace = trace(family, words.toArray(String[]::new));
                        assertThat(trace.warnings()).as(trace.text()).isEmpty();
                        admitted += trace.admitted() ? 1 : 0;
                        traces++;
                    }
                }
            }
        }
        assertThat(traces).isEqualTo(180);
        int betweenWebAndStore = 4;
        int toGuest = 10;
        int toNodes = 20;
        int fromOwnNode = 15;
        int fromOtherNodeToGuest = 5;
        assertThat(admitted)
                .isEqualTo(2 * (betweenWebAndStore + toGuest + toNodes + fromOwnNode + fromOtherNodeToGuest));
    }

    private static PodPolicies policies(String pod) {
        return switches.policies(pod);
    }

    @Test
    void policyCountsWhatTheSwitchHasDecided() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            switches.open(30_000 + i, 80);
        }
        for (int i = 0; i < 2; i++) {
            switches.open(31_000 + i, 81);
        }
        PodPolicies.Tier tier = policies("shop/near").sides().get(1).tiers().get(0);
        for (int i = 0; i < 600 && !tier.denied().equals(Optional.of(2L)); i++) {
            Thread.sleep(50);
            tier = policies("shop/near").sides().get(1).tiers().get(0);
        }
        assertThat(tier.denied()).contains(2L);
        assertThat(tier.policies().get(0).rules())
                .extracting(rule -> rule.decided().orElse(-1L))
                .containsExactly(3L, 0L);
        assertThat(policies("shop/near").text())
                .contains("(3 connections)", "denied to the isolated pods of node a: 2 packets");
    }

    @Test
    void policyTellsWhatAppliesToAPod() {
        PodPolicies store = policies("shop/store");
        assertThat(store.node()).isEqualTo("b");
        assertThat(store.sides())
                .extracting(side -> side.direction() + " " + side.isolated())
                .containsExactly("EGRESS false", "INGRESS true");
        assertThat(store.text())
                .contains(
                        "egress: not isolated; everything is allowed",
                        "NetworkPolicy shop/store",
                        "spec.ingress[0] from all pods of namespace shop, at TCP:80",
                        "spec.ingress[2] from all pods of every namespace, at UDP:53",
                        "! spec.ingress[1].from[0].ipBlock.cidr: '300.1.2.3/8' is not a CIDR",
                        "spec.ingress[1] allows nothing");
        assertThat(store.json()).contains("\"decided\" : 0");
        assertThat(store.warnings())
                .singleElement()
                .asString()
                .startsWith("NetworkPolicy shop/typo: spec.egress[0].to[0]");
        assertThat(policies("other/guest").text())
                .containsSubsequence(
                        "egress: isolated",
                        "    NetworkPolicy other/locked\n",
                        "no rule: allows nothing",
                        "ingress: not isolated; everything is allowed",
                        "    NetworkPolicy other/rehearsed (dry run: it decides nothing)\n",
                        "      spec.ingress[0] from all pods of namespace other");
        assertThat(policies("other/guest").json()).contains("\"dryRun\" : true");
        assertThatThrownBy(() -> policies("shop/nobody")).hasMessageContaining("there is no pod shop/nobody");
        assertThatThrownBy(() -> policies("nobody")).hasMessageContaining("expected NAMESPACE/NAME");
    }

    /** All flows of a cluster with policies answer why they are there. */
    @Test
    void everyFlowAnswersWhy() {
        List<Flows.Row> flows = questions
                .flows(new FlowFilter(Optional.empty(), Optional.empty(), Optional.empty()))
                .toCompletableFuture()
                .join()
                .flows();
        assertThat(flows).hasSizeGreaterThan(300);
        assertThat(flows).anyMatch(row -> row.place().contains("INGRESS_RULES"));
        for (Flows.Row row : flows) {
            String line = "table=" + row.table() + ",priority=" + row.priority()
                    + (row.match().isEmpty() ? "" : "," + row.match());
            Why why = questions
                    .why(line, Optional.of(row.node()))
                    .toCompletableFuture()
                    .join();
            assertThat(why.items()).as(line).singleElement().satisfies(item -> assertThat(item.owners())
                    .isNotEmpty()
                    .allSatisfy(owner -> assertThat(owner.rule()).isNotEmpty()));
        }
    }

    @Test
    void whatMakesNoSenseIsASentence() {
        assertThatThrownBy(() -> trace("4", "shop/web")).hasMessageContaining("trace wants SRC DST");
        assertThatThrownBy(() -> trace("4", "shop/web", "b", "gre", "1")).hasMessageContaining("'gre' is no protocol");
        assertThatThrownBy(() -> trace("4", "shop/web", "b", "tcp", "0")).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> trace("4", "shop/web", "b", "tcp")).hasMessageContaining("tcp wants a port");
        assertThatThrownBy(() -> trace("4", "shop/web", "b", "icmp", "8")).hasMessageContaining("icmp has no ports");
        assertThatThrownBy(() -> trace("5", "shop/web", "b")).hasMessageContaining("4 or 6");
        for (String[] words : new String[][] {
            {"shop/nobody", "shop/web", "there is no pod shop/nobody"},
            {"shop/web", "c", "there is no node c"},
            {"a", "b", "no pods of the cluster's network"},
            {"shop/web", "10.128.0.5", "reaches itself"},
            {"shop/web", "fd01:0:0:2::5", "have not both an IPv4 address"},
        }) {
            assertThatThrownBy(() -> trace("4", words[0], words[1]))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(QuestionException.class)
                    .hasMessageContaining(words[2]);
        }
    }
}
