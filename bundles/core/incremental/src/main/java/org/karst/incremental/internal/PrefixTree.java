package org.karst.incremental.internal;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.Prefix;
import org.karst.incremental.PrefixIndex;

/**
 * Prefix → keys of the rows that have it, sorted so that what a prefix contains follows it without a gap. What contains it
 * is found by asking for each shorter one.
 */
final class PrefixTree extends RowIndex {
    private final Function<Object, Collection<?>> function;
    private final NavigableMap<Prefix, SortedKeys<Object>> postings = new TreeMap<>();
    private final NavigableMap<Prefix, PrefixCell> containing = new TreeMap<>();
    private final NavigableMap<Prefix, PrefixCell> containedIn = new TreeMap<>();
    private Map<Prefix, Moved> moved = new LinkedHashMap<>();

    @SuppressWarnings("unchecked")
    PrefixTree(PrefixIndex<?, ?> index, TableState table) {
        super(index.name(), table);
        this.function = (Function<Object, Collection<?>>) (Function<?, ?>) index.prefixes();
    }

    private PrefixTree(PrefixTree original, TableState table) {
        super(original, table);
        this.function = original.function;
        this.postings.putAll(original.postings);
        original.containing.forEach((asked, cell) -> containing.put(asked, new PrefixCell(cell, containing)));
        original.containedIn.forEach((asked, cell) -> containedIn.put(asked, new PrefixCell(cell, containedIn)));
    }

    @Override
    PrefixTree fork(TableState table) {
        return new PrefixTree(this, table);
    }

    @Override
    Cell local(Cell cell) {
        PrefixCell asked = (PrefixCell) cell;
        return (asked.around ? containing : containedIn).get((Prefix) cell.key());
    }

    /** The answer to one question. */
    final class PrefixCell extends Cell {
        private final NavigableMap<Prefix, PrefixCell> kind;
        private final boolean around;
        private SortedKeys<Object> keys;

        PrefixCell(NavigableMap<Prefix, PrefixCell> kind, Prefix prefix) {
            super(PrefixTree.this, prefix);
            this.kind = kind;
            this.around = kind == containing;
            this.keys = answer(kind, prefix);
        }

        PrefixCell(PrefixCell original, NavigableMap<Prefix, PrefixCell> kind) {
            super(original, PrefixTree.this);
            this.kind = kind;
            this.around = original.around;
            this.keys = original.keys;
        }

        SortedKeys<Object> keys() {
            return keys;
        }

        @Override
        void forget(Evaluator evaluator) {
            kind.remove((Prefix) key(), this);
        }
    }

    PrefixCell containing(Prefix prefix) {
        return containing.computeIfAbsent(prefix, asked -> new PrefixCell(containing, asked));
    }

    PrefixCell containedIn(Prefix prefix) {
        return containedIn.computeIfAbsent(prefix, asked -> new PrefixCell(containedIn, asked));
    }

    private SortedKeys<Object> answer(NavigableMap<Prefix, PrefixCell> kind, Prefix prefix) {
        Set<Object> keys = new TreeSet<>();
        if (kind == containing) {
            above(postings, prefix, keys::addAll);
        } else {
            below(postings, prefix, keys::addAll);
        }
        return SortedKeys.adopt(keys.toArray());
    }

    /** Visits what is filed under the prefixes that contain the given one. */
    private static <T> void above(NavigableMap<Prefix, T> map, Prefix prefix, Consumer<T> visitor) {
        for (int length = 0; length <= prefix.length(); length++) {
            T found = map.get(prefix.first(length));
            if (found != null) {
                visitor.accept(found);
            }
        }
    }

    /** Visits what is filed under the prefixes that the given one contains. */
    private static <T> void below(NavigableMap<Prefix, T> map, Prefix prefix, Consumer<T> visitor) {
        for (Map.Entry<Prefix, T> entry : map.tailMap(prefix, true).entrySet()) {
            if (!prefix.contains(entry.getKey())) {
                break;
            }
            visitor.accept(entry.getValue());
        }
    }

    @Override
    Collection<?> values(Object key, Object row) {
        return function.apply(row);
    }

    @Override
    Moved moved(Object value) {
        return moved.computeIfAbsent((Prefix) value, unused -> new Moved());
    }

    @Override
    void publish(Evaluator evaluator) {
        if (moved.isEmpty()) {
            return;
        }
        Map<Prefix, Moved> step = moved;
        // A new one: clearing one that was once large costs its size each time.
        moved = new LinkedHashMap<>();
        Set<PrefixCell> due = new LinkedHashSet<>();
        step.forEach((prefix, keys) -> {
            move(prefix, keys);
            below(containing, prefix, due::add);
            above(containedIn, prefix, due::add);
        });
        for (PrefixCell cell : due) {
            SortedKeys<Object> keys = answer(cell.kind, (Prefix) cell.key());
            if (!keys.equals(cell.keys)) {
                cell.keys = keys;
                evaluator.changed(cell);
            }
        }
    }

    private void move(Prefix prefix, Moved moved) {
        SortedKeys<Object> keys =
                postings.getOrDefault(prefix, SortedKeys.empty()).with(moved.added(), moved.removed());
        if (keys.isEmpty()) {
            postings.remove(prefix);
        } else {
            postings.put(prefix, keys);
        }
    }

    @Override
    int cells() {
        return postings.size() + containing.size() + containedIn.size();
    }

    @Override
    boolean idle() {
        return containing.isEmpty() && containedIn.isEmpty();
    }
}
