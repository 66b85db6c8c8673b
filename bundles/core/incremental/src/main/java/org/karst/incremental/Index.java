package org.karst.incremental;

import java.util.Collection;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Finds the keys of a table's rows by a value in them. An index is a value itself: a name and a pure function from a row
 * to the values under which it is to be found. It is built when first read and kept up to date while somebody reads it.
 *
 * @param <V> the type of the values
 * @param <K> the type of the table's keys
 * @param <R> the type of the table's rows
 */
public final class Index<V extends Comparable<? super V>, K extends Comparable<? super K>, R> {
    private final String name;
    private final Table<K, R> table;
    private final BiFunction<? super K, ? super R, ? extends Collection<? extends V>> values;

    private Index(
            String name,
            Table<K, R> table,
            BiFunction<? super K, ? super R, ? extends Collection<? extends V>> values) {
        this.name = Table.Names.checked(name);
        this.table = Objects.requireNonNull(table, "table");
        this.values = Objects.requireNonNull(values, "values");
    }

    /**
     * An index over what is in the rows.
     *
     * @param values pure; the values of one row, in any order, repeated ones count once. If it throws, the row is found
     *     under no value and the failure stands until the row changes
     */
    public static <V extends Comparable<? super V>, K extends Comparable<? super K>, R> Index<V, K, R> of(
            String name, Table<K, R> table, Function<? super R, ? extends Collection<? extends V>> values) {
        Objects.requireNonNull(values, "values");
        return new Index<>(name, table, (key, row) -> values.apply(row));
    }

    /** An index over keys and rows, see {@link #of}. */
    public static <V extends Comparable<? super V>, K extends Comparable<? super K>, R> Index<V, K, R> byKeyAndRow(
            String name,
            Table<K, R> table,
            BiFunction<? super K, ? super R, ? extends Collection<? extends V>> values) {
        return new Index<>(name, table, values);
    }

    public String name() {
        return name;
    }

    public Table<K, R> table() {
        return table;
    }

    /** The function from a key and its row to the values under which the key is found. */
    public BiFunction<? super K, ? super R, ? extends Collection<? extends V>> values() {
        return values;
    }

    @Override
    public String toString() {
        return name;
    }
}
