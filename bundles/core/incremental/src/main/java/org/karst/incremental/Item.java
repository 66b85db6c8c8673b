package org.karst.incremental;

/**
 * Something that should be true in the world: a flow, a group, a row of a switch's database, a route, a status. Immutable;
 * {@code equals} decides whether it changed, and {@link #identity()} which thing it is about: two items with one identity
 * and unequal contents are the old and the new state of the same thing.
 */
public interface Item {
    /** Which thing this is about: immutable, compared by {@code equals}, the same at each call. */
    Object identity();
}
