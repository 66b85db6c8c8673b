package org.karst.networkpolicy;

import java.nio.ByteBuffer;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** Ethernet frames for a real switch; checksums are right, as connection tracking demands. */
final class Frames {
    private static final int UDP = 17;
    private static final int ICMP = 1;

    private Frames() {}

    /** A datagram that a host sends to its gateway. */
    static byte[] udp(MacAddress from, MacAddress gateway, Ip source, int sourcePort, Ip destination, int port) {
        ByteBuffer datagram = ByteBuffer.allocate(12);
        datagram.putShort((short) sourcePort).putShort((short) port).putShort((short) 12);
        datagram.putInt(8, 0x6b617273);
        datagram.putShort(6, checksum(source, destination, UDP, datagram));
        return packet(from, gateway, source, destination, UDP, datagram);
    }

    /** "Port unreachable" about a datagram that came in (RFC 792). */
    static byte[] unreachable(byte[] about, MacAddress from, MacAddress gateway) {
        ByteBuffer message = ByteBuffer.allocate(8 + 28);
        message.put((byte) 3).put((byte) 3);
        message.put(8, about, 14, 28);
        message.putShort(2, fold(sum(message, 0)));
        ByteBuffer header = ByteBuffer.wrap(about, 14, 20).slice();
        return packet(from, gateway, Ip.v4(header.getInt(16)), Ip.v4(header.getInt(12)), ICMP, message);
    }

    /** Who has the gateway's address? The switch itself answers, so the answer tells that all sent before is through. */
    static byte[] arp(MacAddress from, Ip source, Ip gateway) {
        ByteBuffer frame = ByteBuffer.allocate(42);
        put(frame, new MacAddress(0xffff_ffff_ffffL));
        put(frame, from);
        frame.putShort((short) 0x0806).putShort((short) 1).putShort((short) 0x0800);
        frame.put((byte) 6).put((byte) 4).putShort((short) 1);
        put(frame, from);
        frame.putInt((int) source.low());
        put(frame, new MacAddress(0));
        frame.putInt((int) gateway.low());
        return frame.array();
    }

    private static byte[] packet(
            MacAddress from, MacAddress to, Ip source, Ip destination, int protocol, ByteBuffer payload) {
        boolean v4 = source.family() == Family.IPV4;
        ByteBuffer frame = ByteBuffer.allocate(14 + (v4 ? 20 : 40) + payload.capacity());
        put(frame, to);
        put(frame, from);
        frame.putShort((short) (v4 ? 0x0800 : 0x86dd));
        if (v4) {
            frame.putShort((short) 0x4500)
                    .putShort((short) (20 + payload.capacity()))
                    .putInt(0);
            frame.put((byte) 64).put((byte) protocol).putShort((short) 0);
            frame.put(source.bytes()).put(destination.bytes());
            frame.putShort(24, fold(sum(frame.slice(14, 20), 0)));
        } else {
            frame.putInt(0x6000_0000).putShort((short) payload.capacity());
            frame.put((byte) protocol).put((byte) 64);
            frame.put(source.bytes()).put(destination.bytes());
        }
        return frame.put(payload.rewind()).array();
    }

    private static void put(ByteBuffer frame, MacAddress address) {
        frame.putShort((short) (address.bits() >>> 32)).putInt((int) address.bits());
    }

    private static short checksum(Ip source, Ip destination, int protocol, ByteBuffer payload) {
        long sum = sum(ByteBuffer.wrap(source.bytes()), 0);
        sum = sum(ByteBuffer.wrap(destination.bytes()), sum);
        return fold(sum(payload, sum + protocol + payload.capacity()));
    }

    private static long sum(ByteBuffer bytes, long begin) {
        long sum = begin;
        for (int i = 0; i + 1 < bytes.capacity(); i += 2) {
            sum += bytes.getShort(i) & 0xffff;
        }
        return sum;
    }

    private static short fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
