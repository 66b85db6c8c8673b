package org.karst.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** Counts durations; any thread may add and read. */
public final class Stopwatch {
    /** From half a millisecond, doubled up to eight seconds, then half a minute. */
    private static final long[] BOUNDS = bounds();

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder sum = new LongAdder();

    private static long[] bounds() {
        long[] bounds = new long[16];
        for (int at = 0; at < bounds.length - 1; at++) {
            bounds[at] = TimeUnit.MICROSECONDS.toNanos(500) << at;
        }
        bounds[bounds.length - 1] = TimeUnit.SECONDS.toNanos(30);
        return bounds;
    }

    /** One more, in nanoseconds. */
    public void add(long nanos) {
        int at = Arrays.binarySearch(BOUNDS, nanos);
        counts.incrementAndGet(at >= 0 ? at : -at - 1);
        sum.add(nanos);
    }

    /** All so far. */
    public Durations read() {
        List<Double> bounds = new ArrayList<>();
        for (long bound : BOUNDS) {
            bounds.add(bound / 1e9);
        }
        List<Long> copied = new ArrayList<>();
        for (int at = 0; at < counts.length(); at++) {
            copied.add(counts.get(at));
        }
        return new Durations(bounds, copied, sum.sum() / 1e9);
    }
}
