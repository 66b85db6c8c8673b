package org.karst.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.model.Ip;
import org.karst.pipeline.Connection;

class PacketTest {
    private static final Ip CLIENT = Ip.parse("10.129.2.22");
    private static final Ip SERVER = Ip.parse("10.129.2.23");
    private static final Ip CLIENT6 = Ip.parse("fd01:0:0:1::5");
    private static final Ip SERVER6 = Ip.parse("fd01::6");
    /** 135 and 136 are neighbour discovery, of which the tool shows more than connections have. */
    private static final List<Integer> ICMP6_TYPES = List.of(1, 2, 3, 4, 128, 129);

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static byte[] tcp(int source, int destination, int flags) {
        return ByteBuffer.allocate(20)
                .putShort((short) source)
                .putShort((short) destination)
                .putLong(0)
                .putShort((short) (0x5000 | flags))
                .array();
    }

    @Test
    void headersHaveTheFormOfThePublishedSamples() {
        String head = ",vlan_tci=0x0000,dl_src=0a:58:0a:81:02:16,dl_dst=0a:58:0a:80:00:01,";
        String v4 = head + "nw_src=10.129.2.22,nw_dst=10.129.2.23,nw_tos=0,nw_ecn=0,nw_ttl=64,nw_frag=no,";
        assertThat(text(CLIENT, SERVER, 6, 0, tcp(58496, 8080, 0x02)))
                .isEqualTo("tcp" + v4 + "tp_src=58496,tp_dst=8080,tcp_flags=syn");
        assertThat(text(CLIENT, SERVER, 6, 0, tcp(58496, 8080, 0x18)))
                .isEqualTo("tcp" + v4 + "tp_src=58496,tp_dst=8080,tcp_flags=psh|ack");
        assertThat(text(CLIENT, SERVER, 17, 0, hex("04d2 0035 0008 0000")))
                .isEqualTo("udp" + v4 + "tp_src=1234,tp_dst=53");
        assertThat(text(CLIENT, SERVER, 132, 0, hex("04d2 1388 00000000 00000000")))
                .isEqualTo("sctp" + v4 + "tp_src=1234,tp_dst=5000");
        assertThat(text(CLIENT, SERVER, 1, 0, hex("08 00 0000 0001 0001")))
                .isEqualTo("icmp" + v4 + "icmp_type=8,icmp_code=0");
        String v6 = ",vlan_tci=0x0000,dl_src=0a:58:0a:80:00:06,dl_dst=0a:58:0a:80:00:01,ipv6_src=fd01:0:0:1::5,"
                + "ipv6_dst=fd01::6,ipv6_label=0x12345,nw_tos=184,nw_ecn=1,nw_ttl=64,nw_frag=no,";
        assertThat(text(CLIENT6, SERVER6, 58, 0xb9, hex("80 00 0000 0001 0001")))
                .isEqualTo("icmp6" + v6 + "icmp_type=128,icmp_code=0");
        assertThat(text(CLIENT6, SERVER6, 6, 0xb9, tcp(1, 2, 0x10)))
                .isEqualTo("tcp6" + v6 + "tp_src=1,tp_dst=2,tcp_flags=ack");
    }

    private static String text(Ip source, Ip destination, int protocol, int trafficClass, byte[] payload) {
        return Packet.read(Frames.packet(source, destination, protocol, trafficClass, payload))
                .orElseThrow()
                .text();
    }

    @Test
    void aConnectionIsWhatPoliciesLookAt() {
        assertThat(Packet.read(Frames.packet(CLIENT, SERVER, 6, 0, tcp(65535, 8080, 2)))
                        .orElseThrow()
                        .connection())
                .isEqualTo(new Connection(CLIENT, SERVER, 6, 65535, 8080));
        assertThat(Packet.read(Frames.packet(CLIENT6, SERVER6, 58, 0, hex("80 01 0000 0001 0001")))
                        .orElseThrow()
                        .connection())
                .isEqualTo(new Connection(CLIENT6, SERVER6, 58, 128, 1));
    }

    /** Open vSwitch itself is the oracle: OVN makes its lines by the same code. */
    @Test
    void openVSwitchShowsTheSameOfAnyPacket(@TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ovs-ofctl")), "needs Open vSwitch");
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            frames.add(frame(random));
        }
        ByteArrayOutputStream capture = new ByteArrayOutputStream();
        capture.write(words(0xa1b2c3d4, 0x0004_0002, 0, 0, 65_535, 1));
        for (byte[] frame : frames) {
            capture.write(words(0, 0, frame.length, frame.length));
            capture.write(frame);
        }
        Path file = directory.resolve("frames.pcap");
        Files.write(file, capture.toByteArray());
        Process shown = new ProcessBuilder("ovs-ofctl", "parse-pcap", file.toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new String(shown.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(shown.waitFor()).as("%s", lines).isZero();
        assertThat(lines).hasSameSizeAs(frames);
        for (int i = 0; i < frames.size(); i++) {
            assertThat(Packet.read(frames.get(i)).orElseThrow().text())
                    .as(HexFormat.of().formatHex(frames.get(i)))
                    .isEqualTo(lines.get(i).replace("in_port=ANY,", ""));
        }
    }

    private static byte[] words(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    private static byte[] frame(SplittableRandom random) {
        boolean v4 = random.nextBoolean();
        int protocol = new int[] {6, 17, 132, v4 ? 1 : 58, 47, 50}[random.nextInt(6)];
        byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(24) : 24];
        random.nextBytes(payload);
        if (protocol == 58 && payload.length > 0) {
            payload[0] = (byte) (int) ICMP6_TYPES.get(random.nextInt(ICMP6_TYPES.size()));
        }
        if (protocol == 6 && payload.length > 12) {
            payload[12] = (byte) (0x50 | payload[12] & 0xf);
        }
        byte[] frame = Frames.packet(
                v4 ? Ip.v4(random.nextInt() & 0xffff_ffffL) : Ip.v6(random.nextLong(), random.nextLong()),
                v4 ? SERVER : Ip.v6(random.nextLong(), 0),
                protocol,
                random.nextInt(256),
                payload);
        if (v4 && random.nextInt(4) == 0) {
            ByteBuffer.wrap(frame).putShort(20, (short) (random.nextInt(3) << 12 | random.nextInt(2) * 7));
        }
        return frame;
    }

    @Test
    void noBytesConfuseIt() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = i % 2 == 0 ? frame(random) : new byte[random.nextInt(120)];
            if (i % 2 == 1) {
                random.nextBytes(frame);
            }
            for (int flips = random.nextInt(4); flips > 0 && frame.length > 0; flips--) {
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            }
            byte[] cut = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            Packet.read(cut).ifPresent(packet -> assertThat(packet.text()).contains("nw_frag="));
        }
    }
}
