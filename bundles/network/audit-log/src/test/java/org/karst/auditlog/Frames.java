package org.karst.auditlog;

import java.nio.ByteBuffer;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** Ethernet frames; their checksums are right, as connection tracking demands. */
final class Frames {
    static final MacAddress GATEWAY = MacAddress.of(Ip.parse("10.128.0.1"));
    private static final int UDP = 17;

    private Frames() {}

    /** A datagram that a pod sends to its gateway. */
    static byte[] udp(String from, int sourcePort, String to, int port) {
        Ip source = Ip.parse(from);
        Ip destination = Ip.parse(to);
        ByteBuffer datagram = ByteBuffer.allocate(12);
        datagram.putShort((short) sourcePort).putShort((short) port).putShort((short) 12);
        datagram.putInt(8, 0x6b617273);
        long sum = sum(source.bytes(), sum(destination.bytes(), UDP + 12));
        datagram.putShort(6, fold(sum(datagram.array(), sum)));
        return packet(source, destination, UDP, 0, datagram.array());
    }

    /** An IP packet with any payload, from the first pod's MAC address. */
    static byte[] packet(Ip source, Ip destination, int protocol, int trafficClass, byte[] payload) {
        boolean v4 = source.family() == Family.IPV4;
        ByteBuffer frame = ByteBuffer.allocate(14 + (v4 ? 20 : 40) + payload.length);
        put(frame, GATEWAY);
        put(frame, MacAddress.of(v4 ? source : Ip.parse("10.128.0.6")));
        frame.putShort((short) (v4 ? 0x0800 : 0x86dd));
        if (v4) {
            frame.put((byte) 0x45).put((byte) trafficClass).putShort((short) (20 + payload.length));
            frame.putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0);
            frame.put(source.bytes()).put(destination.bytes());
            byte[] header = new byte[20];
            frame.get(14, header);
            frame.putShort(24, fold(sum(header, 0)));
        } else {
            frame.putInt(6 << 28 | trafficClass << 20 | 0x12345).putShort((short) payload.length);
            frame.put((byte) protocol).put((byte) 64);
            frame.put(source.bytes()).put(destination.bytes());
        }
        return frame.put(payload).array();
    }

    private static void put(ByteBuffer frame, MacAddress address) {
        frame.putShort((short) (address.bits() >>> 32)).putInt((int) address.bits());
    }

    private static long sum(byte[] bytes, long begin) {
        long sum = begin;
        for (int i = 0; i + 1 < bytes.length; i += 2) {
            sum += (bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff;
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
