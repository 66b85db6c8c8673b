package org.karst.controller.internal;

import java.util.SortedSet;
import java.util.TreeSet;

/** What makes the next settlement necessary: since when, and who wrote. */
final class Cause {
    private final SortedSet<String> drivers = new TreeSet<>();
    private boolean others;
    private long since;

    /** A driver wrote a fact. */
    void driver(String name) {
        drivers.add(name);
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

    /** The drivers whose facts alone are the cause; none if anything else has a part in it. */
    SortedSet<String> driversAlone() {
        return others || drivers.isEmpty() ? new TreeSet<>() : new TreeSet<>(drivers);
    }

    /** It is settled. */
    void settled() {
        drivers.clear();
        others = false;
        since = 0;
    }
}
