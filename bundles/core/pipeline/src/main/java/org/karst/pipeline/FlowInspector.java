package org.karst.pipeline;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Looks at what a node's switch holds now; published as a service by the driver of flows. It changes nothing: the driver compares when
 * a switch connects, and nobody sees what others deleted later until somebody asks.
 */
public interface FlowInspector {
    /**
     * Compares the flows of a node's switch with those that are wanted there.
     *
     * @return what is different, in words, one difference each; empty if nothing is. Flows of others, and those that are on
     *     their way, are no difference. Fails with a sentence if the switch is not connected
     */
    CompletionStage<List<String>> inspect(String node);
}
