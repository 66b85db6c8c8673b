package org.karst.incremental;

/** Where the units of a rule exist. The engine carries it; who adds rules to the engine obeys it. */
public enum Scope {
    /** In each process, for the nodes of its zone. */
    ZONE,
    /**
     * Only in the process that holds the lease of the leader. Its items vanish with the lease, and must not be undone in the
     * world by that: they are of kinds whose drivers undo nothing.
     */
    LEADER
}
