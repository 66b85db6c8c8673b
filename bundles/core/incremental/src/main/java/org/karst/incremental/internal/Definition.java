package org.karst.incremental.internal;

import java.util.IdentityHashMap;

/** What an engine knows about one table, index, query or rule. */
abstract class Definition {
    final String name;

    /** The one that a fork copied, or this: what cells of an engine and of its forks have in common. */
    final Definition original;

    Definition(String name) {
        this.name = name;
        this.original = this;
    }

    /** A copy in a fork. */
    Definition(Definition original) {
        this.name = original.name;
        this.original = original.original;
    }

    /** The cell here that stands for a cell of the original. */
    abstract Cell local(Cell cell);

    /** Connects this, a copy in a fork, with the copies of what its original is connected with. */
    abstract void link(Definition copied, IdentityHashMap<Definition, Definition> copies);

    /** How many cells it has. */
    abstract int cells();

    /** Whether nothing would be lost if it were dropped and made anew when read again. */
    abstract boolean idle();

    @Override
    public final String toString() {
        return name;
    }
}
