package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.karst.incremental.Change;
import org.karst.incremental.Conflict;
import org.karst.incremental.Emission;
import org.karst.incremental.Explanation;
import org.karst.incremental.Fact;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Settlement;
import org.karst.incremental.Table;
import org.karst.incremental.Unit;
import org.karst.incremental.View;

/** All of an engine behind its public face: definitions, rules, and the order of a step. */
public final class World {
    private static final Comparator<Fact> BY_NAME_AND_KEY =
            Comparator.comparing(Fact::definition).thenComparing(Fact::key, KeyOrder.KEY_ORDER);

    private final Definitions definitions;
    private final Evaluator evaluator;
    private final SortedMap<String, Rule<?>> wanted = new TreeMap<>();
    private final SortedMap<String, RuleState> active = new TreeMap<>();
    private final Map<RuleState, KeysState> keysOf = new HashMap<>();
    private boolean pruneDue;

    /** What this was forked from, or null. */
    private final World original;

    private final long originalRevision;

    public World() {
        this.original = null;
        this.originalRevision = 0;
        this.definitions = new Definitions();
        this.evaluator = new Evaluator(definitions);
    }

    public void add(Rule<?> rule) {
        Rule<?> other = wanted.putIfAbsent(rule.name(), rule);
        if (other != null) {
            throw new IllegalArgumentException(
                    same(other, rule) ? "rule " + rule + " is there already" : "another rule is named " + rule);
        }
    }

    public void remove(Rule<?> rule) {
        if (!same(wanted.get(rule.name()), rule)) {
            throw new IllegalArgumentException("there is no such rule: " + rule);
        }
        wanted.remove(rule.name());
    }

    /** Two equal rules may be of two revisions of a bundle: only the very same is the same. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(Rule<?> one, Rule<?> other) {
        return one == other;
    }

    public void write(Table<?, ?> table, Object key, Object row) {
        definitions.table(table).write(key, row);
    }

    public Object written(Table<?, ?> table, Object key) {
        return definitions.table(table).written(key);
    }

    public SortedMap<Object, Object> rows(Table<?, ?> table) {
        return definitions.table(table).writtenRows();
    }

    public void clear(Table<?, ?> table) {
        TableState state = definitions.table(table);
        state.writtenRows().keySet().forEach(key -> state.write(key, null));
        pruneDue = true;
    }

    public boolean isRunning() {
        return evaluator.isRunning();
    }

    /** Holds a unit, or releases it; returns whether there is such a unit. */
    public boolean hold(String rule, Object key, boolean held) {
        RuleState.UnitCell unit = unit(rule, key);
        if (unit == null) {
            return false;
        }
        if (held) {
            evaluator.hold(unit);
        } else {
            evaluator.release(unit);
        }
        return true;
    }

    private RuleState.UnitCell unit(String rule, Object key) {
        RuleState state = active.get(rule);
        return state == null ? null : state.unit(key);
    }

    /** What a unit wants; nothing if there is no such unit. */
    public List<Item> items(String rule, Object key) {
        RuleState.UnitCell unit = unit(rule, key);
        return unit == null ? List.of() : List.of(unit.items());
    }

    /** What all units of a rule want; nothing if there is no such rule. */
    public List<Item> items(String rule) {
        List<Item> items = new ArrayList<>();
        RuleState state = active.get(rule);
        if (state != null) {
            state.sorted().forEach(unit -> items.addAll(List.of(unit.items())));
        }
        return items;
    }

    /** A world with the same rows and rules that shares nothing with this one and has evaluated nothing. */
    public World anew() {
        World anew = new World();
        anew.wanted.putAll(wanted);
        definitions.forEachTable((table, state) -> {
            TableState copy = anew.definitions.table(table);
            state.writtenRows().forEach(copy::write);
        });
        return anew;
    }

    public <T> T read(Function<? super View, ? extends T> function) {
        return evaluator.read(function);
    }

    /** One step: rules go, facts change, rules come, all that is due is evaluated, what nobody reads is forgotten. */
    public Settlement settle() {
        evaluator.begin();
        List<RuleState> gone = active.values().stream()
                .filter(state -> !same(wanted.get(state.name), state.rule))
                .toList();
        gone.forEach(this::end);
        for (Definition state : List.copyOf(definitions.all())) {
            if (state instanceof TableState table) {
                table.apply(evaluator);
            }
        }
        wanted.values().stream()
                .filter(rule -> !active.containsKey(rule.name()))
                .forEach(this::start);
        evaluator.drain();
        evaluator.forget();
        if (pruneDue) {
            pruneDue = false;
            definitions.prune();
        }
        List<Emission> emissions = evaluator.claims.emissions();
        List<Change> changes = evaluator.claims.changes();
        List<Conflict> conflicts = evaluator.claims.newConflicts();
        return new Settlement(
                evaluator.revision(), changes, conflicts, failures(evaluator.takeNewFailures()), emissions);
    }

    private void start(Rule<?> rule) {
        RuleState state = new RuleState(rule, evaluator);
        active.put(rule.name(), state);
        Keys<?> over = rule.over();
        if (over instanceof Keys.OfTable<?> of) {
            TableState table = definitions.table(of.table());
            table.forEachRow((key, row) -> state.appeared(key));
            table.followers.add(state);
        } else if (over instanceof Keys.OfIndex<?> of) {
            EqualityIndex index = definitions.index(of.index(), evaluator);
            index.forEachValue(state::appeared);
            index.followers.add(state);
        } else if (over instanceof Keys.OfQuery<?> of) {
            KeysState keys = new KeysState(state, of.query());
            keysOf.put(state, keys);
            Ranks.note(state, keys);
            evaluator.enqueue(keys.cell());
        } else {
            state.appeared(Unit.UNIT);
        }
    }

    private void end(RuleState state) {
        active.remove(state.name);
        Keys<?> over = state.rule.over();
        if (over instanceof Keys.OfTable<?> of) {
            definitions.table(of.table()).followers.remove(state);
        } else if (over instanceof Keys.OfIndex<?> of) {
            definitions.index(of.index(), evaluator).followers.remove(state);
        }
        KeysState keys = keysOf.remove(state);
        if (keys != null) {
            evaluator.bury(keys.cell());
            Ranks.drop(keys);
        }
        state.end();
        Ranks.drop(state);
        pruneDue = true;
    }

    /**
     * A world that starts as this one and leaves it alone. What it does not touch it shares, so it costs what it changes; it
     * can be used until this one settles again.
     */
    public World fork() {
        return new World(this);
    }

    private World(World original) {
        IdentityHashMap<Definition, Definition> copies = new IdentityHashMap<>();
        this.original = original;
        this.originalRevision = original.revision();
        this.definitions = new Definitions();
        this.evaluator = new Evaluator(definitions, original.evaluator, copies);
        this.wanted.putAll(original.wanted);
        this.pruneDue = original.pruneDue;
        definitions.copy(original.definitions, copies);
        original.active.forEach((name, state) -> {
            RuleState copy = new RuleState(state, evaluator);
            active.put(name, copy);
            copies.put(state.original, copy);
            KeysState keys = original.keysOf.get(state);
            if (keys != null) {
                KeysState copyOfKeys = new KeysState(keys, copy);
                keysOf.put(copy, copyOfKeys);
                copies.put(keys.original, copyOfKeys);
            }
        });
        original.all().forEach(state -> copies.get(state.original).link(state, copies));
        evaluator.copyFailures(original.evaluator);
    }

    private List<Definition> all() {
        List<Definition> all = new ArrayList<>(definitions.all());
        all.addAll(active.values());
        all.addAll(keysOf.values());
        return all;
    }

    /**
     * Makes sure that the original is still what this was forked from.
     *
     * @throws IllegalStateException if it is not
     */
    public void checkCurrent() {
        if (original != null) {
            original.checkCurrent();
            if (original.revision() != originalRevision) {
                throw new IllegalStateException(
                        "the engine has settled since it was forked; this fork answers no more");
            }
        }
    }

    public Item item(Object identity) {
        return evaluator.claims.item(identity);
    }

    /** What is wanted, sorted by rule and key of the unit that decides, then in the order of its list. */
    public List<Item> items() {
        List<Item> items = new ArrayList<>(evaluator.claims.size());
        for (RuleState rule : active.values()) {
            for (RuleState.UnitCell unit : rule.sorted()) {
                for (Item item : unit.items()) {
                    if (evaluator.claims.owner(item.identity()).same(unit)) {
                        items.add(item);
                    }
                }
            }
        }
        return items;
    }

    /** The same in no order, without looking at who decides. */
    public List<Item> itemsInNoOrder() {
        List<Item> items = new ArrayList<>(evaluator.claims.size());
        evaluator.claims.forEach(items::add);
        return items;
    }

    /** Why an identity is wanted, or null if it is not. */
    public Explanation why(Object identity) {
        List<RuleState.UnitCell> owners = evaluator.claims.owners(identity);
        if (owners.isEmpty()) {
            return null;
        }
        List<Explanation.Owner> explained = new ArrayList<>();
        for (RuleState.UnitCell unit : owners) {
            Item item = null;
            for (Item candidate : unit.items()) {
                if (candidate.identity().equals(identity)) {
                    item = candidate;
                }
            }
            explained.add(new Explanation.Owner(unit.definition.name, unit.key(), item, unit.changed, facts(unit)));
        }
        return new Explanation(explained.get(0).item(), explained);
    }

    /** The names of the tables in which something changed that a unit reads. */
    public SortedSet<String> changedTables(String rule, Object key) {
        SortedSet<String> tables = new TreeSet<>();
        RuleState.UnitCell unit = unit(rule, key);
        if (unit != null) {
            for (Cell cell : factCells(unit)) {
                if (cell.changed == revision()) {
                    tables.add((cell.definition instanceof RowIndex index ? index.table : cell.definition).name);
                }
            }
        }
        return tables;
    }

    private List<Fact> facts(Derived unit) {
        List<Fact> facts = new ArrayList<>();
        factCells(unit).forEach(cell -> facts.add(fact(cell)));
        facts.sort(BY_NAME_AND_KEY);
        return facts;
    }

    /** What a unit reads of tables and indexes, itself and through queries. */
    private List<Cell> factCells(Derived unit) {
        Set<Cell> seen = new LinkedHashSet<>(evaluator.reads(unit));
        List<Cell> open = new ArrayList<>(seen);
        List<Cell> facts = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i) instanceof Derived derived) {
                for (Cell read : evaluator.reads(derived)) {
                    if (seen.add(read)) {
                        open.add(read);
                    }
                }
            } else {
                facts.add(open.get(i));
            }
        }
        return facts;
    }

    private static Fact fact(Cell cell) {
        return new Fact(cell.definition.name, cell.key(), cell.changed);
    }

    public List<Conflict> conflicts() {
        return evaluator.claims.conflicts();
    }

    public List<Failure> failures() {
        List<Failure> all = new ArrayList<>(failures(evaluator.failures().keySet()));
        for (Definition state : definitions.all()) {
            if (state instanceof RowIndex index) {
                index.failures.forEach(
                        (key, failed) -> all.add(new Failure(index.name, key, failed.message(), false, List.of())));
            }
        }
        return sorted(all);
    }

    private List<Failure> failures(Set<Derived> cells) {
        List<Failure> failures = new ArrayList<>();
        for (Derived cell : cells) {
            Failed failed = evaluator.failures().get(cell);
            List<Fact> reads = evaluator.reads(cell).stream().map(World::fact).toList();
            failures.add(new Failure(cell.definition.name, cell.key(), failed.message(), failed.inherited(), reads));
        }
        return sorted(failures);
    }

    private static List<Failure> sorted(List<Failure> failures) {
        failures.sort(Comparator.comparing(Failure::definition).thenComparing(Failure::key, KeyOrder.KEY_ORDER));
        return failures;
    }

    /** Completed evaluations by name of the rule or query. */
    public SortedMap<String, Long> evaluations() {
        SortedMap<String, Long> counts = new TreeMap<>();
        active.values().forEach(state -> counts.merge(state.name, state.evaluations, Long::sum));
        definitions.all().forEach(state -> {
            if (state instanceof DerivedDefinition derived) {
                counts.merge(derived.name, derived.evaluations, Long::sum);
            }
        });
        return counts;
    }

    public int cells() {
        return all().stream().mapToInt(Definition::cells).sum();
    }

    /** By name of the table, index, query or rule; those that have none are left out. */
    public SortedMap<String, Integer> cellsByDefinition() {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (Definition definition : all()) {
            int cells = definition.cells();
            if (cells > 0) {
                counts.merge(definition.name, cells, Integer::sum);
            }
        }
        return counts;
    }

    public long revision() {
        return evaluator.revision();
    }
}
