package org.karst.incremental;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Gives each of a set of keys a number that depends on nothing but the set: for conjunctions, groups and meters. A number is
 * a 24-bit hash of the key followed by the 8-bit rank of the key among those of the same hash. So numbers survive a restart,
 * two processes agree on them, nothing is allocated or freed, and a key that comes or goes disturbs only keys of its hash,
 * of which there are nearly always none.
 *
 * @param <K> the type of the keys
 */
public final class Numbering<K extends Comparable<? super K>> {
    /** The largest hash: numbers stay below those that OpenFlow reserves (OFPG_MAX, OFPM_MAX). The smallest is 1. */
    private static final int LARGEST_HASH = 0xfffeff;

    private static final int LARGEST_RANK = 0xff;

    private final String name;
    private final Function<? super K, String> text;
    private final Bucket<K> bucket;

    private interface Bucket<K> {
        /** The keys of that hash, sorted; empty may stand for a single one. */
        SortedSet<K> keys(View view, int hash);
    }

    private Numbering(String name, Function<? super K, String> text, Bucket<K> bucket) {
        this.name = name;
        this.text = text;
        this.bucket = bucket;
    }

    /**
     * Numbers for the keys of a table. A key that comes or goes costs nothing but its own hash.
     *
     * @param text a text of the key that is the same in every process; it is what is hashed
     */
    public static <K extends Comparable<? super K>, R> Numbering<K> of(
            String name, Table<K, R> table, Function<? super K, String> text) {
        Objects.requireNonNull(text, "text");
        Index<Integer, K, R> byHash =
                Index.byKeyAndRow(name + " by hash", table, (key, row) -> List.of(hash(text.apply(key))));
        return new Numbering<K>(name, text, (view, hash) -> view.find(byHash, hash));
    }

    /**
     * Numbers for the members of a set. When the set changes, all are hashed again.
     *
     * @param text a text of the key that is the same in every process; it is what is hashed
     */
    public static <K extends Comparable<? super K>> Numbering<K> of(
            String name, Query<Unit, ? extends SortedSet<K>> keys, Function<? super K, String> text) {
        Objects.requireNonNull(text, "text");
        Query<Unit, SortedMap<Integer, SortedSet<K>>> shared =
                Query.of(name + " with one hash", (view, unit) -> sharing(view.get(keys, unit), text));
        Query<Integer, SortedSet<K>> bucket = Query.of(name + " by hash", (view, hash) -> view.get(shared, Unit.UNIT)
                .getOrDefault(hash, Collections.emptySortedSet()));
        return new Numbering<K>(name, text, (view, hash) -> view.get(bucket, hash));
    }

    private static <K extends Comparable<? super K>> SortedMap<Integer, SortedSet<K>> sharing(
            SortedSet<K> keys, Function<? super K, String> text) {
        Map<Integer, K> first = new HashMap<>(2 * keys.size());
        SortedMap<Integer, SortedSet<K>> shared = new TreeMap<>();
        for (K key : keys) {
            int hash = hash(text.apply(key));
            K other = first.putIfAbsent(hash, key);
            if (other != null) {
                SortedSet<K> bucket = shared.computeIfAbsent(hash, unused -> new TreeSet<>());
                bucket.add(other);
                bucket.add(key);
            }
        }
        return shared;
    }

    /**
     * The number of a key.
     *
     * @return 0x100..0xfffeffff, an unsigned 32-bit number
     * @throws IllegalStateException if more than 256 keys have its hash
     */
    public long of(View view, K key) {
        int hash = hash(text.apply(key));
        int rank = bucket.keys(view, hash).headSet(key).size();
        if (rank > LARGEST_RANK) {
            throw new IllegalStateException(
                    "no number is left for " + key + " in " + name + ": 256 keys have its hash");
        }
        return (long) hash << 8 | rank;
    }

    /** The hash of a text, 1..0xfffeff: FNV-1a (64 bits) of its UTF-16 units, folded. */
    public static int hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        // The low bits of FNV are the weakest; mix before reducing.
        hash ^= hash >>> 32;
        hash *= 0x9e3779b97f4a7c15L;
        return (int) Long.remainderUnsigned(hash ^ hash >>> 29, LARGEST_HASH) + 1;
    }

    @Override
    public String toString() {
        return name;
    }
}
