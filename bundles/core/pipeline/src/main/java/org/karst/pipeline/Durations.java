package org.karst.pipeline;

import java.util.List;

/**
 * How long something took, how often: a histogram.
 *
 * @param bounds upper bounds of the buckets in seconds, inclusive, rising
 * @param counts how many fell into each bucket and no lower one; one more than the bounds, for what is above the last
 * @param seconds the sum of all
 */
public record Durations(List<Double> bounds, List<Long> counts, double seconds) {
    public Durations {
        bounds = List.copyOf(bounds);
        counts = List.copyOf(counts);
        if (counts.size() != bounds.size() + 1) {
            throw new IllegalArgumentException(counts.size() + " counts for " + bounds.size() + " bounds");
        }
    }

    /** How many there were. */
    public long count() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
