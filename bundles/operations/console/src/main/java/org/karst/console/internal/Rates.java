package org.karst.console.internal;

import java.util.HashMap;
import java.util.Map;

/** Turns counters that only grow into rates. Confined to one thread. */
final class Rates {
    private static final double NANOS = 1e9;

    private final Map<String, Reading> readings = new HashMap<>();

    /** A counter at one moment. */
    private record Reading(long value, long nanos) {}

    /**
     * How much a counter grew in a second since it was asked for last; 0 at the first time, and when it began anew.
     *
     * @param counter its name
     * @param value what it stands at
     * @param nanos when, by {@link System#nanoTime}
     */
    double perSecond(String counter, long value, long nanos) {
        Reading before = readings.put(counter, new Reading(value, nanos));
        if (before == null || nanos <= before.nanos() || value < before.value()) {
            return 0;
        }
        return (value - before.value()) * NANOS / (nanos - before.nanos());
    }

    /** Forgets the counters whose names begin so. */
    void forget(String prefix) {
        readings.keySet().removeIf(name -> name.startsWith(prefix));
    }
}
