package org.karst.audit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Native;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each destination with somebody who listens there. */
class DestinationTest {
    private static final Instant TIME =
            LocalDateTime.of(2026, 3, 7, 9, 5, 1).atZone(ZoneId.systemDefault()).toInstant();

    @TempDir
    private Path directory;

    /** Receives datagrams on a Unix domain socket. */
    public static final class Receiver implements AutoCloseable {
        static {
            Native.register(Receiver.class, "c");
        }

        private final int descriptor = socket(1, 2, 0);

        Receiver(Path path) {
            byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
            byte[] address = ByteBuffer.allocate(3 + name.length)
                    .order(ByteOrder.nativeOrder())
                    .putShort((short) 1)
                    .put(name)
                    .array();
            if (bind(descriptor, address, address.length) != 0) {
                throw new IllegalStateException("cannot listen at " + path);
            }
        }

        private static native int socket(int domain, int type, int protocol);

        private static native int bind(int socket, byte[] address, int length);

        private static native long recv(int socket, byte[] data, long length, int flags);

        private static native int close(int descriptor);

        /** The next one; it is there when the sender has returned. */
        String receive() {
            byte[] data = new byte[4_096];
            long length = recv(descriptor, data, data.length, 0x40);
            return length < 0 ? "nothing" : new String(data, 0, (int) length, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            close(descriptor);
        }
    }

    @Test
    void udpReachesAServer() throws Exception {
        try (DatagramSocket server = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            server.setSoTimeout(60_000);
            Destination.parse("udp:127.0.0.1:" + server.getLocalPort()).send(Facility.LOCAL0, TIME, "ovs|00001|a");
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            server.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                    .isEqualTo("<133>ovs|00001|a");
        }
    }

    @Test
    void aUnixSocketReceives() throws Exception {
        Path path = directory.resolve("syslog.sock");
        try (Receiver receiver = new Receiver(path)) {
            Destination.parse("unix:" + path).send(Facility.DAEMON, TIME, "ovs|00001|a");
            assertThat(receiver.receive()).isEqualTo("<29>ovs|00001|a");
            assertThat(receiver.receive()).isEqualTo("nothing");
        }
        assertThatThrownBy(() -> Destination.parse("unix:" + path).send(Facility.DAEMON, TIME, "b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString());
    }

    @Test
    void theMachinesOwnSyslogReceivesWhatSyslog3Sends() throws Exception {
        assertThat(Destination.parse("libc")).isEqualTo(new Destination.Daemon(Path.of("/dev/log")));
        Path path = directory.resolve("log");
        try (Receiver receiver = new Receiver(path)) {
            new Destination.Daemon(path).send(Facility.LOCAL7, TIME, "ovs|00001|a");
            assertThat(receiver.receive())
                    .isEqualTo("<189>Mar  7 09:05:01 karst["
                            + ProcessHandle.current().pid() + "]: ovs|00001|a");
        }
    }

    @Test
    void textsOfDestinations() {
        assertThat(Destination.parse("null")).isEqualTo(new Destination.Nowhere());
        assertThat(Destination.parse("udp:[fd00::1]:514")).isEqualTo(new Destination.Remote("fd00::1", 514));
        assertThat(Destination.parse("udp:logs.example:65535"))
                .isEqualTo(new Destination.Remote("logs.example", 65535));
        assertThat(Facility.parse("clock2").priority()).isEqualTo(15 * 8 + 5);
        assertThatThrownBy(() -> Facility.parse("LOCAL0")).hasMessageContaining("'LOCAL0' is no facility of syslog");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tcp:a:1", "udp:a", "udp::514", "udp:a:0", "udp:a:65536", "udp:a:x", "unix:", "Null"})
    void badTextsAreNamed(String text) {
        assertThatThrownBy(() -> Destination.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no destination; it is one of null, libc, udp:host:port and unix:file");
    }
}
