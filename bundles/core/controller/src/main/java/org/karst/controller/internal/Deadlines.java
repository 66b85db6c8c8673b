package org.karst.controller.internal;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.karst.incremental.Engine;
import org.karst.incremental.Table;

/** The core's one timer: rows that end at a time. The engine itself has no clock. */
final class Deadlines {
    private final PriorityQueue<Entry<?, ?>> entries = new PriorityQueue<>(Comparator.comparing(Entry::deadline));

    private record Entry<K extends Comparable<? super K>, R>(Table<K, R> table, K key, R row, Instant deadline) {
        /** Removes the row unless another has taken its place. */
        boolean expire(Engine engine) {
            boolean same = engine.row(table, key).filter(row::equals).isPresent();
            if (same) {
                engine.remove(table, key);
            }
            return same;
        }
    }

    <K extends Comparable<? super K>, R> void add(Table<K, R> table, K key, R row, Instant deadline) {
        entries.add(new Entry<>(table, key, row, deadline));
    }

    /** As {@link #add}, instead of any other deadline of that key: a row that came again equal does not end by an older one. */
    <K extends Comparable<? super K>, R> void replace(Table<K, R> table, K key, R row, Instant deadline) {
        entries.removeIf(entry -> entry.table() == table && entry.key().equals(key));
        add(table, key, row, deadline);
    }

    /** Removes the rows whose time has passed; whether there was one. */
    boolean expire(Engine engine, Instant now) {
        boolean changed = false;
        while (!entries.isEmpty() && !entries.peek().deadline().isAfter(now)) {
            changed |= entries.remove().expire(engine);
        }
        return changed;
    }

    /** When the next row ends. */
    Optional<Instant> next() {
        return Optional.ofNullable(entries.peek()).map(Entry::deadline);
    }
}
