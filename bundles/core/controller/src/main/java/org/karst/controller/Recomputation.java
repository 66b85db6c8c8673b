package org.karst.controller;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that is wanted, computed from scratch and compared with what the engine has kept up to date. They are the same, or the
 * engine or a rule that is no pure function has a defect.
 *
 * @param revision of which settlement
 * @param ended when
 * @param took how long the computation took, on a thread of its own
 * @param items how many items were compared
 * @param mismatches a sentence for each item that differs, at most {@link #MOST_TOLD}, sorted
 * @param differing how many items differ
 * @param skipped why nothing could be compared, a sentence; empty if it was
 */
public record Recomputation(
        long revision,
        Instant ended,
        Duration took,
        int items,
        List<String> mismatches,
        int differing,
        Optional<String> skipped) {
    /** How many mismatches are told in words. */
    public static final int MOST_TOLD = 100;

    public Recomputation {
        Objects.requireNonNull(ended, "ended");
        Objects.requireNonNull(took, "took");
        Objects.requireNonNull(skipped, "skipped");
        mismatches = List.copyOf(mismatches);
    }

    @Override
    public String toString() {
        return skipped.orElseGet(() -> items + " items computed anew in " + took.toMillis() + " ms: "
                + (differing == 0
                        ? "the same"
                        : differing + " of them differ from what is kept up to date, such as: " + mismatches.get(0)));
    }
}
