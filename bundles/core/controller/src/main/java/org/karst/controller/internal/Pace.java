package org.karst.controller.internal;

import java.time.Duration;

/**
 * How many rows a step may take in. A container that comes meanwhile waits for a few settlements that are not its own, so they ought to be
 * short; but each has costs that do not depend on its rows, so many short ones may take several times as long as a few long ones. What
 * rows cost depends on them and on the cluster; it is learnt from the last settlements (ADR 107).
 */
final class Pace {
    /** A settlement is made shorter than this where that costs little. */
    static final long AIM = Duration.ofMillis(20).toNanos();

    /** A settlement is made shorter than this whatever it costs. */
    static final long LONGEST = Duration.ofMillis(500).toNanos();

    static final int FEWEST = 32;
    static final int FIRST = 512;
    static final int MOST = 16_384;

    /** By so much a row may become dearer when only half as many settle together. */
    private static final double DEARER = 1.5;

    /** After so many settlements fewer rows are tried once more. */
    private static final int PATIENCE = 32;

    private int limit = FIRST;
    private int written;

    /** What a row cost before the limit was halved on trial, in nanoseconds; 0 = no trial. */
    private double formerPrice;

    private int untilTrial;

    /** Whether the step may take another message. One message is never parted. */
    boolean allowsMore() {
        return written < limit;
    }

    /** A message wrote so many rows. */
    void wrote(int rows) {
        written += rows;
    }

    /** All of it is settled. */
    void settled(long nanos) {
        double price = (double) nanos / Math.max(1, written);
        boolean full = written >= limit;
        if (nanos > LONGEST) {
            limit = (int) Math.max(FEWEST, Math.min(limit, LONGEST / price));
            formerPrice = 0;
        } else if (full && formerPrice > 0 && price > DEARER * formerPrice) {
            limit = Math.min(MOST, 2 * limit);
            formerPrice = 0;
            untilTrial = PATIENCE;
        } else if (full && nanos > AIM) {
            if (untilTrial > 0) {
                untilTrial--;
            } else {
                formerPrice = price;
                limit = Math.max(FEWEST, limit / 2);
            }
        } else if (full && nanos < AIM / 2) {
            limit = Math.min(MOST, 2 * limit);
            formerPrice = 0;
        }
        written = 0;
    }
}
