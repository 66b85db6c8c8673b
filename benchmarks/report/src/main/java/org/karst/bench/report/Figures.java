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

    /**
     * Where the median of all that could have been measured lies, with at least 95 % confidence, whatever the distribution: the two
     * measurements that are as far from the ends of their order as the binomial distribution allows.
     *
     * @param low the lower of them
     * @param high the upper of them
     */
    public record Interval(double low, double high) {}

    /**
     * The interval of a median.
     *
     * @throws IllegalArgumentException if there are fewer than 6 measurements: those give no such confidence
     */
    public static Interval medianInterval(Collection<? extends Number> measurements) {
        double[] sorted =
                measurements.stream().mapToDouble(Number::doubleValue).sorted().toArray();
        int outside = -1;
        double tail = 0;
        double exactly = Math.pow(0.5, sorted.length);
        while (outside < sorted.length && tail + exactly <= 0.025) {
            outside++;
            tail += exactly;
            exactly *= (double) (sorted.length - outside) / (outside + 1);
        }
        if (outside < 0) {
            throw new IllegalArgumentException(
                    "an interval of a median takes at least 6 measurements, not " + sorted.length);
        }
        return new Interval(sorted[outside], sorted[sorted.length - 1 - outside]);
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
