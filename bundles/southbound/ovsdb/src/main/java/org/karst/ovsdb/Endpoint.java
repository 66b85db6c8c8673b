package org.karst.ovsdb;

import java.nio.file.Path;
import java.util.Objects;

/** Where an OVSDB server listens, in the notation of ovsdb(7), "Connection Methods". */
public sealed interface Endpoint {

    /** A unix domain socket: {@code unix:FILE}. */
    record Unix(Path socket) implements Endpoint {
        public Unix {
            Objects.requireNonNull(socket, "socket");
        }

        @Override
        public String toString() {
            return "unix:" + socket;
        }
    }

    /** Plain TCP: {@code tcp:HOST:PORT}. Neither side knows whom it talks to: for loopback and isolated networks only. */
    record Tcp(String host, int port) implements Endpoint {
        public Tcp {
            checkPort(port);
        }

        @Override
        public String toString() {
            return "tcp:" + bracketed(host) + ":" + port;
        }
    }

    /**
     * TLS over TCP: {@code ssl:HOST:PORT}. Both sides show a certificate of one authority made for this purpose; as
     * everywhere in Open vSwitch it is the authority that is checked and not the host name.
     *
     * @param privateKey PEM, PKCS #8
     * @param certificate PEM, ours
     * @param authority PEM, the certificate that signed the peer's
     */
    record Tls(String host, int port, Path privateKey, Path certificate, Path authority) implements Endpoint {
        public Tls {
            checkPort(port);
            Objects.requireNonNull(privateKey, "privateKey");
            Objects.requireNonNull(certificate, "certificate");
            Objects.requireNonNull(authority, "authority");
        }

        @Override
        public String toString() {
            return "ssl:" + bracketed(host) + ":" + port;
        }
    }

    /**
     * Reads {@code unix:FILE} or {@code tcp:HOST:PORT}; an IPv6 address stands in brackets. TLS needs files and has no
     * such notation.
     *
     * @throws IllegalArgumentException with a sentence if it is neither
     */
    static Endpoint parse(String text) {
        if (text.startsWith("unix:") && text.length() > "unix:".length()) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        if (text.startsWith("tcp:") && colon > "tcp:".length()) {
            String host = text.substring("tcp:".length(), colon);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (bracketed || host.indexOf(':') < 0) {
                try {
                    return new Tcp(
                            bracketed ? host.substring(1, host.length() - 1) : host,
                            Integer.parseInt(text.substring(colon + 1)));
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException("\"" + text + "\" has no port number after the last colon.", e);
                }
            }
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is no OVSDB endpoint: expected unix:FILE, tcp:HOST:PORT or tcp:[IPV6]:PORT.");
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("Port " + port + " is not within 1-65535.");
        }
    }

    private static String bracketed(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
