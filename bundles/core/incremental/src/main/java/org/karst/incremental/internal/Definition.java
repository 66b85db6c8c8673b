package org.karst.incremental.internal;

/** What an engine knows about one table, index, query or rule. */
abstract class Definition {
    final String name;

    Definition(String name) {
        this.name = name;
    }

    /** How many cells it has. */
    abstract int cells();

    /** Whether nothing would be lost if it were dropped and made anew when read again. */
    abstract boolean idle();

    @Override
    public final String toString() {
        return name;
    }
}
