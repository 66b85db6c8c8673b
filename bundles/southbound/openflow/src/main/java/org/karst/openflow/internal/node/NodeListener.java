package org.karst.openflow.internal.node;

import org.karst.pipeline.FlowDrift;

/** Hears how a node's switch is. */
public interface NodeListener {
    /** All items up to this revision are true in this node's switch. */
    void acknowledged(String node, long revision);

    /** A bundle is committed, so many nanoseconds after it was begun. */
    void committed(long nanos);

    /** The switch was verified, and what differed was made right as far as that can be. */
    void verified(String node, FlowDrift drift);
}
