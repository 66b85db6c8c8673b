package org.karst.incremental.internal;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SortedSet;

/** An immutable set in natural order, as one array. */
@SuppressWarnings({"unchecked", "JdkObsolete"}) // a reader needs no more than SortedSet
final class SortedKeys<K> extends AbstractSet<K> implements SortedSet<K> {
    private static final SortedKeys<?> EMPTY = new SortedKeys<>(new Object[0]);

    private final Object[] keys;

    private SortedKeys(Object[] keys) {
        this.keys = keys;
    }

    static <K> SortedKeys<K> empty() {
        return (SortedKeys<K>) EMPTY;
    }

    static <K> SortedKeys<K> single(Object key) {
        return new SortedKeys<>(new Object[] {key});
    }

    /** The set of an array of different keys, which is sorted in place and kept. */
    static <K> SortedKeys<K> adopt(Object[] keys) {
        if (keys.length == 0) {
            return empty();
        }
        Arrays.sort(keys);
        return new SortedKeys<>(keys);
    }

    /** This set with some keys more and some less; the added are not in it, the removed are. */
    SortedKeys<K> with(Collection<?> added, Collection<?> removed) {
        if (keys.length == 0) {
            return adopt(added.toArray());
        }
        Object[] more = added.toArray();
        Object[] less = removed.toArray();
        Arrays.sort(more);
        Arrays.sort(less);
        Object[] merged = new Object[keys.length + more.length - less.length];
        if (merged.length == 0) {
            return empty();
        }
        int nextMore = 0;
        int nextLess = 0;
        int size = 0;
        for (Object key : keys) {
            if (nextLess < less.length && less[nextLess].equals(key)) {
                nextLess++;
                continue;
            }
            while (nextMore < more.length && ((Comparable<Object>) more[nextMore]).compareTo(key) < 0) {
                merged[size++] = more[nextMore++];
            }
            merged[size++] = key;
        }
        while (nextMore < more.length) {
            merged[size++] = more[nextMore++];
        }
        return new SortedKeys<>(merged);
    }

    @Override
    public Iterator<K> iterator() {
        return (Iterator<K>) Arrays.asList(keys).iterator();
    }

    @Override
    public int size() {
        return keys.length;
    }

    @Override
    public boolean contains(Object key) {
        if (keys.length == 0 || key == null) {
            return false;
        }
        // What is of another type may not be comparable.
        return key.getClass() == keys[0].getClass() ? Arrays.binarySearch(keys, key) >= 0 : super.contains(key);
    }

    @Override
    public Object[] toArray() {
        return keys.clone();
    }

    @Override
    public Comparator<? super K> comparator() {
        return null;
    }

    @Override
    public SortedSet<K> subSet(K from, K to) {
        return slice(place(from), place(to));
    }

    @Override
    public SortedSet<K> headSet(K to) {
        return slice(0, place(to));
    }

    @Override
    public SortedSet<K> tailSet(K from) {
        return slice(place(from), keys.length);
    }

    @Override
    public K first() {
        return at(0);
    }

    @Override
    public K last() {
        return at(keys.length - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SortedKeys<?> sorted ? Arrays.equals(keys, sorted.keys) : super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    private K at(int place) {
        if (keys.length == 0) {
            throw new NoSuchElementException("the set is empty");
        }
        return (K) keys[place];
    }

    private int place(K key) {
        int found = Arrays.binarySearch(keys, key);
        return found < 0 ? -found - 1 : found;
    }

    private SortedSet<K> slice(int from, int to) {
        return from >= to ? empty() : new SortedKeys<>(Arrays.copyOfRange(keys, from, to));
    }
}
