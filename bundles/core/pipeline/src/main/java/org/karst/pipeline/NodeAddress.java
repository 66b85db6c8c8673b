package org.karst.pipeline;

import java.util.Comparator;
import java.util.Objects;
import org.karst.model.Ip;

/** An address of a node's subnet. */
public record NodeAddress(String node, Ip address) implements Comparable<NodeAddress> {
    private static final Comparator<NodeAddress> ORDER =
            Comparator.comparing(NodeAddress::node).thenComparing(NodeAddress::address);

    public NodeAddress {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(address, "address");
    }

    @Override
    public int compareTo(NodeAddress other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return node + "/" + address;
    }
}
