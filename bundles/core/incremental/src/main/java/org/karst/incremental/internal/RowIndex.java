package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
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
        private List<Object> added = List.of();
        private List<Object> removed = List.of();

        List<Object> added() {
            return added;
        }

        List<Object> removed() {
            return removed;
        }

        private void add(Object key) {
            added = with(added, key);
        }

        private void remove(Object key) {
            removed = with(removed, key);
        }

        /** Nearly always there is no key or one. */
        private static List<Object> with(List<Object> keys, Object key) {
            if (keys.isEmpty()) {
                return List.of(key);
            }
            List<Object> many = keys.size() == 1 ? new ArrayList<>(keys) : keys;
            many.add(key);
            return many;
        }
    }

    /** The function of the index. */
    abstract Collection<?> values(Object key, Object row);

    /** What moved to and from a value in this step so far. */
    abstract Moved moved(Object value);

    /** Takes over what moved in this step. */
    abstract void publish(Evaluator evaluator);

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
                moved(value).remove(key);
            }
        }
        for (Object value : now) {
            if (!old.contains(value)) {
                moved(value).add(key);
            }
        }
    }

    private Set<Object> checked(Object key, Object row) {
        try {
            Collection<?> found = values(key, row);
            if (found.isEmpty()) {
                return Set.of();
            }
            Set<Object> values =
                    found.size() == 1 ? Collections.singleton(found.iterator().next()) : new LinkedHashSet<>(found);
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
