package org.karst.sandbox.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.karst.host.HostException;

/** A packet socket (packet(7)) on one link, in the network namespace of the thread that opened it: whole Ethernet frames. */
public final class PacketSocket implements AutoCloseable {
    private static final int AF_PACKET = 17;
    private static final short ETH_P_ALL = 3;
    private static final int ADDRESS_LENGTH = 20;
    private static final int TYPE_OFFSET = 10;
    /** PACKET_OUTGOING: what this machine sends, which the socket sees too. */
    private static final int OUTGOING = 4;

    private final int descriptor;
    private final byte[] address;
    private final byte[] buffer = new byte[65536];

    private PacketSocket(int descriptor, byte[] address) {
        this.descriptor = descriptor;
        this.address = address;
    }

    /** Opens a socket on the link with this index; it hears from now on. */
    public static PacketSocket open(int link) throws HostException {
        // struct sockaddr_ll: family in the machine's order, protocol in the network's, index in the machine's
        byte[] address = ByteBuffer.allocate(ADDRESS_LENGTH)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_PACKET)
                .put((byte) (ETH_P_ALL >> 8))
                .put((byte) ETH_P_ALL)
                .putInt(link)
                .array();
        int descriptor = SocketCalls.open(AF_PACKET, 0);
        try {
            SocketCalls.bind(descriptor, address);
        } catch (HostException refused) {
            SocketCalls.end(descriptor);
            throw refused;
        }
        return new PacketSocket(descriptor, address);
    }

    /** Sends a frame, from the destination address to the last byte of the payload. */
    public void send(byte[] frame) throws HostException {
        SocketCalls.send(descriptor, frame, address, "send a frame of " + frame.length + " bytes");
    }

    /** The next frame from elsewhere; empty after {@code patience}. */
    public Optional<byte[]> receive(Duration patience) throws HostException {
        long end = System.nanoTime() + patience.toNanos();
        do {
            byte[] from = new byte[ADDRESS_LENGTH];
            OptionalInt length =
                    SocketCalls.receive(descriptor, buffer, from, Duration.ofNanos(end - System.nanoTime()));
            if (length.isPresent() && from[TYPE_OFFSET] != OUTGOING) {
                return Optional.of(Arrays.copyOf(buffer, length.getAsInt()));
            }
        } while (System.nanoTime() < end);
        return Optional.empty();
    }

    @Override
    public void close() {
        SocketCalls.end(descriptor);
    }
}
