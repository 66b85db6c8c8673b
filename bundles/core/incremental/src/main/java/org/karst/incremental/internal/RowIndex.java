package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An index of either kind: collects what moved in a step, so that each answer is put together once. */
abstract class RowIndex extends Definition {
    final TableState table;

    /** The rows that the function of the index could not deal with, and why. */
    final Map<Object, Failed> failures = new TreeMap<>();

    private Map<Object, Moved> moved = new LinkedHashMap<>();

    RowIndex(String name, TableState table) {
        super(name);
        this.table = table;
    }

    /** A copy in a fork, over the copy of its table. */
    RowIndex(RowIndex original, TableState table) {
        super(original);
        this.table = table;
        this.failures.putAll(original.failures);
    }

    @Override
    void link(Definition copied, IdentityHashMap<Definition, Definition> copies) {}

    /** A copy of this in a fork, over the copy of its table. */
    abstract RowIndex fork(TableState table);

    /** The keys that came to a value and went from it, each once. */
    static final class Moved {
        final List<Object> added = new ArrayList<>(1);
        final List<Object> removed = new ArrayList<>(1);
    }

    /** The function of the index. */
    abstract Collection<?> values(Object key, Object row);

    /** Takes over what moved to and from one value. */
    abstract void publish(Object value, Moved keys, Evaluator evaluator);

    /** Called after all values of a step. */
    abstract void published(Evaluator evaluator);

    /** Fills the new index with the rows that are there. */
    final void build(Evaluator evaluator) {
        table.forEachRow((key, row) -> moved(key, null, row));
        publish(evaluator);
        table.indexes.add(this);
    }

    /** A row changed; null is no row. */
    final void moved(Object key, Object before, Object after) {
        Set<Object> old = before == null ? Set.of() : checked(key, before);
        failures.remove(key);
        Set<Object> now = after == null ? Set.of() : checked(key, after);
        for (Object value : old) {
            if (!now.contains(value)) {
                moved.computeIfAbsent(value, unused -> new Moved()).removed.add(key);
            }
        }
        for (Object value : now) {
            if (!old.contains(value)) {
                moved.computeIfAbsent(value, unused -> new Moved()).added.add(key);
            }
        }
    }

    final void publish(Evaluator evaluator) {
        if (!moved.isEmpty()) {
            Map<Object, Moved> step = moved;
            // A new one: clearing one that was once large costs its size each time.
            moved = new LinkedHashMap<>();
            step.forEach((value, keys) -> publish(value, keys, evaluator));
            published(evaluator);
        }
    }

    private Set<Object> checked(Object key, Object row) {
        try {
            Set<Object> values = new LinkedHashSet<>(values(key, row));
            if (values.contains(null)) {
                throw new IllegalStateException(name + " yields no value (null) for " + key);
            }
            return values;
        } catch (Throwable reason) {
            failures.put(key, new Failed(Evaluator.sentence(reason), false));
            return Set.of();
        }
    }
}
