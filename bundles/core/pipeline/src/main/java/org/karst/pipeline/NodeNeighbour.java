package org.karst.pipeline;

import java.util.Objects;
import org.karst.model.Ip;

/**
 * An address outside a node to which its switch sends tunnels: the node shall know at all times by which Ethernet address the
 * next hop on the way there is reached, so that the first packet does not wait for, or die of, a resolution (RFC 826, RFC 4861).
 *
 * @param node the node that sends
 * @param address the outer destination: on a link of the node, or behind a router
 */
public record NodeNeighbour(String node, Ip address) implements PlacedItem {
    public NodeNeighbour {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(address, "address");
    }

    @Override
    public Object identity() {
        return this;
    }
}
