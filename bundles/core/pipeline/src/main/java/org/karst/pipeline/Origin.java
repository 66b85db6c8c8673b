package org.karst.pipeline;

/** Where a packet entered the integration bridge. The place of a constant is its number in the register. */
public enum Origin {
    UNKNOWN,
    /** A port of a pod of this node. */
    POD,
    /** The management port: the node itself, or what it forwards. */
    NODE,
    /** A tunnel from another node. */
    OVERLAY,
    /** An answer that a stage composed. */
    CONTROLLER
}
