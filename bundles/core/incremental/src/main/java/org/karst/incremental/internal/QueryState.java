package org.karst.incremental.internal;

import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.karst.incremental.Query;
import org.karst.incremental.View;

/** The cells of a query. */
final class QueryState extends DerivedDefinition {
    private final HashTable<QueryCell> cells;
    private final BiFunction<Object, Object, Object> function;

    @SuppressWarnings("unchecked")
    QueryState(Query<?, ?> query) {
        super(query.name());
        this.function = (BiFunction<Object, Object, Object>) (BiFunction<?, ?, ?>) query.function();
        this.cells = new HashTable<>();
    }

    QueryState(QueryState original) {
        super(original);
        this.function = original.function;
        this.cells = new HashTable<>(original.cells, cell -> new QueryCell(this, cell));
    }

    @Override
    Cell local(Cell cell) {
        return cells.find(cell.hash, cell.key());
    }

    /** The value of a query for one key, or its {@link Failed}. */
    static final class QueryCell extends Derived {
        private Object value;

        QueryCell(QueryState query, Object key) {
            super(query, key);
            set(STALE);
        }

        QueryCell(QueryState query, QueryCell original) {
            super(original, query);
            this.value = original.value;
        }

        Object value() {
            return value;
        }

        @Override
        Object compute(View view) {
            Object result = ((QueryState) definition).function.apply(view, key());
            if (result == null) {
                throw new IllegalStateException(definition + " yields no value (null) for " + key());
            }
            return result.equals(value) ? UNCHANGED : result;
        }

        @Override
        void accept(Object outcome, Evaluator evaluator) {
            value = outcome;
        }

        @Override
        boolean fail(Failed failed, Evaluator evaluator) {
            boolean differs = !failed.equals(value);
            value = failed;
            return differs;
        }

        @Override
        void forget(Evaluator evaluator) {
            if (!is(DEAD)) {
                ((QueryState) definition).cells.remove(this);
                evaluator.bury(this);
            }
        }
    }

    QueryCell cell(Object key) {
        QueryCell cell = cells.find(key);
        if (cell == null) {
            cell = new QueryCell(this, key);
            cells.add(cell);
        }
        return cell;
    }

    @Override
    void forEachCell(Consumer<Derived> visitor) {
        cells.snapshot().forEach(visitor);
    }

    @Override
    int cells() {
        return cells.size();
    }

    @Override
    boolean idle() {
        return cells.size() == 0;
    }
}
