package org.karst.incremental.internal;

/** What a {@link HashTable} holds: it keeps the hash of its key, so that keys are hashed once. */
abstract class Entry {
    final int hash;

    Entry(int hash) {
        this.hash = hash;
    }

    abstract Object key();

    /** Whether this stands for the same thing as another entry: a fork has copies of what it changed. */
    boolean same(Entry other) {
        return this == other;
    }

    /** A hash of a key, mixed; never 0, which stands for no entry. */
    static int hash(Object key) {
        int hash = key.hashCode() * 0x9e3779b9;
        hash ^= hash >>> 15;
        return hash == 0 ? 1 : hash;
    }
}
