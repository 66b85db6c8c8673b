package org.karst.ipv6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Field;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Topology;

/**
 * The answer to a router solicitation (RFC 4861 section 4.2): this is the router, this is the MTU, addresses are not made up
 * by hosts (no autonomous prefix), they are given by the container runtime.
 */
final class RouterAdvertisement {
    static final Answer ANSWER = new Answer("router-advertisement", RouterAdvertisement::answer);

    private static final int TYPE = 134;
    private static final int BODY = 16 + 8 + 8 + 32;
    /** Seconds; RFC 4861 section 6.2.1 AdvDefaultLifetime. */
    private static final short ROUTER_LIFETIME = 1800;

    private static final Ip ALL_NODES = Ip.parse("ff02::1");

    private RouterAdvertisement() {}

    private static List<PacketOut> answer(View view, PacketIn packet) {
        Optional<Cidr> subnet = Topology.subnet(view, packet.node(), Family.IPV6);
        Optional<MacAddress> mac = Topology.gatewayMac(view, packet.node());
        if (subnet.isEmpty() || mac.isEmpty() || packet.frame().length < Icmpv6.HEADERS) {
            return List.of();
        }
        ByteBuffer body = ByteBuffer.allocate(BODY);
        body.put((byte) TYPE).put((byte) 0).putShort((short) 0);
        body.put((byte) 64).put((byte) 0).putShort(ROUTER_LIFETIME).putInt(0).putInt(0);
        body.put((byte) 1).put((byte) 1);
        body.putShort((short) (mac.get().bits() >>> 32)).putInt((int) mac.get().bits());
        body.put((byte) 5).put((byte) 1).putShort((short) 0).putInt(view.get(Topology.POD_MTU, packet.node()));
        body.put((byte) 3).put((byte) 4).put((byte) subnet.get().length()).put((byte) 0);
        body.putInt(-1).putInt(-1).putInt(0).put(subnet.get().network().bytes());
        Ip asker = Icmpv6.source(packet.frame());
        Ip destination = asker.equals(Ip.v6(0, 0)) ? ALL_NODES : asker;
        byte[] frame = Icmpv6.frame(packet.frame(), mac.get(), mac.get().linkLocal(), destination, 255, body);
        int port = (int) packet.match().value(Field.IN_PORT).low();
        return List.of(PacketOut.out(packet.node(), port, frame));
    }
}
