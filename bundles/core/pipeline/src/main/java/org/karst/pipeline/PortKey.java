package org.karst.pipeline;

import java.util.Objects;

/** The name of a port or an interface on a node. */
public record PortKey(String node, String name) implements Comparable<PortKey> {
    public PortKey {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(PortKey other) {
        int order = node.compareTo(other.node);
        return order == 0 ? name.compareTo(other.name) : order;
    }

    @Override
    public String toString() {
        return node + "/" + name;
    }
}
