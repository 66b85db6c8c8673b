package org.karst.incremental.internal;

import java.util.SortedSet;
import java.util.function.Consumer;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;

/** Follows the set that a query yields, for a rule that has it as its keys. */
final class KeysState extends DerivedDefinition {
    private final KeysCell cell;

    KeysState(RuleState rule, Query<Unit, ?> query) {
        super(rule.name + " (keys)");
        this.cell = new KeysCell(this, rule, query);
    }

    /** A copy in a fork. */
    KeysState(KeysState original, RuleState rule) {
        super(original);
        this.cell = new KeysCell(this, rule, original.cell);
    }

    @Override
    Cell local(Cell unused) {
        return cell;
    }

    KeysCell cell() {
        return cell;
    }

    /** The set; if the query fails, the last one stays. */
    static final class KeysCell extends Derived {
        private final RuleState rule;
        private final Query<Unit, ?> query;
        private SortedSet<?> keys = SortedKeys.empty();

        KeysCell(KeysState definition, RuleState rule, Query<Unit, ?> query) {
            super(definition, Unit.UNIT);
            this.rule = rule;
            this.query = query;
        }

        KeysCell(KeysState definition, RuleState rule, KeysCell original) {
            super(original, definition);
            this.rule = rule;
            this.query = original.query;
            this.keys = original.keys;
        }

        @Override
        boolean isRoot() {
            return true;
        }

        @Override
        Object compute(View view) {
            SortedSet<?> now = SortedKeys.adopt(((SortedSet<?>) view.get(query, Unit.UNIT)).toArray());
            return now.equals(keys) ? UNCHANGED : now;
        }

        @Override
        void accept(Object outcome, Evaluator evaluator) {
            SortedSet<?> before = keys;
            keys = (SortedSet<?>) outcome;
            for (Object key : before) {
                if (!keys.contains(key)) {
                    rule.disappeared(key);
                }
            }
            for (Object key : keys) {
                if (!before.contains(key)) {
                    rule.appeared(key);
                }
            }
        }

        @Override
        boolean fail(Failed failed, Evaluator evaluator) {
            return false;
        }

        @Override
        void forget(Evaluator evaluator) {
            throw new IllegalStateException("it lives as long as its rule");
        }
    }

    @Override
    void forEachCell(Consumer<Derived> visitor) {
        visitor.accept(cell);
    }

    @Override
    int cells() {
        return 1;
    }

    @Override
    boolean idle() {
        return false;
    }
}
