package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;

/**
 * What an interface of the node that Open vSwitch made (the management port) shall have in the node's own stack. Foreign
 * addresses and routes are left alone.
 *
 * @param node the node
 * @param name the interface
 * @param mtu its MTU
 * @param addresses its addresses
 * @param routes routes that leave by it
 */
public record NodeLink(String node, String name, int mtu, List<InterfaceAddress> addresses, List<Route> routes)
        implements PlacedItem {
    /**
     * A route.
     *
     * @param destination which addresses
     * @param gateway the next hop
     * @param source the source address of what the node itself sends
     */
    public record Route(Cidr destination, Ip gateway, Ip source) {}

    public NodeLink {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(name, "name");
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    @Override
    public Identity identity() {
        return new Identity(node, name);
    }

    /** What makes it the same interface. */
    public record Identity(String node, String name) {}
}
