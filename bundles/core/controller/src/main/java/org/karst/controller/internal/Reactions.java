package org.karst.controller.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.karst.pipeline.Durations;
import org.karst.pipeline.Stopwatch;
import org.karst.pipeline.Target;

/**
 * How long it takes from an event to its truth in the world: from the posting of the first message that a settlement is due to,
 * until a target that it changed acknowledges it. The writer writes; anybody may read.
 */
final class Reactions {
    /** A target that answers nothing for long is behind by more than a figure: what comes then is not measured. */
    private static final int MOST_PENDING = 1_024;

    private final Map<Target, Deque<Pending>> pending = new HashMap<>();
    private final SortedMap<String, Stopwatch> byDriver = new ConcurrentSkipListMap<>();

    private record Pending(long revision, long since) {}

    /**
     * A settlement changed something for a target.
     *
     * @param since when the event was posted, in {@link System#nanoTime}
     */
    void changed(Target target, long revision, long since) {
        Deque<Pending> queue = pending.computeIfAbsent(target, key -> new ArrayDeque<>());
        boolean known = !queue.isEmpty() && queue.getLast().revision() == revision;
        if (!known && queue.size() < MOST_PENDING) {
            queue.add(new Pending(revision, since));
        }
    }

    /** A target has made true everything up to a revision. */
    void acknowledged(Target target, long revision, long now) {
        Deque<Pending> queue = pending.get(target);
        if (queue == null) {
            return;
        }
        Stopwatch stopwatch = byDriver.computeIfAbsent(target.driver(), key -> new Stopwatch());
        while (!queue.isEmpty() && queue.getFirst().revision() <= revision) {
            stopwatch.add(now - queue.removeFirst().since());
        }
        if (queue.isEmpty()) {
            pending.remove(target);
        }
    }

    /** A driver is gone: nobody will acknowledge for it. */
    void forget(String driver) {
        pending.keySet().removeIf(target -> target.driver().equals(driver));
    }

    /** What was measured, by driver. */
    SortedMap<String, Durations> read() {
        SortedMap<String, Durations> all = new TreeMap<>();
        byDriver.forEach((driver, stopwatch) -> all.put(driver, stopwatch.read()));
        return all;
    }
}
