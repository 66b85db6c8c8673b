package org.karst.cni.internal;

import java.util.Objects;
import org.karst.pipeline.PlacedItem;

/** The socket on which a node's runtime calls, wanted for each node. It dies with the process, so its item is not a core one. */
record CniSocket(String node) implements PlacedItem {
    CniSocket {
        Objects.requireNonNull(node, "node");
    }

    @Override
    public Identity identity() {
        return new Identity(node);
    }

    /** One for each node. */
    record Identity(String node) {}
}
