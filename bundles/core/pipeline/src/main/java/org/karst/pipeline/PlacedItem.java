package org.karst.pipeline;

import org.karst.incremental.Item;

/** An item that shall be true on one node. */
public interface PlacedItem extends Item {
    /** The name of the node. */
    String node();
}
