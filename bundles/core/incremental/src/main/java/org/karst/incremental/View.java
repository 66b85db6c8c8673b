package org.karst.incremental;

import java.util.Optional;
import java.util.SortedSet;

/**
 * All that a rule, a query or an answer sees of the world. Each read is recorded, also of what is absent, and the reader is
 * evaluated again when its outcome changes. A view serves only the evaluation that it was handed to: it must not be kept.
 * All sets are immutable and sorted.
 */
public interface View {
    /** The row of a key; reading an absent key is a read like any other. */
    <K extends Comparable<? super K>, R> Optional<R> get(Table<K, R> table, K key);

    /**
     * The value of a query.
     *
     * @throws QueryFailedException if that query failed for that key; not catching it lets the reader fail for the same
     *     reason, which is what most want
     */
    <K, V> V get(Query<K, V> query, K key);

    /** The keys of the rows that have the value. */
    <V extends Comparable<? super V>, K extends Comparable<? super K>> SortedSet<K> find(Index<V, K, ?> index, V value);

    /** All values that some row has. Costs all of them whenever one comes or goes. */
    <V extends Comparable<? super V>> SortedSet<V> values(Index<V, ?, ?> index);

    /** The keys of the rows that have a prefix which contains the given one (or equals it). */
    <K extends Comparable<? super K>> SortedSet<K> containing(PrefixIndex<K, ?> index, Prefix prefix);

    /** The keys of the rows that have a prefix which is contained in the given one (or equals it). */
    <K extends Comparable<? super K>> SortedSet<K> containedIn(PrefixIndex<K, ?> index, Prefix prefix);

    /** All keys of a table. Costs all of them whenever one comes or goes: prefer an index. */
    <K extends Comparable<? super K>> SortedSet<K> all(Table<K, ?> table);
}
