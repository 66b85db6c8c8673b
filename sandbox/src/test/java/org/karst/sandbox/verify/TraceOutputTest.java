package org.karst.sandbox.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TraceOutputTest {
    @Test
    void followsAPacketThroughConntrackIntoATunnel() throws IOException {
        // Printed by ovs-vswitchd 3.1 for a packet from a pod to one on another node.
        try (InputStream text = TraceOutputTest.class.getResourceAsStream("trace.txt")) {
            TraceOutput trace = TraceOutput.parse(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(trace.outputs())
                    .containsExactly(new TraceOutput.Output(
                            2,
                            new TraceOutput.Tunnel("172.18.1.1", "172.18.1.2"),
                            "tcp,dl_src=0a:58:0a:80:00:01,dl_dst=0a:58:0a:80:00:01,nw_src=10.128.0.4,nw_dst=10.128.2.4,"
                                    + "nw_tos=0,nw_ecn=0,nw_ttl=63,tcp_src=40000,tcp_dst=80"));
        }
    }

    @Test
    void aPacketThatIsDroppedHasNoWayOut() {
        assertThat(TraceOutput.parse("Flow: udp,in_port=1\n 0. drop\n\nFinal flow: unchanged\nDatapath actions: drop\n")
                        .outputs())
                .isEmpty();
    }

    @Test
    void keepsWhatATunnelCarriesAndNamesPortsByTheirProtocol() {
        TraceOutput trace = TraceOutput.parse(
                """
                     -> output port is 7
                Final flow: udp6,reg0=0x1,tun_id=0x5,tun_metadata0=0xa,tun_dst=172.18.1.2,in_port=3,tp_src=1,tp_dst=53
                """);
        assertThat(trace.outputs())
                .containsExactly(new TraceOutput.Output(
                        7, TraceOutput.Tunnel.NONE, "udp6,tun_id=0x5,tun_metadata0=0xa,udp_src=1,udp_dst=53"));
    }
}
