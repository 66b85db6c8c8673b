package org.karst.bench.report;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of a benchmark's answer.
 *
 * @param what the measured thing
 * @param unit of the two figures; empty for a count
 * @param karst figure of Karst
 * @param peer figure of what it is compared with, from the same run
 * @param bar what has to hold
 */
record Row(String what, String unit, double karst, OptionalDouble peer, Optional<Bar> bar) {
    Row {
        if (Double.isNaN(karst) || Double.isInfinite(karst)) {
            throw new IllegalArgumentException(what + " was not measured: " + karst);
        }
        if (peer.isPresent() && !(peer.getAsDouble() > 0)) {
            throw new IllegalArgumentException(what + ": nothing can be compared with " + peer.getAsDouble());
        }
        if (bar.isPresent() && bar.get().isForRatio() && peer.isEmpty()) {
            throw new IllegalArgumentException(what + ": a bar for a ratio needs a peer");
        }
    }

    OptionalDouble ratio() {
        return peer.isPresent() ? OptionalDouble.of(karst / peer.getAsDouble()) : OptionalDouble.empty();
    }

    /** Whether the bar is taken; empty without a bar. */
    Optional<Boolean> met() {
        return bar.map(it -> it.isMetBy(it.isForRatio() ? ratio().getAsDouble() : karst));
    }

    /** A number as people write it and JSON reads it. */
    static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    static String number(OptionalDouble value, String otherwise) {
        return value.isPresent() ? number(value.getAsDouble()) : otherwise;
    }
}
