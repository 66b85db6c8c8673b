package org.karst.incremental.internal;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A set of entries, found by key: open addressing with linear probing. Takes 6 to 12 bytes for an entry, where a map of the
 * JDK takes 40; with a cell for everything that is ever read, this is what keeps 100,000 pods in memory. It shrinks as
 * entries go.
 */
final class HashTable<E extends Entry> {
    private static final int SMALLEST = 4;

    private Entry[] slots = new Entry[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    /** The entry of that key, or null. */
    E find(Object key) {
        return find(Entry.hash(key), key);
    }

    @SuppressWarnings("unchecked")
    E find(int hash, Object key) {
        Entry[] table = slots;
        int mask = table.length - 1;
        for (int i = hash & mask; table[i] != null; i = i + 1 & mask) {
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

    /** Removes this very entry, which must be there. */
    void remove(E entry) {
        int mask = slots.length - 1;
        int hole = entry.hash & mask;
        while (slots[hole] != entry) {
            if (slots[hole] == null) {
                throw new IllegalStateException("not in the table: " + entry.key());
            }
            hole = hole + 1 & mask;
        }
        // Entries that were pushed past the hole move back, so that no search ends too early.
        for (int i = hole + 1 & mask; slots[i] != null; i = i + 1 & mask) {
            int distanceOfHole = hole - slots[i].hash & mask;
            int distance = i - slots[i].hash & mask;
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

    /** Visits each entry, in no order; the visitor must not add or remove. */
    @SuppressWarnings("unchecked")
    void forEach(Consumer<? super E> visitor) {
        for (Entry entry : slots) {
            if (entry != null) {
                visitor.accept((E) entry);
            }
        }
    }

    /** The entries of now, in no order. */
    @SuppressWarnings("unchecked")
    List<E> snapshot() {
        Entry[] entries = new Entry[size];
        int count = 0;
        for (Entry entry : slots) {
            if (entry != null) {
                entries[count++] = entry;
            }
        }
        return (List<E>) Arrays.asList(entries);
    }

    private void place(Entry entry) {
        int mask = slots.length - 1;
        int i = entry.hash & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
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
