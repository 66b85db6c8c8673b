package org.karst.ipv6;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.network.family.Checksum;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Field;
import org.karst.pipeline.Match;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.testing.Cluster;
import org.karst.testing.FeatureLaws;
import org.karst.testing.Golden;
import org.karst.testing.Laws;
import org.karst.testing.Run;

class Ipv6Test {
    private static Cluster twoNodes() {
        return new Cluster()
                .node("a", "fd01:0:0:1::/64")
                .node("b", "fd01:0:0:2::/64")
                .pod("x/web", "a", "fd01:0:0:1::5")
                .pod("y/other", "b", "fd01:0:0:2::5");
    }

    @Test
    void flowsOfANodeAreTheGoldenOnes() {
        try (Run run = Run.of(twoNodes(), new Ipv6())) {
            Golden.check("node-a.flows", run.flows("a"));
        }
    }

    @Test
    void theFeatureIsPure() {
        FeatureLaws.check("org.karst.ipv6");
    }

    @Test
    void theOrderOfFactsDoesNotMatter() {
        Laws.check(twoNodes(), () -> new Feature[] {new Ipv6()});
    }

    @Test
    void aRouterSolicitationIsAnsweredToItsPort() {
        MacAddress host = MacAddress.parse("0a:58:01:02:03:04");
        ByteBuffer solicitation = ByteBuffer.allocate(8).put(0, (byte) 133);
        byte[] asked = Icmpv6.frame(new byte[14], host, host.linkLocal(), Ip.parse("ff02::2"), 255, solicitation);
        try (Run run = Run.of(twoNodes(), new Ipv6())) {
            List<PacketOut> answers = run.answer(new PacketIn(
                    "a", Answer.number("router-advertisement"), Match.all().and(Field.IN_PORT, 7), asked));
            assertThat(answers).singleElement().satisfies(answer -> {
                assertThat(answer.actions()).hasToString("[output:7]");
                assertThat(answer.frame()[54]).as("type").isEqualTo((byte) 134);
                assertThat(HexFormat.of().formatHex(Arrays.copyOf(answer.frame(), 6)))
                        .as("to the host's MAC address")
                        .isEqualTo("0a5801020304");
                assertThat(Ip.of(Arrays.copyOfRange(answer.frame(), 38, 54))).isEqualTo(host.linkLocal());
                assertThat(checksumHolds(answer.frame())).isTrue();
            });
        }
    }

    @Test
    void anErrorAboutAnErrorIsNeverSent() {
        MacAddress host = MacAddress.parse("0a:58:01:02:03:04");
        Ip source = Ip.parse("fd01:0:0:1::5");
        byte[] error = Icmpv6.frame(
                new byte[14],
                host,
                source,
                Ip.parse("fd01:0:0:2::5"),
                1,
                ByteBuffer.allocate(48).put(0, (byte) 3));
        byte[] echo = Icmpv6.frame(
                new byte[14],
                host,
                source,
                Ip.parse("fd01:0:0:2::5"),
                1,
                ByteBuffer.allocate(48).put(0, (byte) 128));
        int number = Answer.number("hop-limit-expired-ipv6");
        try (Run run = Run.of(twoNodes(), new Ipv6())) {
            assertThat(run.answer(new PacketIn("a", number, Match.all(), error)))
                    .isEmpty();
            assertThat(run.answer(new PacketIn("a", number, Match.all(), new byte[20])))
                    .isEmpty();
            assertThat(run.answer(new PacketIn("a", number, Match.all(), echo)))
                    .singleElement()
                    .satisfies(answer -> {
                        assertThat(answer.frame()[54]).as("time exceeded").isEqualTo((byte) 3);
                        assertThat(Ip.of(Arrays.copyOfRange(answer.frame(), 22, 38)))
                                .isEqualTo(Ip.parse("fd01:0:0:1::1"));
                        assertThat(Ip.of(Arrays.copyOfRange(answer.frame(), 38, 54)))
                                .isEqualTo(source);
                        assertThat(checksumHolds(answer.frame())).isTrue();
                    });
        }
    }

    /** The sum over pseudo header and message with its checksum is all ones (RFC 4443 section 2.3). */
    private static boolean checksumHolds(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int length = frame.length - 54;
        return new Checksum()
                        .add(bytes.slice(22, 32))
                        .add(length)
                        .add(58)
                        .add(bytes.slice(54, length))
                        .value()
                == 0;
    }
}
