package org.karst.ipv6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.Answer;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Topology;

/** ICMPv6 errors from the gateway (RFC 4443 section 3). */
final class Icmpv6Errors {
    private static final int PACKET_TOO_BIG = 2;
    private static final int TIME_EXCEEDED = 3;
    /** RFC 4443 section 3.1: as much of the packet as fits into the minimum MTU. */
    private static final int QUOTE = 1280 - 40 - 8;

    static final Answer EXPIRED =
            new Answer("hop-limit-expired-ipv6", (view, packet) -> error(view, packet, TIME_EXCEEDED, 0));
    static final Answer TOO_BIG = new Answer(
            "too-big-ipv6",
            (view, packet) -> error(view, packet, PACKET_TOO_BIG, view.get(Topology.POD_MTU, packet.node())));

    private Icmpv6Errors() {}

    /** The error, or nothing where RFC 4443 section 2.4 (e) forbids one. */
    private static List<PacketOut> error(View view, PacketIn packet, int type, int rest) {
        Optional<Ip> gateway = Topology.subnet(view, packet.node(), Family.IPV6).map(Topology::gateway);
        byte[] frame = packet.frame();
        if (gateway.isEmpty() || frame.length < Icmpv6.HEADERS || !deserves(frame)) {
            return List.of();
        }
        int length = Math.min(frame.length - Icmpv6.ETHERNET, QUOTE);
        ByteBuffer message = ByteBuffer.allocate(8 + length);
        message.put((byte) type).put((byte) 0).putShort((short) 0).putInt(rest);
        message.put(frame, Icmpv6.ETHERNET, length);
        byte[] answer =
                Icmpv6.frame(frame, MacAddress.of(gateway.get()), gateway.get(), Icmpv6.source(frame), 64, message);
        return List.of(PacketOut.throughPipeline(packet.node(), answer));
    }

    private static boolean deserves(byte[] frame) {
        Ip source = Icmpv6.source(frame);
        boolean host = !source.equals(Ip.v6(0, 0)) && source.high() >>> 56 != 0xff;
        boolean icmp = frame[Icmpv6.ETHERNET + 6] == Icmpv6.NEXT_HEADER;
        boolean error = icmp && frame.length > Icmpv6.HEADERS && (frame[Icmpv6.HEADERS] & 0x80) == 0;
        return host && !error;
    }
}
