package org.karst.questions;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.karst.pipeline.FlowItem;

/** Who can ask a switch what its flows have counted. An OSGi service; without one, flows are shown without counters. */
public interface FlowCounters {
    /** The counters of all flows of a node's switch; fails if the switch is not connected. */
    CompletionStage<Map<FlowItem.Identity, Counters>> counters(String node);

    /**
     * What a flow has counted.
     *
     * @param packets how many packets it met
     * @param bytes how many bytes these had
     * @param seconds how long it has been in the switch
     */
    record Counters(long packets, long bytes, long seconds) {}
}
