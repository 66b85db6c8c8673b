package org.karst.sandbox;

import java.nio.ByteBuffer;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** Ethernet frames with correct checksums and whatever addresses are wanted. */
public final class Frames {
    private static final int ETHERNET = 14;
    private static final int ARP = 0x0806;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOR_SOLICITATION = 135;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;
    private static final int SOURCE_LINK_LAYER_ADDRESS = 1;
    private static final int TARGET_LINK_LAYER_ADDRESS = 2;
    /** RFC 4861 section 4.4: override. */
    private static final int OVERRIDE = 0x2000_0000;

    private final MacAddress source;
    private final MacAddress destination;

    private Frames(MacAddress source, MacAddress destination) {
        this.source = source;
        this.destination = destination;
    }

    /** Frames from one Ethernet address to another. */
    public static Frames between(MacAddress source, MacAddress destination) {
        return new Frames(source, destination);
    }

    /** A datagram of either family, RFC 768; ports 0 to 65535. */
    public byte[] udp(Ip from, Ip to, int port, byte[] payload) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + payload.length)
                .putShort((short) port)
                .putShort((short) port)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .put(payload);
        datagram.putShort(6, checksum(from, to, UDP, datagram.array()));
        return ip(from, to, UDP, 64, datagram.array());
    }

    /** RFC 826; operation 1 asks, 2 answers. */
    public byte[] arp(int operation, MacAddress senderMac, Ip sender, Ip target) {
        ByteBuffer packet = ByteBuffer.allocate(28)
                .putShort((short) 1)
                .putShort((short) IPV4)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation);
        put(packet, senderMac).put(sender.bytes()).put(new byte[6]).put(target.bytes());
        return frame(ARP, packet.array());
    }

    /** RFC 4861 section 4.3: who has the target? */
    public byte[] neighborSolicitation(Ip from, Ip to, Ip target, MacAddress sender) {
        return neighborDiscovery(NEIGHBOR_SOLICITATION, 0, from, to, target, SOURCE_LINK_LAYER_ADDRESS, sender);
    }

    /** RFC 4861 section 4.4: the target is at that Ethernet address. */
    public byte[] neighborAdvertisement(Ip from, Ip to, Ip target, MacAddress owner) {
        return neighborDiscovery(NEIGHBOR_ADVERTISEMENT, OVERRIDE, from, to, target, TARGET_LINK_LAYER_ADDRESS, owner);
    }

    private byte[] neighborDiscovery(int type, int flags, Ip from, Ip to, Ip target, int option, MacAddress mac) {
        ByteBuffer message = ByteBuffer.allocate(32)
                .put((byte) type)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(flags)
                .put(target.bytes())
                .put((byte) option)
                .put((byte) 1);
        put(message, mac);
        message.putShort(2, checksum(from, to, ICMPV6, message.array()));
        return ip(from, to, ICMPV6, 255, message.array());
    }

    private byte[] ip(Ip from, Ip to, int protocol, int hops, byte[] payload) {
        if (from.family() == Family.IPV6) {
            return frame(
                    IPV6,
                    ByteBuffer.allocate(40 + payload.length)
                            .putInt(6 << 28)
                            .putShort((short) payload.length)
                            .put((byte) protocol)
                            .put((byte) hops)
                            .put(from.bytes())
                            .put(to.bytes())
                            .put(payload)
                            .array());
        }
        ByteBuffer packet = ByteBuffer.allocate(20 + payload.length)
                .putShort((short) 0x4500)
                .putShort((short) (20 + payload.length))
                .putInt(0)
                .put((byte) hops)
                .put((byte) protocol)
                .putShort((short) 0)
                .put(from.bytes())
                .put(to.bytes())
                .put(payload);
        packet.putShort(10, fold(sum(packet.array(), 20)));
        return frame(IPV4, packet.array());
    }

    private byte[] frame(int type, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + payload.length);
        put(put(frame, destination), source).putShort((short) type).put(payload);
        return frame.array();
    }

    private static ByteBuffer put(ByteBuffer buffer, MacAddress mac) {
        return buffer.putShort((short) (mac.bits() >>> 32)).putInt((int) mac.bits());
    }

    /** RFC 1071 over the pseudo header and the message, whose checksum field is 0. */
    private static short checksum(Ip from, Ip to, int protocol, byte[] message) {
        return fold(sum(from.bytes(), from.bytes().length)
                + sum(to.bytes(), to.bytes().length)
                + protocol
                + message.length
                + sum(message, message.length));
    }

    private static long sum(byte[] data, int length) {
        long sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += (data[i] & 0xff) << 8 | (i + 1 < length ? data[i + 1] & 0xff : 0);
        }
        return sum;
    }

    private static short fold(long sum) {
        long folded = sum;
        while (folded >> 16 != 0) {
            folded = (folded & 0xffff) + (folded >> 16);
        }
        return (short) ~folded;
    }
}
