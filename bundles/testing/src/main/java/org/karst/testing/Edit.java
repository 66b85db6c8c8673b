package org.karst.testing;

import java.util.Optional;
import org.karst.incremental.Table;
import org.karst.pipeline.Facts;

/**
 * One row that a scenario writes or removes.
 *
 * @param table the table
 * @param key the key
 * @param row the row, empty to remove it
 */
public record Edit<K extends Comparable<? super K>, R>(Table<K, R> table, K key, Optional<R> row) {
    /** Writes a row. */
    public static <K extends Comparable<? super K>, R> Edit<K, R> put(Table<K, R> table, K key, R row) {
        return new Edit<>(table, key, Optional.of(row));
    }

    Edit<K, R> removal() {
        return new Edit<>(table, key, Optional.empty());
    }

    void apply(Facts facts) {
        row.ifPresentOrElse(value -> facts.put(table, key, value), () -> facts.remove(table, key));
    }
}
