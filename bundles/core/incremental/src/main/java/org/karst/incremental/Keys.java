package org.karst.incremental;

import java.util.Objects;
import java.util.SortedSet;

/**
 * The keys of a rule: for which things it has units.
 *
 * @param <K> the type of the keys
 */
public sealed interface Keys<K extends Comparable<? super K>> {
    /** One unit for each row of a table. */
    static <K extends Comparable<? super K>> Keys<K> of(Table<K, ?> table) {
        return new OfTable<>(table);
    }

    /** One unit for each value that some row of the indexed table has. */
    static <V extends Comparable<? super V>> Keys<V> of(Index<V, ?, ?> index) {
        return new OfIndex<>(index);
    }

    /** One unit for each member of the query's value; when the value changes, the difference comes and goes. */
    static <K extends Comparable<? super K>> Keys<K> of(Query<Unit, ? extends SortedSet<K>> query) {
        return new OfQuery<>(query);
    }

    /** A single unit. */
    static Keys<Unit> once() {
        return Once.ONCE;
    }

    /** The keys of a table. */
    record OfTable<K extends Comparable<? super K>>(Table<K, ?> table) implements Keys<K> {
        public OfTable {
            Objects.requireNonNull(table, "table");
        }
    }

    /** The values of an index. */
    record OfIndex<V extends Comparable<? super V>>(Index<V, ?, ?> index) implements Keys<V> {
        public OfIndex {
            Objects.requireNonNull(index, "index");
        }
    }

    /** The members of a set that a query yields. */
    record OfQuery<K extends Comparable<? super K>>(Query<Unit, ? extends SortedSet<K>> query) implements Keys<K> {
        public OfQuery {
            Objects.requireNonNull(query, "query");
        }
    }

    /** One key, always there. */
    enum Once implements Keys<Unit> {
        ONCE
    }
}
