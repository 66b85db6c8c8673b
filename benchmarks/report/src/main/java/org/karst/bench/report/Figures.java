package org.karst.bench.report;

import java.util.Collection;

/** What many measurements of one thing come to. */
public final class Figures {
    private Figures() {}

    /** The middle one, the upper of two. */
    public static double median(Collection<? extends Number> measurements) {
        return percentile(measurements, 50);
    }

    /**
     * The measurement below which so many percent of all are.
     *
     * @param percent 0 to 100; 100 is the largest
     * @throws IllegalArgumentException if nothing was measured
     */
    public static double percentile(Collection<? extends Number> measurements, int percent) {
        double[] sorted =
                measurements.stream().mapToDouble(Number::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        return sorted[(int) Math.min(sorted.length - 1L, (long) sorted.length * percent / 100)];
    }

    /** Seconds since a moment of {@link System#nanoTime}. */
    public static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Milliseconds since a moment of {@link System#nanoTime}. */
    public static double millisecondsSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
