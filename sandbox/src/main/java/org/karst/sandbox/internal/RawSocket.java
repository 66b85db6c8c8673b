package org.karst.sandbox.internal;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.karst.host.HostException;

/** A raw ICMP or ICMPv6 socket (raw(7)) in the network namespace of the thread that opened it. */
final class RawSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int LEVEL_IP = 0;
    private static final int LEVEL_IPV6 = 41;
    private static final int IP_TTL = 2;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_MTU_DISCOVER = 23;
    /** Set "don't fragment" and ignore what is known of the path, so that each attempt is a fresh question. */
    private static final int DISCOVER_PROBE = 3;

    private static final int SOCKADDR_IN_LENGTH = 16;
    private static final int SOCKADDR_IN6_LENGTH = 28;

    private final int descriptor;
    private final boolean six;
    private final byte[] buffer = new byte[65536];

    /** A datagram: where it came from, and its bytes from the ICMP header on. */
    record Received(InetAddress from, ByteBuffer icmp) {}

    private RawSocket(int descriptor, boolean six) {
        this.descriptor = descriptor;
        this.six = six;
    }

    static RawSocket open(boolean six) throws HostException {
        return new RawSocket(SocketCalls.open(six ? AF_INET6 : AF_INET, six ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP), six);
    }

    /** Sets the hop limit of what is sent, 1–255. */
    void hopLimit(int hops) throws HostException {
        option(six ? LEVEL_IPV6 : LEVEL_IP, six ? IPV6_UNICAST_HOPS : IP_TTL, number(hops), "set the hop limit");
    }

    /** Forbids fragments. */
    void doNotFragment() throws HostException {
        option(
                six ? LEVEL_IPV6 : LEVEL_IP,
                six ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER,
                number(DISCOVER_PROBE),
                "forbid fragments");
    }

    void send(InetAddress to, byte[] icmp) throws HostException {
        SocketCalls.send(descriptor, icmp, socketAddress(to), "send to " + to.getHostAddress());
    }

    /** The next datagram; empty after {@code patience}. */
    Optional<Received> receive(Duration patience) throws IOException {
        byte[] sender = new byte[SOCKADDR_IN6_LENGTH];
        OptionalInt received = SocketCalls.receive(descriptor, buffer, sender, patience);
        if (received.isEmpty()) {
            return Optional.empty();
        }
        int length = received.getAsInt();
        // IPv4 raw sockets deliver the IP header too.
        int start = six || length == 0 ? 0 : (buffer[0] & 0xf) * 4;
        byte[] from = six ? Arrays.copyOfRange(sender, 8, 24) : Arrays.copyOfRange(sender, 4, 8);
        return Optional.of(new Received(
                InetAddress.getByAddress(from),
                ByteBuffer.wrap(start > length ? new byte[0] : Arrays.copyOfRange(buffer, start, length))));
    }

    @Override
    public void close() {
        SocketCalls.end(descriptor);
    }

    private void option(int level, int name, byte[] value, String words) throws HostException {
        SocketCalls.option(descriptor, level, name, value, words);
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    /** struct sockaddr_in or sockaddr_in6: family in the machine's order, then port, then (flow label,) address. */
    private static byte[] socketAddress(InetAddress to) {
        boolean four = to instanceof Inet4Address;
        ByteBuffer address = ByteBuffer.allocate(four ? SOCKADDR_IN_LENGTH : SOCKADDR_IN6_LENGTH)
                .order(ByteOrder.nativeOrder())
                .putShort((short) (four ? AF_INET : AF_INET6));
        address.position(four ? 4 : 8);
        return address.put(to.getAddress()).array();
    }
}
