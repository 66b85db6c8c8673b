package org.karst.openflow.internal.node;

/** Hears how far a node's switch is. */
public interface NodeListener {
    /** All items up to this revision are true in this node's switch. */
    void acknowledged(String node, long revision);
}
