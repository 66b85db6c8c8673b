package org.karst.incremental.internal;

import java.util.IdentityHashMap;
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

    /** A copy in a fork; what it reads and who reads it is linked when all are copied. */
    DerivedDefinition(DerivedDefinition original) {
        super(original);
        this.rank = original.rank;
        this.cycle = original.cycle;
        this.evaluations = original.evaluations;
    }

    @Override
    final void link(Definition copied, IdentityHashMap<Definition, Definition> copies) {
        DerivedDefinition from = (DerivedDefinition) copied;
        from.reads.forEach(read -> reads.add((DerivedDefinition) copies.get(read.original)));
        from.readBy.forEach(reader -> readBy.add((DerivedDefinition) copies.get(reader.original)));
    }

    abstract void forEachCell(Consumer<Derived> visitor);
}
