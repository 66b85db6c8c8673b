package org.karst.questions.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.karst.model.Ip;
import org.karst.pipeline.Connection;

class OpenConnectionTest {
    private static List<Connection> read(String... lines) {
        return OpenConnection.read("a", String.join("\n", lines)).stream()
                .map(OpenConnection::connection)
                .toList();
    }

    @Test
    void connectionsAreReadAsTheyBegan() {
        assertThat(read(
                        "tcp,orig=(src=10.128.0.5,dst=10.128.0.6,sport=4711,dport=80),reply=(src=10.128.0.6,dst=10.128.0.5,"
                                + "sport=80,dport=4711),zone=64000,mark=4,labels=0x5,protoinfo=(state=ESTABLISHED)",
                        "udp,orig=(src=fd01::5,dst=fd01::6,sport=1,dport=53),reply=(src=fd01::6,dst=fd01::5,sport=53,dport=1),"
                                + "zone=64000",
                        "icmpv6,orig=(src=fd01::5,dst=fd01::6,id=7,type=128,code=0),reply=(src=fd01::6,dst=fd01::5,id=7,"
                                + "type=129,code=0),zone=64000,mark=4"))
                .containsExactly(
                        new Connection(Ip.parse("10.128.0.5"), Ip.parse("10.128.0.6"), Connection.TCP, 4711, 80),
                        new Connection(Ip.parse("fd01::5"), Ip.parse("fd01::6"), Connection.UDP, 1, 53),
                        new Connection(Ip.parse("fd01::5"), Ip.parse("fd01::6"), Connection.ICMPV6, 128, 0));
    }

    @Test
    void aTranslatedDestinationIsTheOneThatAnswers() {
        assertThat(read(
                        "tcp,orig=(src=10.128.0.5,dst=172.30.0.1,sport=4711,dport=443),reply=(src=10.128.0.6,dst=10.128.0.5,"
                                + "sport=6443,dport=4711),zone=64000,protoinfo=(state=SYN_SENT)"))
                .containsExactly(
                        new Connection(Ip.parse("10.128.0.5"), Ip.parse("10.128.0.6"), Connection.TCP, 4711, 6443));
    }

    @Test
    void whatIsOverOrNotUnderstoodIsLeftOut() {
        assertThat(read(
                        "tcp,orig=(src=10.128.0.5,dst=10.128.0.6,sport=4711,dport=80),reply=(src=10.128.0.6,dst=10.128.0.5,"
                                + "sport=80,dport=4711),zone=64000,protoinfo=(state=TIME_WAIT)",
                        "gre,orig=(src=10.128.0.5,dst=10.128.0.6),reply=(src=10.128.0.6,dst=10.128.0.5)",
                        "tcp,orig=(src=x,dst=y,sport=a),reply=(src=z)",
                        "udp,orig=(),reply=()",
                        "",
                        "ovs-vswitchd: something"))
                .isEmpty();
    }
}
