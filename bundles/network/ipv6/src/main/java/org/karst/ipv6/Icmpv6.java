package org.karst.ipv6;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.network.family.Checksum;

/** Frames with ICMPv6 messages (RFC 4443) in them. */
final class Icmpv6 {
    static final int ETHERNET = 14;
    /** Ethernet and IPv6 headers. */
    static final int HEADERS = ETHERNET + 40;

    static final int NEXT_HEADER = 58;

    private Icmpv6() {}

    /** The source address of a frame's IPv6 header. */
    static Ip source(byte[] frame) {
        return Ip.of(Arrays.copyOfRange(frame, ETHERNET + 8, ETHERNET + 24));
    }

    /**
     * A frame that answers another.
     *
     * @param request the frame whose sender gets the answer
     * @param mac the sender of the answer
     * @param message the ICMPv6 message with a checksum of 0
     */
    static byte[] frame(byte[] request, MacAddress mac, Ip source, Ip destination, int hopLimit, ByteBuffer message) {
        ByteBuffer body = message.duplicate().rewind();
        int length = body.remaining();
        ByteBuffer frame = ByteBuffer.allocate(HEADERS + length);
        frame.put(request, 6, 6).putShort((short) (mac.bits() >>> 32)).putInt((int) mac.bits());
        frame.putShort((short) 0x86dd).putInt(0x6000_0000);
        frame.putShort((short) length).put((byte) NEXT_HEADER).put((byte) hopLimit);
        frame.put(source.bytes()).put(destination.bytes()).put(body);
        short checksum = new Checksum()
                .add(frame.slice(ETHERNET + 8, 32))
                .add(length)
                .add(NEXT_HEADER)
                .add(frame.slice(HEADERS, length))
                .value();
        frame.putShort(HEADERS + 2, checksum);
        return frame.array();
    }
}
