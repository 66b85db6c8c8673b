package org.karst.incremental;

import java.util.Collection;
import java.util.Objects;
import java.util.function.Function;

/**
 * Finds the keys of a table's rows by address prefixes in them: those that contain a given prefix, or are contained in it.
 * Each asked prefix is one cell, so a reader runs again only if the answer to its own question changed.
 *
 * @param <K> the type of the table's keys
 * @param <R> the type of the table's rows
 */
public final class PrefixIndex<K extends Comparable<? super K>, R> {
    private final String name;
    private final Table<K, R> table;
    private final Function<? super R, ? extends Collection<Prefix>> prefixes;

    private PrefixIndex(String name, Table<K, R> table, Function<? super R, ? extends Collection<Prefix>> prefixes) {
        this.name = Table.Names.checked(name);
        this.table = Objects.requireNonNull(table, "table");
        this.prefixes = Objects.requireNonNull(prefixes, "prefixes");
    }

    /**
     * An index over the prefixes in the rows.
     *
     * @param prefixes pure; the prefixes of one row (an address is a prefix of full length), in any order, repeated ones
     *     count once. If it throws, the row is found nowhere and the failure stands until the row changes
     */
    public static <K extends Comparable<? super K>, R> PrefixIndex<K, R> of(
            String name, Table<K, R> table, Function<? super R, ? extends Collection<Prefix>> prefixes) {
        return new PrefixIndex<>(name, table, prefixes);
    }

    public String name() {
        return name;
    }

    public Table<K, R> table() {
        return table;
    }

    /** The function from a row to the prefixes under which its key is found. */
    public Function<? super R, ? extends Collection<Prefix>> prefixes() {
        return prefixes;
    }

    @Override
    public String toString() {
        return name;
    }
}
