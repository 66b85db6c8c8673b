package org.karst.unixctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PacketTraceTest {
    @Test
    void followsAPacketThroughConntrackIntoATunnel() throws IOException {
        // Printed by ovs-vswitchd 3.1 for a packet from a pod to one on another node.
        try (InputStream text = PacketTraceTest.class.getResourceAsStream("trace.txt")) {
            PacketTrace trace = PacketTrace.parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(trace.outputs())
                    .containsExactly(new PacketTrace.Output(
                            2,
                            new PacketTrace.Tunnel("172.18.1.1", "172.18.1.2"),
                            "tcp,dl_src=0a:58:0a:80:00:01,dl_dst=0a:58:0a:80:00:01,nw_src=10.128.0.4,nw_dst=10.128.2.4,"
                                    + "nw_tos=0,nw_ecn=0,nw_ttl=63,tcp_src=40000,tcp_dst=80"));
            assertThat(trace.unresolved()).isFalse();
            assertThat(trace.steps())
                    .contains(
                            new PacketTrace.Step(0, "", Optional.of(100), "0x4b001ee17749c33f", List.of()),
                            new PacketTrace.Step(
                                    217,
                                    "reg3=0xbd228a00",
                                    Optional.of(100),
                                    "0x4bd9fdd515813bae",
                                    List.of("set_field:172.18.1.2->tun_dst", "set_field:0->tun_id")));
            assertThat(trace.steps())
                    .extracting(PacketTrace.Step::table)
                    .startsWith(0, 1, 8, 9)
                    .endsWith(225);
        }
    }

    @Test
    void aPacketThatIsDroppedHasNoWayOut() {
        assertThat(PacketTrace.parse("Flow: udp,in_port=1\n 0. drop\n\nFinal flow: unchanged\nDatapath actions: drop\n")
                        .outputs())
                .isEmpty();
    }

    @Test
    void keepsWhatATunnelCarriesAndNamesPortsByTheirProtocol() {
        PacketTrace trace = PacketTrace.parse(
                """
                     -> output port is 7
                Final flow: udp6,reg0=0x1,tun_id=0x5,tun_metadata0=0xa,tun_dst=172.18.1.2,in_port=3,tp_src=1,tp_dst=53
                """);
        assertThat(trace.outputs())
                .containsExactly(new PacketTrace.Output(
                        7,
                        new PacketTrace.Tunnel("", "172.18.1.2"),
                        "udp6,tun_id=0x5,tun_metadata0=0xa,udp_src=1,udp_dst=53"));
    }

    @Test
    void aLookupThatFindsNothingIsTheLastStep() {
        PacketTrace trace = PacketTrace.parse(
                """
                Flow: icmp6,in_port=1,icmp_type=128,icmp_code=0

                bridge("br-int")
                ----------------
                 0. priority 0
                    resubmit(,41)
                41. No match.
                    drop
                     -> output port is 4

                Final flow: unchanged
                Datapath actions: drop
                """);
        assertThat(trace.steps())
                .containsExactly(
                        new PacketTrace.Step(0, "", Optional.of(0), "", List.of()),
                        new PacketTrace.Step(41, "", Optional.empty(), "", List.of("drop")));
        assertThat(trace.outputs())
                .containsExactly(
                        new PacketTrace.Output(4, PacketTrace.Tunnel.NONE, "icmp6,icmpv6_type=128,icmpv6_code=0"));
    }
}
