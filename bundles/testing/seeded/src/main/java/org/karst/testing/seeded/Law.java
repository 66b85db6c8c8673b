package org.karst.testing.seeded;

import java.util.List;

/**
 * Something that holds for every sequence of edits.
 *
 * @param <E> the type of an edit
 */
@FunctionalInterface
public interface Law<E> {
    /**
     * Tries the law with one sequence; must depend on nothing else.
     *
     * @throws Throwable anything, if the law is broken
     */
    void holdsFor(List<E> edits) throws Throwable;
}
