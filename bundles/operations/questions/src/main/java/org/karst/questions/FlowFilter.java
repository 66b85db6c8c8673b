package org.karst.questions;

import java.util.Objects;
import java.util.Optional;

/**
 * Which flows are asked for; what is empty does not restrict.
 *
 * @param node the name of a node
 * @param slot the name of a {@link org.karst.pipeline.Slot}, in any case
 * @param pod namespace/name of a pod: flows that match or write one of its addresses or its port
 */
public record FlowFilter(Optional<String> node, Optional<String> slot, Optional<String> pod) {
    /** Every flow. */
    public static final FlowFilter ALL = new FlowFilter(Optional.empty(), Optional.empty(), Optional.empty());

    public FlowFilter {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(pod, "pod");
    }
}
