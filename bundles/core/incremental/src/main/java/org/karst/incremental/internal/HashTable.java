package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A set of entries, found by key: open addressing with linear probing. Takes 10 to 20 bytes for an entry, where a map of the
 * JDK takes 40; with a cell for everything that is ever read, this is what keeps 100,000 pods in memory. It shrinks as
 * entries go.
 *
 * <p>The hashes stand beside the entries: in a large table each look at an entry itself has to wait for the memory.
 *
 * <p>A table may lie over another one, which it never changes: what is found there is copied before it is handed out.
 */
final class HashTable<E extends Entry> {
    private static final int SMALLEST = 4;

    /** The hash of the entry in the slot, 0 if there is none. */
    private int[] hashes = new int[SMALLEST];

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
        int[] table = hashes;
        int mask = table.length - 1;
        for (int i = hash & mask; table[i] != 0; i = (i + 1) & mask) {
            if (table[i] == hash) {
                Object there = slots[i].key();
                if (there == key || there.equals(key)) {
                    return (E) slots[i];
                }
            }
        }
        return null;
    }

    /** Adds an entry whose key is not there. */
    void add(E entry) {
        size++;
        if (5L * size > 4L * slots.length) {
            resize(2 * slots.length);
        }
        place(entry.hash, entry);
    }

    /** Removes an entry that was added or found, or a copy of it. */
    void remove(E entry) {
        int mask = slots.length - 1;
        int hole = entry.hash & mask;
        while (hashes[hole] != entry.hash || !slots[hole].same(entry)) {
            if (hashes[hole] == 0) {
                throw new IllegalStateException("not in the table: " + entry.key());
            }
            hole = (hole + 1) & mask;
        }
        // Entries that were pushed past the hole move back, so that no search ends too early.
        for (int i = (hole + 1) & mask; hashes[i] != 0; i = (i + 1) & mask) {
            int distanceOfHole = (hole - hashes[i]) & mask;
            int distance = (i - hashes[i]) & mask;
            if (distanceOfHole < distance) {
                hashes[hole] = hashes[i];
                slots[hole] = slots[i];
                hole = i;
            }
        }
        hashes[hole] = 0;
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
        duplicate.hashes = hashes.clone();
        duplicate.slots = slots.clone();
        duplicate.size = size;
        return duplicate;
    }

    private void place(int hash, Entry entry) {
        int mask = slots.length - 1;
        int i = hash & mask;
        while (hashes[i] != 0) {
            i = (i + 1) & mask;
        }
        hashes[i] = hash;
        slots[i] = entry;
    }

    private void resize(int capacity) {
        int[] oldHashes = hashes;
        Entry[] old = slots;
        hashes = new int[capacity];
        slots = new Entry[capacity];
        for (int i = 0; i < old.length; i++) {
            if (oldHashes[i] != 0) {
                place(oldHashes[i], old[i]);
            }
        }
    }
}
