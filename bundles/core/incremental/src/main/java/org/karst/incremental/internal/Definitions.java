package org.karst.incremental.internal;

import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.function.BiConsumer;
import org.karst.incremental.Index;
import org.karst.incremental.PrefixIndex;
import org.karst.incremental.Query;
import org.karst.incremental.Table;

/** What an engine knows of definitions, each by identity, from the first use on. */
final class Definitions {
    private final IdentityHashMap<Object, Definition> states = new IdentityHashMap<>();

    TableState table(Table<?, ?> table) {
        TableState state = (TableState) states.get(table);
        if (state == null) {
            state = new TableState(table.name());
            states.put(table, state);
        }
        return state;
    }

    EqualityIndex index(Index<?, ?, ?> index, Evaluator evaluator) {
        EqualityIndex state = (EqualityIndex) states.get(index);
        if (state == null) {
            state = new EqualityIndex(index, table(index.table()));
            states.put(index, state);
            state.build(evaluator);
        }
        return state;
    }

    PrefixTree prefixIndex(PrefixIndex<?, ?> index, Evaluator evaluator) {
        PrefixTree state = (PrefixTree) states.get(index);
        if (state == null) {
            state = new PrefixTree(index, table(index.table()));
            states.put(index, state);
            state.build(evaluator);
        }
        return state;
    }

    QueryState query(Query<?, ?> query) {
        QueryState state = (QueryState) states.get(query);
        if (state == null) {
            state = new QueryState(query);
            states.put(query, state);
        }
        return state;
    }

    Collection<Definition> all() {
        return states.values();
    }

    void forEachTable(BiConsumer<Table<?, ?>, TableState> visitor) {
        states.forEach((definition, state) -> {
            if (state instanceof TableState table) {
                visitor.accept((Table<?, ?>) definition, table);
            }
        });
    }

    /** Fills this, of a fork, with copies of the definitions of the original, and tells which became which. */
    void copy(Definitions original, IdentityHashMap<Definition, Definition> copies) {
        original.states.forEach((definition, state) -> {
            if (state instanceof TableState table) {
                copies.put(state.original, new TableState(table));
            } else if (state instanceof QueryState query) {
                copies.put(state.original, new QueryState(query));
            }
        });
        original.states.forEach((definition, state) -> {
            if (state instanceof RowIndex index) {
                copies.put(state.original, index.fork((TableState) copies.get(index.table.original)));
            }
            states.put(definition, copies.get(state.original));
        });
    }

    /** Drops definitions that nobody needs, so that nothing here holds on to the code of a feature that went. */
    void prune() {
        // An index keeps its table from being idle, so tables go last.
        drop(false);
        drop(true);
    }

    private void drop(boolean tables) {
        states.values().removeIf(state -> {
            if (state instanceof TableState != tables || !state.idle()) {
                return false;
            }
            if (state instanceof DerivedDefinition derived) {
                Ranks.drop(derived);
            } else if (state instanceof RowIndex index) {
                index.table.indexes.remove(index);
            }
            return true;
        });
    }
}
