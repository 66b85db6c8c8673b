package org.karst.pipeline;

import java.util.Objects;

/**
 * One entry that shall be in a bridge's {@code external_ids}, beside those that its {@link BridgeItem} names: what has to
 * outlive the process and belongs to the node as a whole.
 *
 * @param node the node
 * @param bridge the bridge's name
 * @param key begins with {@code karst-}: such keys are removed when nobody wants them
 * @param value of the entry
 */
public record BridgeEntry(String node, String bridge, String key, String value) implements PlacedItem {
    public BridgeEntry {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(bridge, "bridge");
        Objects.requireNonNull(value, "value");
        if (!key.startsWith("karst-")) {
            throw new IllegalArgumentException("an entry of ours begins with karst-, not '" + key + "'");
        }
    }

    @Override
    public Identity identity() {
        return new Identity(node, bridge, key);
    }

    /** What makes an entry the same entry. */
    public record Identity(String node, String bridge, String key) {}
}
