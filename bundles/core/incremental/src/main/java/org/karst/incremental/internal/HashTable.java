package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A set of entries, found by key: open addressing with linear probing. Takes 6 to 12 bytes for an entry, where a map of the
 * JDK takes 40; with a cell for everything that is ever read, this is what keeps 100,000 pods in memory. It shrinks as
 * entries go.
 *
 * <p>A table may lie over another one, which it never changes: what is found there is copied before it is handed out.
 */
final class HashTable<E extends Entry> {
    private static final int SMALLEST = 4;

    private Entry[] slots = new Entry[SMALLEST];
    private int size;

    /** What lies below, or null; what was copied or removed from there; how to copy. */
    private final HashTable<E> below;

    private final Set<E> covered;
    private final UnaryOperator<E> copy;

    HashTable() {
        this.below = null;
        this.covered = null;
        this.copy = null;
    }

    /** A table that starts as another and leaves it alone; the other must not change while this is in use. */
    HashTable(HashTable<E> below, UnaryOperator<E> copy) {
        this.below = below;
        this.covered = Collections.newSetFromMap(new IdentityHashMap<>());
        this.copy = copy;
    }

    int size() {
        return below == null ? size : size + below.size() - covered.size();
    }

    /** The entry of that key, to be changed or handed on, or null. */
    E find(Object key) {
        return find(Entry.hash(key), key);
    }

    E find(int hash, Object key) {
        E own = own(hash, key);
        if (own != null || below == null) {
            return own;
        }
        E lower = below.peek(hash, key);
        return lower == null || covered.contains(lower) ? null : lift(lower);
    }

    /** The entry of that key, to be looked at only, or null. */
    E peek(int hash, Object key) {
        E own = own(hash, key);
        if (own != null || below == null) {
            return own;
        }
        E lower = below.peek(hash, key);
        return lower == null || covered.contains(lower) ? null : lower;
    }

    private E lift(E lower) {
        E copied = copy.apply(lower);
        covered.add(lower);
        add(copied);
        return copied;
    }

    @SuppressWarnings("unchecked")
    private E own(int hash, Object key) {
        Entry[] table = slots;
        int mask = table.length - 1;
        for (int i = hash & mask; table[i] != null; i = (i + 1) & mask) {
            if (table[i].hash == hash && table[i].key().equals(key)) {
                return (E) table[i];
            }
        }
        return null;
    }

    /** Adds an entry whose key is not there. */
    void add(E entry) {
        size++;
        if (3L * size > 2L * slots.length) {
            resize(2 * slots.length);
        }
        place(entry);
    }

    /** Removes an entry that was added or found, or a copy of it. */
    void remove(E entry) {
        int mask = slots.length - 1;
        int hole = entry.hash & mask;
        while (slots[hole] == null || !slots[hole].same(entry)) {
            if (slots[hole] == null) {
                throw new IllegalStateException("not in the table: " + entry.key());
            }
            hole = (hole + 1) & mask;
        }
        // Entries that were pushed past the hole move back, so that no search ends too early.
        for (int i = (hole + 1) & mask; slots[i] != null; i = (i + 1) & mask) {
            int distanceOfHole = (hole - slots[i].hash) & mask;
            int distance = (i - slots[i].hash) & mask;
            if (distanceOfHole < distance) {
                slots[hole] = slots[i];
                hole = i;
            }
        }
        slots[hole] = null;
        size--;
        if (slots.length > SMALLEST && 8L * size < slots.length) {
            resize(slots.length / 2);
        }
    }

    /** Visits each entry, in no order, to be looked at only; the visitor must not add or remove. */
    @SuppressWarnings("unchecked")
    void forEach(Consumer<? super E> visitor) {
        for (Entry entry : slots) {
            if (entry != null) {
                visitor.accept((E) entry);
            }
        }
        if (below != null) {
            below.forEach(lower -> {
                if (!covered.contains(lower)) {
                    visitor.accept(lower);
                }
            });
        }
    }

    /** The entries of now, in no order, to be changed or handed on. */
    List<E> snapshot() {
        List<E> entries = new ArrayList<>(size());
        if (below != null) {
            below.forEach(lower -> {
                if (!covered.contains(lower)) {
                    lift(lower);
                }
            });
        }
        forEach(entries::add);
        return entries;
    }

    /** A table of its own with the same entries; for tables that lie over no other. */
    HashTable<E> duplicate() {
        HashTable<E> duplicate = new HashTable<>();
        duplicate.slots = slots.clone();
        duplicate.size = size;
        return duplicate;
    }

    private void place(Entry entry) {
        int mask = slots.length - 1;
        int i = entry.hash & mask;
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = entry;
    }

    private void resize(int capacity) {
        Entry[] old = slots;
        slots = new Entry[capacity];
        for (Entry entry : old) {
            if (entry != null) {
                place(entry);
            }
        }
    }
}
