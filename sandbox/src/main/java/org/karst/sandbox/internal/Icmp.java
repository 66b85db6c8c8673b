package org.karst.sandbox.internal;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.karst.sandbox.IcmpAnswer;

/** Echo requests and what comes back (RFC 792, RFC 4443). */
final class Icmp {
    private static final int HEADER_LENGTH = 8;
    private static final int IPV6_HEADER_LENGTH = 40;

    private Icmp() {}

    /** An echo request; the payload is numbered bytes, so that a reply can be compared. */
    static byte[] request(boolean six, int identifier, int sequence, int payloadLength) {
        ByteBuffer packet = ByteBuffer.allocate(HEADER_LENGTH + payloadLength);
        packet.put((byte) (six ? 128 : 8)).put((byte) 0).putShort((short) 0);
        packet.putShort((short) identifier).putShort((short) sequence);
        packet.put(payload(payloadLength, sequence));
        if (!six) {
            // For ICMPv6 the kernel does it, since the pseudo header has an address that it chooses.
            packet.putShort(2, checksum(packet.array()));
        }
        return packet.array();
    }

    /** Bytes that differ from one number to the next. */
    static byte[] payload(int length, int number) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + number * 17);
        }
        return bytes;
    }

    /** What a received message says about the request with this identifier: its number and the answer. Empty: it is not about it. */
    static Optional<Numbered> read(boolean six, InetAddress from, ByteBuffer packet, int identifier) {
        byte[] icmp = new byte[packet.limit()];
        packet.get(0, icmp);
        if (icmp.length < HEADER_LENGTH) {
            return Optional.empty();
        }
        int type = Byte.toUnsignedInt(icmp[0]);
        int code = Byte.toUnsignedInt(icmp[1]);
        if (type == (six ? 129 : 0)) {
            if (Short.toUnsignedInt(packet.getShort(4)) != identifier) {
                return Optional.empty();
            }
            int sequence = Short.toUnsignedInt(packet.getShort(6));
            boolean intact = Arrays.equals(
                    icmp,
                    HEADER_LENGTH,
                    icmp.length,
                    payload(icmp.length - HEADER_LENGTH, sequence),
                    0,
                    icmp.length - HEADER_LENGTH);
            return Optional.of(new Numbered(
                    sequence, new IcmpAnswer(intact ? IcmpAnswer.Kind.REPLY : IcmpAnswer.Kind.DAMAGED, from, 0)));
        }
        Optional<IcmpAnswer.Kind> kind = error(six, type, code);
        if (kind.isEmpty()) {
            return Optional.empty();
        }
        // The error quotes the packet it is about: IP header, then the first bytes of our request.
        int quoted = HEADER_LENGTH
                + (six ? IPV6_HEADER_LENGTH : icmp.length > HEADER_LENGTH ? (icmp[HEADER_LENGTH] & 0xf) * 4 : 0);
        if (icmp.length < quoted + HEADER_LENGTH || Short.toUnsignedInt(packet.getShort(quoted + 4)) != identifier) {
            return Optional.empty();
        }
        int mtu = kind.get() != IcmpAnswer.Kind.TOO_BIG
                ? 0
                : six ? packet.getInt(4) : Short.toUnsignedInt(packet.getShort(6));
        return Optional.of(
                new Numbered(Short.toUnsignedInt(packet.getShort(quoted + 6)), new IcmpAnswer(kind.get(), from, mtu)));
    }

    private static Optional<IcmpAnswer.Kind> error(boolean six, int type, int code) {
        if (six) {
            return switch (type) {
                case 1 -> Optional.of(IcmpAnswer.Kind.UNREACHABLE);
                case 2 -> Optional.of(IcmpAnswer.Kind.TOO_BIG);
                case 3 -> Optional.of(IcmpAnswer.Kind.TIME_EXCEEDED);
                default -> Optional.empty();
            };
        }
        return switch (type) {
            case 3 -> Optional.of(code == 4 ? IcmpAnswer.Kind.TOO_BIG : IcmpAnswer.Kind.UNREACHABLE);
            case 11 -> Optional.of(IcmpAnswer.Kind.TIME_EXCEEDED);
            default -> Optional.empty();
        };
    }

    /** An answer and the number of the request that it answers. */
    record Numbered(int sequence, IcmpAnswer answer) {}

    /** The Internet checksum (RFC 1071). */
    private static short checksum(byte[] data) {
        int sum = 0;
        for (int i = 0; i < data.length; i += 2) {
            sum += (data[i] & 0xff) << 8 | (i + 1 < data.length ? data[i + 1] & 0xff : 0);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }
}
