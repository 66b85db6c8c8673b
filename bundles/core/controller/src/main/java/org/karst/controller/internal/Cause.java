package org.karst.controller.internal;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What makes the next settlement necessary: since when, and who wrote. */
final class Cause {
    private final SortedMap<String, SortedSet<String>> drivers = new TreeMap<>();
    private boolean others;
    private long since;

    /** A driver wrote facts. */
    void driver(String name, SortedSet<String> tables) {
        drivers.computeIfAbsent(name, unused -> new TreeSet<>()).addAll(tables);
    }

    /** Anything else changed. */
    void other() {
        others = true;
    }

    /** Whether there is something to settle. */
    boolean isDue() {
        return others || !drivers.isEmpty();
    }

    /**
     * A message was taken; the first that makes a settlement necessary counts.
     *
     * @param posted the time of its posting, in {@link System#nanoTime}
     */
    void taken(long posted) {
        if (since == 0 && isDue()) {
            since = posted;
        }
    }

    /** When the first message was posted, or the given time if no message is the cause. */
    long since(long otherwise) {
        return since == 0 ? otherwise : since;
    }

    /** The drivers whose facts alone are the cause, with the tables that they wrote; none if anything else has a part in it. */
    SortedMap<String, SortedSet<String>> driversAlone() {
        return others || drivers.isEmpty() ? Collections.emptySortedMap() : new TreeMap<>(drivers);
    }

    /** It is settled. */
    void settled() {
        drivers.clear();
        others = false;
        since = 0;
    }
}
