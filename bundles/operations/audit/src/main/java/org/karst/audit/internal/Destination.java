package org.karst.audit.internal;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Where lines go beside the file: {@code policyAuditConfig.destination}. Used by one thread. */
public sealed interface Destination {
    /** Sends a message of syslog, without its priority. */
    void send(Facility facility, Instant time, String message) throws IOException;
    /**
     * The one of a text: {@code null}, {@code libc}, {@code udp:host:port} or {@code unix:file}.
     *
     * @throws IllegalArgumentException with a sentence if it is none
     */
    static Destination parse(String text) {
        if (text.equals("null")) {
            return new Nowhere();
        }
        if (text.equals("libc")) {
            return new Daemon(Path.of("/dev/log"));
        }
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Local(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        if (text.startsWith("udp:") && colon > "udp:".length()) {
            String host = text.substring("udp:".length(), colon).replaceFirst("^\\[(.*)]$", "$1");
            String port = text.substring(colon + 1);
            if (port.matches("[1-9][0-9]{0,4}") && Integer.parseInt(port) <= 0xffff) {
                return new Remote(host, Integer.parseInt(port));
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no destination; it is one of null, libc, udp:host:port and unix:file");
    }

    private static byte[] priority(Facility facility, String message) {
        return ("<" + facility.priority() + ">" + message).getBytes(StandardCharsets.UTF_8);
    }

    /** The file is enough. */
    record Nowhere() implements Destination {
        @Override
        public void send(Facility facility, Instant time, String message) {}
    }

    /** A server of syslog, by UDP; its name is looked up for each message, as it may move. */
    record Remote(String host, int port) implements Destination {
        @Override
        public void send(Facility facility, Instant time, String message) throws IOException {
            InetSocketAddress server = new InetSocketAddress(host, port);
            if (server.isUnresolved()) {
                throw new IOException("nobody knows the address of " + host);
            }
            byte[] bytes = priority(facility, message);
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(bytes, bytes.length, server));
            }
        }
    }

    /** A Unix domain socket for datagrams. */
    record Local(Path socket) implements Destination {
        @Override
        public void send(Facility facility, Instant time, String message) throws IOException {
            UnixDatagram.send(socket, priority(facility, message));
        }
    }

    /** The machine's own syslog: what syslog(3) sends, with time and process. */
    record Daemon(Path socket) implements Destination {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

        @Override
        public void send(Facility facility, Instant time, String message) throws IOException {
            String head = TIME.format(time.atZone(ZoneId.systemDefault())) + " karst["
                    + ProcessHandle.current().pid() + "]: ";
            UnixDatagram.send(socket, priority(facility, head + message));
        }
    }
}
