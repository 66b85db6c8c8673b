package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
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
import org.karst.testing.Run;

/** Two nodes with real switches, whose tunnel ports lead nowhere: the trace goes on at the other switch all the same. */
@Tag("root")
class TraceTest {
    private static final String STORE =
            """
            metadata: {namespace: shop, name: store}
            spec:
              podSelector: {}
              ingress:
              - from: [{podSelector: {}}]
                ports: [{port: 80}]
              - from: [{namespaceSelector: {}}]
                ports: [{protocol: UDP, port: 53}]
            """;
    private static final String LOCKED =
            """
            metadata: {namespace: other, name: locked}
            spec: {podSelector: {}, policyTypes: [Egress]}
            """;

    private static final Map<String, RealSwitch> SWITCHES = new TreeMap<>();
    private static Run run;
    private static Questions questions;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        NetworkPolicyFeature policy = new NetworkPolicyFeature();
        Kind<?> policies = policy.watches().stream()
                .filter(kind -> kind.plural().equals("networkpolicies"))
                .findFirst()
                .orElseThrow();
        Cluster cluster = new Cluster()
                .namespace("shop")
                .namespace("other")
                .node("a", "10.128.0.0/24", "fd01:0:0:1::/64")
                .node("b", "10.128.1.0/24", "fd01:0:0:2::/64")
                .pod("shop/web", "a", "10.128.0.5", "fd01:0:0:1::5")
                .pod("shop/store", "b", "10.128.1.5", "fd01:0:0:2::5")
                .pod("other/guest", "b", "10.128.1.6", "fd01:0:0:2::6")
                .object(policies, STORE)
                .object(policies, LOCKED);
        run = Run.of(cluster, new Connectivity(), new Ipv6(), policy);
        for (String node : List.of("a", "b")) {
            RealSwitch made = RealSwitch.start();
            SWITCHES.put(node, made);
            made.ports(List.of(1, 2, 3, 4));
            made.flows(run.switchFlows(node));
        }
        questions = new Questions(run.controller());
        questions.bindControl((node, method, arguments) ->
                CompletableFuture.completedFuture(SWITCHES.get(node).trace(arguments[1])));
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        for (RealSwitch each : SWITCHES.values()) {
            each.close();
        }
        if (run != null) {
            questions.close();
            run.close();
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
