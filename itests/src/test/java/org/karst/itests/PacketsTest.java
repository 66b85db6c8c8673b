package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.karst.host.NetworkNamespace;
import org.karst.host.RouteRequest;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.sandbox.FrameLink;
import org.karst.sandbox.Frames;
import org.karst.sandbox.IcmpAnswer;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.Place;
import org.karst.sandbox.ProbeResult;
import org.karst.sandbox.Prober;
import org.karst.sandbox.SandboxNode;

/** Real packets of both families between real pods: what must arrive arrives, what must not is dropped and counted. */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PacketsTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 3;
    /** For a frame from one pod to another that is on its way already. */
    private static final Duration ARRIVAL = Duration.ofMillis(300);

    private static final int POD_MTU = 1400;
    private static final int LIES = 50;
    private static final byte[] MARK = "a packet with a false sender".getBytes(StandardCharsets.US_ASCII);
    /** How node-1 itself takes part. */
    private static final String MANAGEMENT = "10.128.0.2";

    private static final Ip GATEWAY = Ip.parse("10.128.0.1");
    private static final Ip GATEWAY_IPV6 = Ip.parse("fd00:10:128:1::1");

    private static InetAddress four(String pod) throws IOException {
        return InetAddress.getByName(CLUSTER.place(pod).ipv4().orElseThrow());
    }

    private static InetAddress six(String pod) throws IOException {
        return InetAddress.getByName(CLUSTER.place(pod).ipv6().orElseThrow());
    }

    @Test
    @Order(1)
    void theVeryFirstPacketBetweenNodesArrives() throws Exception {
        assertThat(CLUSTER.firstPackets()).hasSize(4).allSatisfy(result -> assertThat(result.passed())
                .as(result.toString())
                .isTrue());
        for (SandboxNode node : CLUSTER.cluster().sandbox().nodes()) {
            String known = CLUSTER.cluster().sandbox().openVSwitch(node).appctl("tnl/neigh/show");
            for (SandboxNode other : CLUSTER.cluster().sandbox().nodes()) {
                if (!other.equals(node)) {
                    assertThat(known)
                            .as(node.name())
                            .contains(other.place().ipv4().orElseThrow());
                }
            }
        }
    }

    @Test
    @Order(2)
    void streamsLoseNothing() throws Exception {
        Prober near = new Prober(CLUSTER.place("near"), PATIENCE);
        Prober beside = new Prober(CLUSTER.place("beside"), PATIENCE);
        assertNothingLost(
                List.of(four("beside"), six("beside"), four("far"), six("far")),
                target -> near.icmp(target, 56, 1000, Duration.ofMillis(2)));
        assertNothingLost(
                List.of(four("near"), six("near"), four("far"), six("far")),
                target -> beside.udp(target, 200, 1000, Duration.ofMillis(2)));
    }

    /** A stream of packets to an address. */
    @FunctionalInterface
    private interface Sending {
        ProbeResult to(InetAddress target) throws Exception;
    }

    /** All streams at once. A busy machine loses packets by itself now and then; what Karst loses it loses each time. */
    private static void assertNothingLost(List<InetAddress> targets, Sending stream) throws Exception {
        ExecutorService streams = Executors.newFixedThreadPool(targets.size());
        try {
            List<ProbeResult> lossy = new ArrayList<>();
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                List<Future<ProbeResult>> results = new ArrayList<>();
                for (InetAddress target : targets) {
                    results.add(streams.submit(() -> stream.to(target)));
                }
                lossy.clear();
                for (Future<ProbeResult> result : results) {
                    lossy.add(result.get());
                }
                lossy.removeIf(result -> result.lost() == 0);
                if (lossy.isEmpty()) {
                    return;
                }
            }
            assertThat(lossy).isEmpty();
        } finally {
            streams.shutdownNow();
        }
    }

    /** A pod that lies about who it is; where that is found out. */
    private enum Lie {
        MAC_WITH_IPV4("SPOOF_GUARD/IP_GUARD", "ip") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(victim.mac, liar.gateway).udp(liar.ipv4, victim.ipv4, 9, MARK);
            }
        },
        IPV4("SPOOF_GUARD/IP_GUARD", "ip") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(liar.mac, victim.mac).udp(Ip.parse("10.128.2.77"), victim.ipv4, 9, MARK);
            }
        },
        MAC_WITH_IPV6("SPOOF_GUARD/IPV6_GUARD", "ipv6") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(victim.mac, liar.gateway).udp(liar.ipv6, victim.ipv6, 9, MARK);
            }
        },
        IPV6("SPOOF_GUARD/IPV6_GUARD", "ipv6") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(liar.mac, victim.mac).udp(Ip.parse("fd00:10:128:2::77"), victim.ipv6, 9, MARK);
            }
        },
        ARP_SENDER_ADDRESS("SPOOF_GUARD/ARP_GUARD", "arp") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(liar.mac, BROADCAST).arp(2, liar.mac, GATEWAY, victim.ipv4);
            }
        },
        ARP_SENDER_MAC("SPOOF_GUARD/ARP_GUARD", "arp") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(liar.mac, BROADCAST).arp(1, victim.mac, liar.ipv4, GATEWAY);
            }
        },
        SOLICITATION_FROM_ANOTHER("SPOOF_GUARD/IPV6_GUARD", "ipv6") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(liar.mac, victim.mac)
                        .neighborSolicitation(GATEWAY_IPV6, victim.ipv6, victim.ipv6, liar.mac);
            }
        },
        ADVERTISEMENT_OF_ANOTHER("RESPONDERS/ND_SOLICITATION", ".*icmpv6_type=136.*") {
            @Override
            byte[] frame(Sender liar, Sender victim) {
                return Frames.between(liar.mac, victim.mac)
                        .neighborAdvertisement(liar.ipv6, victim.ipv6, GATEWAY_IPV6, liar.mac);
            }
        };

        private final String place;
        private final String match;

        Lie(String place, String match) {
            this.place = place;
            this.match = match;
        }

        abstract byte[] frame(Sender liar, Sender victim);

        long counted() {
            return CLUSTER.packets("node-1", place, match, "drop");
        }
    }

    private static final MacAddress BROADCAST = MacAddress.parse("ff:ff:ff:ff:ff:ff");

    /** A pod's own addresses. */
    private record Sender(MacAddress mac, MacAddress gateway, Ip ipv4, Ip ipv6) {
        static Sender of(Place place) {
            Ip ipv4 = Ip.parse(place.ipv4().orElseThrow());
            return new Sender(
                    MacAddress.of(ipv4),
                    MacAddress.of(GATEWAY),
                    ipv4,
                    Ip.parse(place.ipv6().orElseThrow()));
        }
    }

    @ParameterizedTest
    @EnumSource(Lie.class)
    @Order(3)
    void aLieIsDroppedAndCounted(Lie lie) throws Exception {
        byte[] frame = lie.frame(Sender.of(CLUSTER.place("near")), Sender.of(CLUSTER.place("beside")));
        try (FrameLink liar = FrameLink.open(CLUSTER.place("near"), "eth0");
                FrameLink victim = FrameLink.open(CLUSTER.place("beside"), "eth0")) {
            long before = lie.counted();
            liar.send(frame, LIES);
            SharedCluster.await(LIES + " counted packets", () -> lie.counted() >= before + LIES);
            assertThat(victim.received(received -> isOf(received, frame), ARRIVAL))
                    .as("what arrived")
                    .isZero();
            assertThat(lie.counted() - before).isEqualTo(LIES);
        }
    }

    /** By the payload, since a router changes the rest; what has none is never routed. */
    private static boolean isOf(byte[] received, byte[] sent) {
        String text = new String(received, StandardCharsets.ISO_8859_1);
        return text.contains(new String(MARK, StandardCharsets.ISO_8859_1))
                || text.substring(0, Math.min(text.length(), sent.length))
                        .equals(new String(sent, StandardCharsets.ISO_8859_1));
    }

    /** The witness of the test above: the same frames, but true, do arrive. */
    @Test
    @Order(4)
    void theSameFrameWithoutALieArrives() throws Exception {
        Sender near = Sender.of(CLUSTER.place("near"));
        Sender beside = Sender.of(CLUSTER.place("beside"));
        try (FrameLink from = FrameLink.open(CLUSTER.place("near"), "eth0");
                FrameLink to = FrameLink.open(CLUSTER.place("beside"), "eth0")) {
            from.send(Frames.between(near.mac, beside.mac).udp(near.ipv4, beside.ipv4, 9, MARK), LIES);
            from.send(Frames.between(near.mac, near.gateway).udp(near.ipv6, beside.ipv6, 9, MARK), LIES);
            int[] arrived = {0};
            SharedCluster.await("all of them to arrive", () -> {
                arrived[0] += to.received(received -> isOf(received, new byte[0]) && received.length > 60, ARRIVAL);
                return arrived[0] >= 2 * LIES;
            });
        }
    }

    private static Optional<IcmpAnswer> ask(InetAddress to, int payload, int hops) throws IOException {
        return new Prober(CLUSTER.place("near"), PATIENCE).ask(to, payload, hops, false);
    }

    private static IcmpAnswer fromGateway(IcmpAnswer.Kind kind, InetAddress to, int mtu) throws IOException {
        Ip gateway = to.getAddress().length == 4 ? GATEWAY : GATEWAY_IPV6;
        return new IcmpAnswer(kind, InetAddress.getByName(gateway.toString()), mtu);
    }

    @Test
    @Order(5)
    void theGatewayTellsThatTheTimeToLiveRanOut() throws Exception {
        for (InetAddress far : List.of(four("far"), six("far"))) {
            assertThat(ask(far, 56, 1)).contains(fromGateway(IcmpAnswer.Kind.TIME_EXCEEDED, far, 0));
            assertThat(ask(far, 56, 2)).map(IcmpAnswer::kind).contains(IcmpAnswer.Kind.REPLY);
        }
    }

    /** A pod that believes in a larger MTU than the path has; a veth lets 4 bytes more pass than its MTU says. */
    @Test
    @Order(6)
    void theGatewayTellsThatAPacketIsTooBig() throws Exception {
        Map<InetAddress, Integer> headers = Map.of(four("far"), 28, six("far"), 48);
        podMtu(POD_MTU + 4);
        try {
            for (Map.Entry<InetAddress, Integer> far : headers.entrySet()) {
                assertThat(ask(far.getKey(), POD_MTU + 1 - far.getValue(), 64))
                        .contains(fromGateway(IcmpAnswer.Kind.TOO_BIG, far.getKey(), POD_MTU));
                assertThat(ask(far.getKey(), POD_MTU - far.getValue(), 64))
                        .map(IcmpAnswer::kind)
                        .contains(IcmpAnswer.Kind.REPLY);
            }
        } finally {
            podMtu(POD_MTU);
        }
    }

    private static void podMtu(int mtu) throws IOException {
        try (NetworkNamespace pod = NetworkNamespace.named(CLUSTER.place("near").namespace())) {
            pod.run(inside -> inside.routes().execute(RouteRequest.mtu("eth0", mtu)));
        }
    }

    @Test
    @Order(7)
    void aLinkThatSomebodyDeletesComesBackAndNobodyElseNotices() throws Exception {
        SandboxNode node = CLUSTER.cluster().sandbox().nodes().get(0);
        OpenVSwitch openVSwitch = CLUSTER.cluster().sandbox().openVSwitch(node);
        String port = openVSwitch
                .vsctl(
                        "--bare",
                        "--columns=name",
                        "find",
                        "Interface",
                        "external_ids:karst-namespace=" + SharedCluster.NAMESPACE,
                        "external_ids:karst-pod=beside")
                .strip();
        Prober near = new Prober(CLUSTER.place("near"), PATIENCE);
        Prober quick = new Prober(CLUSTER.place("near"), Duration.ofMillis(200));
        Place beside = CLUSTER.place("beside");
        try (UndisturbedStream others = new UndisturbedStream(CLUSTER, "near", MANAGEMENT)) {
            CLUSTER.cluster().sandbox().namespace(node.name()).run(inside -> inside.routes()
                    .execute(RouteRequest.deleteLink(port)));
            for (String address : Stream.of(beside.ipv4(), beside.ipv6())
                    .flatMap(Optional::stream)
                    .toList()) {
                SharedCluster.await(address + " to answer", () -> quick.icmp(InetAddress.getByName(address), 56)
                        .passed());
            }
            others.assertUndisturbed();
        }
        ProbeResult after = near.icmp(four("beside"), 56, 500, Duration.ofMillis(4));
        assertThat(after.lost()).as(after.toString()).isZero();
    }
}
