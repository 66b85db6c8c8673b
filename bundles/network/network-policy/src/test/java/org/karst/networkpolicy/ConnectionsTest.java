package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.karst.connectivity.Connectivity;
import org.karst.ipv6.Ipv6;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.PodKey;
import org.karst.testing.Cluster;
import org.karst.testing.RealSwitch;
import org.karst.testing.Run;

/** Policies that change while connections stand, with packets and connection tracking of a real switch. */
@Tag("root")
class ConnectionsTest {
    private static final int NODE = 1;
    private static final int WEB = 3;
    private static final int CLIENT = 4;
    private static final int PORT = 80;
    private static final int CLIENT_PORT = 40_000;
    private static final MacAddress GATEWAY = MacAddress.of(Ip.parse("10.128.0.1"));

    private static final String ALLOW_CLIENT =
            """
            metadata: {namespace: x, name: web}
            spec:
              podSelector: {matchLabels: {app: web}}
              policyTypes: [Ingress, Egress]
              ingress:
              - from: [{podSelector: {matchLabels: {app: client}}}]
                ports: [{protocol: UDP, port: 80}]
            """;
    private static final String DENY =
            """
            metadata: {namespace: x, name: web}
            spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress]}
            """;
    private static final String ALLOW_ANY =
            """
            metadata: {namespace: x, name: web}
            spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress], ingress: [{}]}
            """;
    private static final String CLIENT_MAY =
            """
            metadata: {namespace: x, name: client}
            spec:
              podSelector: {matchLabels: {app: client}}
              policyTypes: [Egress]
              egress: [{ports: [{protocol: UDP, port: 80}]}]
            """;
    private static final String CLIENT_MAY_NOT =
            """
            metadata: {namespace: x, name: client}
            spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress]}
            """;

    private final Cluster cluster = new Cluster()
            .namespace("x")
            .node("a", "10.128.0.0/24", "fd01:0:0:1::/64")
            .pod("x/web", "a", "10.128.0.5", "fd01:0:0:1::5")
            .labels("x/web", "app=web")
            .pod("x/client", "a", "10.128.0.6", "fd01:0:0:1::6")
            .labels("x/client", "app=client");
    private Run run;
    private RealSwitch real;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        run = Run.of(cluster, new Connectivity(), new Ipv6(), new NetworkPolicyFeature());
        real = RealSwitch.start();
        real.ports(List.of(1, 2, 3, 4));
        real.flows(run.switchFlows("a"));
    }

    @AfterEach
    void end() throws Exception {
        if (real != null) {
            real.close();
        }
        if (run != null) {
            run.close();
        }
    }

    private void apply(String policy) throws Exception {
        run.step(cluster.object(Policies.POLICIES, policy).all());
        real.flows(run.switchFlows("a"));
    }

    private void forget(String policy) throws Exception {
        run.remove(Policies.POLICIES.table(), new PodKey("x", policy));
        real.flows(run.switchFlows("a"));
    }

    private static Ip address(int port, Family family) {
        boolean v4 = family == Family.IPV4;
        return switch (port) {
            case WEB -> Ip.parse(v4 ? "10.128.0.5" : "fd01:0:0:1::5");
            case CLIENT -> Ip.parse(v4 ? "10.128.0.6" : "fd01:0:0:1::6");
            default -> Ip.parse(v4 ? "10.128.0.2" : "fd01:0:0:1::2");
        };
    }

    private static MacAddress mac(int port) {
        return MacAddress.of(address(port, Family.IPV4));
    }

    private static byte[] datagram(int from, int to, Family family, int sourcePort, int port) {
        return Frames.udp(mac(from), GATEWAY, address(from, family), sourcePort, address(to, family), port);
    }

    private boolean arrives(int from, int to, byte[] frame) throws Exception {
        long there = real.sent().get(to);
        long answered = real.sent().get(from);
        real.send(from, frame);
        real.send(from, Frames.arp(mac(from), address(from, Family.IPV4), Ip.parse("10.128.0.1")));
        long end = System.nanoTime() + 60_000_000_000L;
        while (real.sent().get(from) == answered) {
            assertThat(System.nanoTime())
                    .as("the switch answers no ARP request")
                    .isLessThan(end);
        }
        return real.sent().get(to) > there;
    }

    /** From the client to the server. */
    private boolean request(Family family) throws Exception {
        return arrives(CLIENT, WEB, datagram(CLIENT, WEB, family, CLIENT_PORT, PORT));
    }

    /** Back. */
    private boolean reply(Family family) throws Exception {
        return arrives(WEB, CLIENT, datagram(WEB, CLIENT, family, PORT, CLIENT_PORT));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void whatIsDeniedStopsInBothDirectionsAndGoesOnWhenItIsAllowedAgain(Family family) throws Exception {
        apply(ALLOW_CLIENT);
        assertThat(request(family)).isTrue();
        assertThat(reply(family)).isTrue();
        assertThat(request(family)).as("established").isTrue();

        apply(DENY);
        assertThat(reply(family)).as("a reply alone, denied").isFalse();
        assertThat(request(family)).as("a request, denied").isFalse();
        assertThat(reply(family)).as("still").isFalse();

        apply(ALLOW_ANY);
        assertThat(reply(family)).as("a reply alone, allowed again").isTrue();
        assertThat(request(family)).isTrue();

        apply(ALLOW_CLIENT);
        assertThat(request(family)).as("allowed by another rule").isTrue();
        assertThat(reply(family)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void egressOfTheClientIsJudgedFromRepliesToo(Family family) throws Exception {
        apply(CLIENT_MAY);
        assertThat(request(family)).isTrue();
        assertThat(reply(family)).isTrue();
        apply(CLIENT_MAY_NOT);
        assertThat(reply(family))
                .as("a reply to what may not be asked any more")
                .isFalse();
        assertThat(request(family)).isFalse();
        apply(CLIENT_MAY);
        assertThat(reply(family)).isTrue();
        forget("client");
        assertThat(request(family)).as("no policy").isTrue();
        assertThat(reply(family)).isTrue();
    }

    @Test
    void aPolicyMeetsConnectionsThatWereThereBeforeIt() throws Exception {
        assertThat(request(Family.IPV4)).isTrue();
        assertThat(reply(Family.IPV4)).isTrue();
        apply(DENY);
        assertThat(reply(Family.IPV4)).isFalse();
        assertThat(request(Family.IPV4)).isFalse();
    }

    @Test
    void aPeerThatLosesItsLabelIsCutOff() throws Exception {
        apply(ALLOW_CLIENT);
        assertThat(request(Family.IPV4)).isTrue();
        assertThat(reply(Family.IPV4)).isTrue();
        run.step(cluster.labels("x/client", "app=other").all());
        real.flows(run.switchFlows("a"));
        assertThat(reply(Family.IPV4)).isFalse();
        assertThat(request(Family.IPV4)).isFalse();
    }

    @Test
    void labelsHoldTheVerdictOnceItIsFound() throws Exception {
        apply(ALLOW_CLIENT);
        request(Family.IPV4);
        reply(Family.IPV4);
        String before = real.connections();
        apply(ALLOW_ANY);
        reply(Family.IPV4);
        String after = real.connections();
        assertThat(before).contains("labels=0x");
        assertThat(label(after)).as("a reply renews the label").isNotEqualTo(label(before));
        assertThat(after.substring(after.indexOf("mark="), after.indexOf(",labels")))
                .as("and leaves the origin alone")
                .isEqualTo(before.substring(before.indexOf("mark="), before.indexOf(",labels")));
        apply(ALLOW_ANY);
        request(Family.IPV4);
        assertThat(label(real.connections())).isEqualTo(label(after));
    }

    private static String label(String connections) {
        int at = connections.indexOf("labels=");
        return connections.substring(
                at, connections.indexOf('\n', at) < 0 ? connections.length() : connections.indexOf('\n', at));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void theNodeReachesItsPodWhateverIsDenied(Family family) throws Exception {
        apply(DENY);
        byte[] probe = datagram(NODE, WEB, family, CLIENT_PORT, PORT);
        byte[] answer = datagram(WEB, NODE, family, PORT, CLIENT_PORT);
        assertThat(arrives(NODE, WEB, probe)).isTrue();
        assertThat(arrives(WEB, NODE, answer)).isTrue();
        apply(ALLOW_CLIENT);
        assertThat(arrives(WEB, NODE, answer)).as("after a change of policy").isTrue();
        assertThat(arrives(NODE, WEB, probe)).isTrue();
        assertThat(arrives(WEB, NODE, datagram(WEB, NODE, family, 1_234, 53)))
                .as("what the pod opens itself is judged")
                .isFalse();
    }

    @Test
    void anErrorAboutAnAdmittedConnectionPasses() throws Exception {
        apply(ALLOW_CLIENT);
        assertThat(request(Family.IPV4)).isTrue();
        byte[] request = datagram(CLIENT, WEB, Family.IPV4, CLIENT_PORT, PORT);
        assertThat(arrives(WEB, CLIENT, Frames.unreachable(request, mac(WEB), GATEWAY)))
                .isTrue();
        byte[] never = datagram(CLIENT, WEB, Family.IPV4, 999, PORT);
        assertThat(arrives(WEB, CLIENT, Frames.unreachable(never, mac(WEB), GATEWAY)))
                .as("about a datagram that nobody sent")
                .isFalse();
    }

    /** To be every pod's peer says nothing of who is there: guards and routes do. */
    @Test
    void anAddressThatNobodyHasIsNeitherReachedNorUsed() throws Exception {
        apply(
                """
                metadata: {namespace: x, name: client}
                spec:
                  podSelector: {}
                  policyTypes: [Ingress, Egress]
                  ingress: [{from: [{namespaceSelector: {}}]}]
                  egress: [{to: [{namespaceSelector: {}}]}]
                """);
        String port =
                "in_port=" + CLIENT + ",dl_src=" + mac(CLIENT) + ",dl_dst=" + GATEWAY + ",udp,nw_ttl=64,udp_dst=80";
        String own = ",nw_src=" + address(CLIENT, Family.IPV4);
        String web = ",nw_dst=" + address(WEB, Family.IPV4);
        assertThat(real.output(port + own + web)).isEqualTo(WEB);
        assertThat(real.output(port + own + ",nw_dst=10.128.0.99"))
                .as("to nobody")
                .isZero();
        assertThat(real.output(port + ",nw_src=10.128.0.99" + web))
                .as("as nobody")
                .isZero();
    }
}
