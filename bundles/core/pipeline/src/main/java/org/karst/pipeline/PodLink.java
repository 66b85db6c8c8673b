package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/**
 * A pair of virtual Ethernet devices that shall exist between a node and a container, the container's end with its addresses
 * and default routes; checksums in software at both ends where the datapath needs it.
 *
 * @param node the node
 * @param name the node's end
 * @param netns path of the container's network namespace
 * @param ifname the container's end
 * @param mac of the container's end
 * @param mtu of both ends
 * @param addresses of the container's end
 * @param gateways next hop of a default route for each family, on the link
 */
public record PodLink(
        String node,
        String name,
        String netns,
        String ifname,
        MacAddress mac,
        int mtu,
        List<InterfaceAddress> addresses,
        List<Ip> gateways)
        implements PlacedItem {
    public PodLink {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(netns, "netns");
        Objects.requireNonNull(ifname, "ifname");
        Objects.requireNonNull(mac, "mac");
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
    }

    /** The link of an attachment. */
    public static PodLink of(AttachmentKey key, Attachment attachment) {
        return new PodLink(
                key.node(),
                attachment.port(),
                attachment.netns(),
                key.ifname(),
                attachment.mac(),
                attachment.mtu(),
                attachment.addresses(),
                attachment.gateways());
    }

    @Override
    public Identity identity() {
        return new Identity(node, name);
    }

    /** What makes a link the same link. */
    public record Identity(String node, String name) {}
}
