package org.karst.incremental.internal;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** A definition whose cells are evaluated. Its rank is above that of each definition that it has ever read. */
abstract class DerivedDefinition extends Definition {
    final Set<DerivedDefinition> reads = new LinkedHashSet<>();
    final Set<DerivedDefinition> readBy = new LinkedHashSet<>();
    int rank = 1;

    /** The cycle that it is part of, as a sentence, or null. */
    String cycle;

    long evaluations;

    DerivedDefinition(String name) {
        super(name);
    }

    abstract void forEachCell(Consumer<Derived> visitor);
}
