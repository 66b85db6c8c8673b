package org.karst.pipeline;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * The initial-sync rule: what may be removed. A driver may add and modify at once, but what it finds in the world, or what is
 * no longer wanted, goes only when everything that could still want it has been heard. A node that has told nothing for long holds
 * back what is its own, and no longer what others have.
 *
 * @param everything whether all sources are synced, or belong to a silent node, and the boot set of features is bound: rows, links and
 *     flows of any stage that is not frozen may go
 * @param silentNodes nodes on which nothing may go all the same, since they have not told what they remember
 * @param frozen numbers of stages that were seen in the world and whose bundle is absent: their flows stay
 */
public record Pruning(boolean everything, Set<String> silentNodes, Set<Integer> frozen) {
    /** Nothing may be removed. */
    public static final Pruning NOTHING = new Pruning(false, Set.of());

    public Pruning {
        silentNodes = Collections.unmodifiableSet(new TreeSet<>(silentNodes));
        frozen = Collections.unmodifiableSet(new TreeSet<>(frozen));
    }

    /** Without silent nodes. */
    public Pruning(boolean everything, Set<Integer> frozen) {
        this(everything, Set.of(), frozen);
    }

    /** What may be removed on a node. */
    public Pruning on(String node) {
        return new Pruning(everything && !silentNodes.contains(node), frozen);
    }

    /** Whether a flow of a stage may go. */
    public boolean allows(int stage) {
        return everything && !frozen.contains(stage);
    }
}
