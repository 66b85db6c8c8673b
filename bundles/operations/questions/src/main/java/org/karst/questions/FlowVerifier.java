package org.karst.questions;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.karst.openflow.Difference;

/** Who compares what switches hold with what is wanted of them, and heals. An OSGi service. */
public interface FlowVerifier {
    /**
     * Verifies a node's switch.
     *
     * @param removeForeign whether what is not ours goes too
     * @return what differed, once it is made right as far as it can be; fails with a sentence if the switch is not connected
     */
    CompletionStage<List<Difference>> verify(String node, boolean removeForeign);
}
