package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.karst.incremental.Item;
import org.karst.incremental.Rule;
import org.karst.incremental.View;

/** The units of a rule. */
final class RuleState extends DerivedDefinition implements KeyFollower {
    private static final Item[] NO_ITEMS = {};

    final Rule<?> rule;
    private final BiFunction<View, Object, List<? extends Item>> function;
    private final HashTable<UnitCell> units;
    private final Evaluator evaluator;

    @SuppressWarnings("unchecked")
    RuleState(Rule<?> rule, Evaluator evaluator) {
        super(rule.name());
        this.rule = rule;
        this.function = (BiFunction<View, Object, List<? extends Item>>) (BiFunction<?, ?, ?>) rule.items();
        this.units = new HashTable<>();
        this.evaluator = evaluator;
    }

    /** A copy in a fork. */
    RuleState(RuleState original, Evaluator evaluator) {
        super(original);
        this.rule = original.rule;
        this.function = original.function;
        this.units = new HashTable<>(original.units, unit -> new UnitCell(this, unit));
        this.evaluator = evaluator;
    }

    @Override
    UnitCell local(Cell cell) {
        return units.find(cell.hash, cell.key());
    }

    /** A rule at one key. */
    static final class UnitCell extends Derived implements Comparable<UnitCell> {
        private Item[] items = NO_ITEMS;
        private int emissions;

        UnitCell(RuleState rule, Object key) {
            super(rule, key);
        }

        UnitCell(RuleState rule, UnitCell original) {
            super(original, rule);
            this.items = original.items;
            this.emissions = original.emissions;
        }

        Item[] items() {
            return items;
        }

        /** How often the items changed. */
        int emissions() {
            return emissions;
        }

        @Override
        boolean isRoot() {
            return true;
        }

        @Override
        Object compute(View view) {
            List<? extends Item> wanted = ((RuleState) definition).function.apply(view, key());
            if (wanted == null) {
                throw new IllegalStateException(definition + " yields no list (null) for " + key());
            }
            Item[] result = wanted.toArray(NO_ITEMS);
            if (Arrays.equals(result, items)) {
                return UNCHANGED;
            }
            result = distinct(result);
            return Arrays.equals(result, items) ? UNCHANGED : result;
        }

        private Item[] distinct(Item[] wanted) {
            Map<Object, Item> seen = new HashMap<>();
            List<Item> kept = new ArrayList<>(wanted.length);
            for (Item item : wanted) {
                if (item == null) {
                    throw new IllegalStateException(definition + " yields a list with null in it for " + key());
                }
                Object identity = item.identity();
                if (identity == null) {
                    throw new IllegalStateException(definition + " wants a thing without identity for " + key());
                }
                Item other = seen.putIfAbsent(identity, item);
                if (other == null) {
                    kept.add(item);
                } else if (!other.equals(item)) {
                    throw new IllegalStateException(definition + " wants two different things of one identity for "
                            + key() + ": " + other + " and " + item);
                }
            }
            return kept.size() == wanted.length ? wanted : kept.toArray(NO_ITEMS);
        }

        @Override
        void accept(Object outcome, Evaluator evaluator) {
            Item[] before = items;
            items = (Item[]) outcome;
            emissions++;
            evaluator.claims.replace(this, before, items);
        }

        @Override
        boolean fail(Failed failed, Evaluator evaluator) {
            return false;
        }

        @Override
        void forget(Evaluator evaluator) {
            throw new IllegalStateException("a unit lives as long as its key");
        }

        @Override
        @SuppressWarnings("unchecked")
        public int compareTo(UnitCell other) {
            if (definition == other.definition) {
                return ((Comparable<Object>) key()).compareTo(other.key());
            }
            int order = definition.name.compareTo(other.definition.name);
            if (order != 0) {
                return order;
            }
            // A rule and the one that takes its place in the same step may have keys of different types.
            Class<?> type = key().getClass();
            Class<?> otherType = other.key().getClass();
            return definition.original == other.definition.original || type == otherType
                    ? ((Comparable<Object>) key()).compareTo(other.key())
                    : type.getName().compareTo(otherType.getName());
        }
    }

    @Override
    public void appeared(Object key) {
        UnitCell unit = new UnitCell(this, key);
        units.add(unit);
        evaluator.enqueue(unit);
    }

    @Override
    public void disappeared(Object key) {
        UnitCell unit = units.find(key);
        // It must be found until its claims are released.
        end(unit);
        units.remove(unit);
    }

    /** Ends all units. */
    void end() {
        units.snapshot().forEach(this::end);
    }

    private void end(UnitCell unit) {
        evaluator.bury(unit);
        evaluator.claims.replace(unit, unit.items, NO_ITEMS);
        unit.items = NO_ITEMS;
    }

    /** The unit of that key, or null. */
    UnitCell unit(Object key) {
        return units.find(key);
    }

    /** The units of now, sorted by key, to be looked at only. */
    List<UnitCell> sorted() {
        List<UnitCell> sorted = new ArrayList<>(units.size());
        units.forEach(sorted::add);
        sorted.sort(null);
        return sorted;
    }

    @Override
    void forEachCell(Consumer<Derived> visitor) {
        units.snapshot().forEach(visitor);
    }

    @Override
    int cells() {
        return units.size();
    }

    @Override
    boolean idle() {
        return false;
    }
}
