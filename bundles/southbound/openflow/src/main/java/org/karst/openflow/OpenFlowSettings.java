package org.karst.openflow;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where switches connect to.
 *
 * @param address the address to listen on
 * @param port the port, 0 for any that is free; 6653 is that of OpenFlow
 * @param tls how both sides prove who they are; without it whoever reaches the port is believed
 * @param verificationPeriod how long after one verification of a switch the next is due, zero for never
 */
public record OpenFlowSettings(String address, int port, Optional<TlsFiles> tls, Duration verificationPeriod) {
    /** What IANA has for OpenFlow. */
    public static final int DEFAULT_PORT = 6653;
    /** Ten minutes. */
    public static final int DEFAULT_VERIFICATION_SECONDS = 600;

    public OpenFlowSettings {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(tls, "tls");
        if (verificationPeriod.isNegative()) {
            throw new IllegalArgumentException("a verification period is no less than 0 s, not " + verificationPeriod);
        }
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("ports are 0 to 65535, not " + port);
        }
    }

    /** Verified every ten minutes. */
    public OpenFlowSettings(String address, int port, Optional<TlsFiles> tls) {
        this(address, port, tls, Duration.ofSeconds(DEFAULT_VERIFICATION_SECONDS));
    }

    /** Without TLS. */
    public OpenFlowSettings(String address, int port) {
        this(address, port, Optional.empty());
    }

    /**
     * As a configuration file says it: the three files are all there or all empty.
     *
     * @throws IllegalArgumentException if only some are
     */
    static OpenFlowSettings of(String address, int port, String certificate, String privateKey, String authority) {
        long given = Stream.of(certificate, privateKey, authority)
                .filter(file -> !file.isBlank())
                .count();
        if (given == 0) {
            return new OpenFlowSettings(address, port);
        }
        if (given < 3) {
            throw new IllegalArgumentException(
                    "org.karst.openflow: TLS needs certificate, privateKey and authority; only some of them are set");
        }
        return new OpenFlowSettings(
                address,
                port,
                Optional.of(new TlsFiles(Path.of(certificate), Path.of(privateKey), Path.of(authority))));
    }

    /** The same with another period. */
    public OpenFlowSettings verifiedEvery(Duration period) {
        return new OpenFlowSettings(address, port, tls, period);
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    /** Whether strangers may reach the port and are believed. */
    boolean isOpen() {
        InetAddress resolved = socketAddress().getAddress();
        return tls.isEmpty() && (resolved == null || !resolved.isLoopbackAddress());
    }
}
