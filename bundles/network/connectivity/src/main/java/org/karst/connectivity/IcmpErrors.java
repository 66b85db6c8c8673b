package org.karst.connectivity;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.network.family.Checksum;
import org.karst.pipeline.Answer;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Topology;

/** ICMP errors (RFC 792) from the gateway, as a router must send them (RFC 1812 section 4.3.2). */
final class IcmpErrors {
    private static final int ETHERNET = 14;
    private static final int HEADER = 20;
    private static final int ICMP = 8;
    /** RFC 1812 section 4.3.2.3: as much of the packet as fits into 576 bytes. */
    private static final int QUOTE = 576 - HEADER - ICMP;

    private static final int PROTOCOL_ICMP = 1;

    private static final int TIME_EXCEEDED = 11;
    private static final int UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;

    static final Answer EXPIRED =
            new Answer("ttl-expired-ipv4", (view, packet) -> error(view, packet, TIME_EXCEEDED, 0, 0));
    static final Answer TOO_BIG = new Answer(
            "too-big-ipv4",
            (view, packet) ->
                    error(view, packet, UNREACHABLE, FRAGMENTATION_NEEDED, view.get(Topology.POD_MTU, packet.node())));

    private IcmpErrors() {}

    /**
     * The error, or nothing where RFC 1812 section 4.3.2.7 forbids one: about an ICMP error, a fragment but the first, or a
     * source that is no single host.
     */
    private static List<PacketOut> error(View view, PacketIn packet, int type, int code, int rest) {
        Optional<Ip> gateway = Topology.subnet(view, packet.node(), Family.IPV4).map(Topology::gateway);
        ByteBuffer frame = ByteBuffer.wrap(packet.frame());
        if (gateway.isEmpty() || frame.limit() < ETHERNET + HEADER || !deserves(frame)) {
            return List.of();
        }
        int length = Math.min(frame.limit() - ETHERNET, QUOTE);
        ByteBuffer answer = ByteBuffer.allocate(ETHERNET + HEADER + ICMP + length);
        long mac = MacAddress.of(gateway.get()).bits();
        answer.put(packet.frame(), 6, 6)
                .putShort((short) (mac >>> 32))
                .putInt((int) mac)
                .putShort((short) 0x0800);
        answer.put((byte) 0x45)
                .put((byte) 0xc0)
                .putShort((short) (HEADER + ICMP + length))
                .putInt(0);
        answer.put((byte) 64).put((byte) PROTOCOL_ICMP).putShort((short) 0);
        answer.putInt((int) gateway.get().low()).putInt(frame.getInt(ETHERNET + 12));
        answer.putShort(
                ETHERNET + 10,
                new Checksum().add(answer.slice(ETHERNET, HEADER)).value());
        answer.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest);
        answer.put(packet.frame(), ETHERNET, length);
        answer.putShort(
                ETHERNET + HEADER + 2,
                new Checksum()
                        .add(answer.slice(ETHERNET + HEADER, ICMP + length))
                        .value());
        return List.of(PacketOut.throughPipeline(packet.node(), answer.array()));
    }

    private static boolean deserves(ByteBuffer frame) {
        int headerLength = (frame.get(ETHERNET) & 0xf) * 4;
        boolean firstFragment = (frame.getShort(ETHERNET + 6) & 0x1fff) == 0;
        int source = frame.getInt(ETHERNET + 12);
        boolean host = source != 0 && source >>> 28 != 0xe && source != -1 && source >>> 24 != 127;
        if (headerLength < HEADER || !firstFragment || !host) {
            return false;
        }
        int payload = ETHERNET + headerLength;
        if (frame.get(ETHERNET + 9) != PROTOCOL_ICMP || payload >= frame.limit()) {
            return true;
        }
        int type = frame.get(payload) & 0xff;
        return type == 0 || type == 8 || type == 13 || type == 14;
    }
}
