package org.karst.incremental.internal;

import java.util.Arrays;
import java.util.function.Consumer;

/** Something that can be read: it knows who reads it. */
abstract class Cell extends Entry {
    private static final int FEW = 8;

    final Definition definition;
    private final Object key;

    /** The revision in which it last changed. */
    long changed;

    /** Scratch for telling in one pass which cells of a list were met before. */
    int stamp;

    /** null, one {@link Derived}, a few in a {@code Derived[]} with nulls at the end, or many in a {@link HashTable}. */
    private Object readers;

    Cell(Definition definition, Object key) {
        super(Entry.hash(key));
        this.definition = definition;
        this.key = key;
    }

    /** A copy in a fork; its readers and reads are those of the original until they are needed. */
    Cell(Cell original, Definition definition) {
        super(original.hash);
        this.definition = definition;
        this.key = original.key;
        this.changed = original.changed;
        this.readers = duplicate(original.readers);
    }

    @SuppressWarnings("unchecked")
    private static Object duplicate(Object readers) {
        if (readers instanceof Derived[] few) {
            return few.clone();
        }
        return readers instanceof HashTable<?> many ? ((HashTable<Derived>) many).duplicate() : readers;
    }

    @Override
    final Object key() {
        return key;
    }

    @Override
    final boolean same(Entry other) {
        return this == other
                || (other instanceof Cell cell
                        && hash == cell.hash
                        && definition.original == cell.definition.original
                        && key.equals(cell.key));
    }

    /** Takes itself out of its definition if it says nothing any more; called when it has no readers. */
    abstract void forget(Evaluator evaluator);

    final boolean hasReaders() {
        return readers != null;
    }

    /** Adds a reader that is not one yet. */
    @SuppressWarnings("unchecked")
    final void addReader(Derived reader) {
        if (readers == null) {
            readers = reader;
        } else if (readers instanceof Derived first) {
            readers = new Derived[] {first, reader};
        } else if (readers instanceof Derived[] few) {
            readers = added(few, reader);
        } else {
            ((HashTable<Derived>) readers).add(reader);
        }
    }

    private static Object added(Derived[] few, Derived reader) {
        int size = size(few);
        if (size < few.length) {
            few[size] = reader;
            return few;
        }
        if (size < FEW) {
            Derived[] more = Arrays.copyOf(few, 2 * size);
            more[size] = reader;
            return more;
        }
        HashTable<Derived> many = new HashTable<>();
        for (Derived one : few) {
            many.add(one);
        }
        many.add(reader);
        return many;
    }

    /** Removes a reader that is one. */
    @SuppressWarnings("unchecked")
    final void removeReader(Derived reader) {
        if (readers instanceof Derived) {
            readers = null;
        } else if (readers instanceof Derived[] few) {
            int last = size(few) - 1;
            for (int i = 0; i <= last; i++) {
                if (few[i].same(reader)) {
                    few[i] = few[last];
                    few[last] = null;
                    break;
                }
            }
            readers = last == 1 ? few[0] : few;
        } else {
            HashTable<Derived> many = (HashTable<Derived>) readers;
            many.remove(reader);
            if (many.size() <= FEW / 2) {
                readers = many.snapshot().toArray(new Derived[FEW]);
            }
        }
    }

    @SuppressWarnings("unchecked")
    final void forEachReader(Consumer<Derived> visitor) {
        if (readers == null) {
            return;
        }
        if (readers instanceof Derived one) {
            visitor.accept(one);
        } else if (readers instanceof Derived[] few) {
            for (int i = 0; i < few.length && few[i] != null; i++) {
                visitor.accept(few[i]);
            }
        } else {
            ((HashTable<Derived>) readers).forEach(visitor);
        }
    }

    private static int size(Derived[] few) {
        int size = few.length;
        while (few[size - 1] == null) {
            size--;
        }
        return size;
    }
}
