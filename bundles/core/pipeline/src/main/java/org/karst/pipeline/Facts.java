package org.karst.pipeline;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.karst.incremental.Table;
import org.karst.incremental.View;

/**
 * The tables, for one message on the writer's thread. Keep no reference to it.
 */
public interface Facts {
    <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row);

    /** As put; the core removes the row when the deadline has passed. The engine itself has no clock. */
    <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row, Instant deadline);

    <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key);

    <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key);

    <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table);

    /** Asks a question of queries; rows that this message wrote may not show in it yet, {@link #row} sees them. */
    <T> T settled(Function<? super View, ? extends T> question);

    /**
     * The one source of some rows has told everything that it knew at its start.
     *
     * @param source a table's name, or that and a place: {@code interfaces/node-1}
     */
    void synced(String source);

    /** A source must be heard before anything is removed. Said before the source starts. */
    void expect(String source);

    /** A source is gone for good: nobody waits for it. */
    void forget(String source);
}
