package org.karst.pipeline;

import java.util.Objects;

/**
 * A switch that shall be accepted by OpenFlow, and whose it is. A switch that nobody wants is told so and closed.
 *
 * @param node the node
 * @param datapathId what it says of itself in OFPT_FEATURES_REPLY
 */
public record SwitchItem(String node, long datapathId) implements PlacedItem {
    public SwitchItem {
        Objects.requireNonNull(node, "node");
    }

    @Override
    public Identity identity() {
        return new Identity(node);
    }

    /** One switch for each node. */
    public record Identity(String node) {}
}
