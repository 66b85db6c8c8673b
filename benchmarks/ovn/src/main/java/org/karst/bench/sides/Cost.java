package org.karst.bench.sides;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What something cost Karst, apart from time.
 *
 * @param evaluations how often rules and queries ran
 * @param flowMods by node; nodes that got none are not in it
 * @param bytes of the bundles, by node
 */
public record Cost(
        SortedMap<String, Long> evaluations, SortedMap<String, Long> flowMods, SortedMap<String, Long> bytes) {
    /** Runs when the switches are verified, which is now and then by the clock and not for an edit. */
    private static final String BY_THE_CLOCK = "drift-events";

    /** What the counters say that was spent between two scrapes. */
    public static Cost between(Metrics before, Metrics after) {
        SortedMap<String, Long> evaluations = difference(before, after, "karst_evaluations_total", "definition");
        evaluations.remove(BY_THE_CLOCK);
        return new Cost(
                evaluations,
                difference(before, after, "karst_switch_flow_mods_total", "node"),
                difference(before, after, "karst_switch_bundle_bytes_total", "node"));
    }

    private static SortedMap<String, Long> difference(Metrics before, Metrics after, String name, String label) {
        SortedMap<String, Double> earlier = before.by(name, label);
        SortedMap<String, Long> spent = new TreeMap<>();
        after.by(name, label).forEach((key, value) -> {
            long more = Math.round(value - earlier.getOrDefault(key, 0.0));
            if (more != 0) {
                spent.put(key, more);
            }
        });
        return spent;
    }

    public int totalEvaluations() {
        return total(evaluations);
    }

    public int totalFlowMods() {
        return total(flowMods);
    }

    public int totalBytes() {
        return total(bytes);
    }

    /** How many switches were told anything. */
    public int switches() {
        return bytes.size();
    }

    private static int total(SortedMap<String, Long> counts) {
        return Math.toIntExact(
                counts.values().stream().mapToLong(Long::longValue).sum());
    }
}
