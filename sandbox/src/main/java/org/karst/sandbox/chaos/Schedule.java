package org.karst.sandbox.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.karst.sandbox.SandboxNode;

/**
 * The order in which things happen: a function of the seed alone. It goes in rounds, each with all disturbances in an order of its own, so
 * that a short run meets many.
 */
final class Schedule {
    /** The workload is on the first two nodes. */
    private static final int NODES_WITH_PODS = 2;

    private final SplittableRandom random;
    private final List<SandboxNode> nodes;
    private final List<Disturbance> rest = new ArrayList<>();

    /**
     * What happens next.
     *
     * @param random decides what the disturbance leaves open
     */
    record Entry(Disturbance disturbance, SandboxNode node, SplittableRandom random) {}

    Schedule(long seed, List<SandboxNode> nodes) {
        this.random = new SplittableRandom(seed);
        this.nodes = nodes.subList(0, NODES_WITH_PODS);
    }

    Entry next() {
        if (rest.isEmpty()) {
            rest.addAll(List.of(Disturbance.values()));
        }
        Disturbance disturbance = rest.remove(random.nextInt(rest.size()));
        return new Entry(disturbance, nodes.get(random.nextInt(nodes.size())), random.split());
    }
}
