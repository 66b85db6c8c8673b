package org.karst.incremental;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import org.karst.incremental.internal.World;

/**
 * Holds facts and rules and keeps the desired items up to date with them. A step is any number of writes and one {@link
 * #settle()}; what was written counts from then on.
 *
 * <p>An engine belongs to one thread, the first that uses it, and has no clock: the same steps yield the same outcome
 * anywhere. Its cost is that of what changed: writing a row of which nobody reads anything costs nothing more than the row.
 */
public final class Engine {
    private final World world;
    private Thread owner;

    public Engine() {
        this(new World());
    }

    private Engine(World world) {
        this.world = world;
    }

    /**
     * Adds a rule; its units run in the next settle.
     *
     * @throws IllegalArgumentException if it is there already, or another rule has its name
     */
    public void add(Rule<?> rule) {
        checkWriter();
        world.add(Objects.requireNonNull(rule, "rule"));
    }

    /**
     * Removes a rule. Its units and all that only they read go in the next settle, and so do their items, unless another
     * unit wants them too. Rules are told apart by identity.
     *
     * @throws IllegalArgumentException if it is not there
     */
    public void remove(Rule<?> rule) {
        checkWriter();
        world.remove(Objects.requireNonNull(rule, "rule"));
    }

    /** Writes a row. */
    public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row) {
        checkWriter();
        Objects.requireNonNull(key, "key");
        world.write(table, key, Objects.requireNonNull(row, "row"));
    }

    /** Removes a row; nothing happens if there is none. */
    public <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key) {
        checkWriter();
        world.write(table, Objects.requireNonNull(key, "key"), null);
    }

    /**
     * Removes all rows of a table. The next settle also drops all that the engine knows about tables, indexes and queries
     * of which nothing is left, as it does after a rule was removed: so nothing holds on to the code of a feature that went.
     */
    public void clear(Table<?, ?> table) {
        checkWriter();
        world.clear(table);
    }

    /** The row as last written, also before the settle. */
    @SuppressWarnings("unchecked")
    public <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key) {
        checkThread();
        return Optional.ofNullable((R) world.written(table, key));
    }

    /** All rows as last written, also before the settle: a copy. */
    @SuppressWarnings("unchecked")
    public <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
        checkThread();
        return Collections.unmodifiableSortedMap((SortedMap<K, R>) (SortedMap<?, ?>) world.rows(table));
    }

    /** Ends the step: brings everything up to date with what was written and added since the last one. */
    public Settlement settle() {
        checkWriter();
        return world.settle();
    }

    /**
     * Evaluates a function on what the last settle left, and leaves no cells behind: for answers to packets and people.
     * What was written since is not visible. Exceptions of the function come through.
     */
    public <T> T read(Function<? super View, ? extends T> function) {
        checkWriter();
        return world.read(function);
    }

    /** The desired item of an identity. */
    public Optional<Item> item(Object identity) {
        checkThread();
        return Optional.ofNullable(world.item(identity));
    }

    /** All desired items, sorted by rule and key of the unit that decides, within a unit in the order of its list. */
    public List<Item> items() {
        checkThread();
        return world.items();
    }

    /** All desired items in no order: for those who count: nothing is sorted or looked up. */
    public List<Item> itemsInNoOrder() {
        checkThread();
        return world.itemsInNoOrder();
    }

    /** What a unit wants, in the order of its list; empty if there is no such unit. */
    public List<Item> items(String rule, Object key) {
        checkThread();
        return world.items(rule, key);
    }

    /** What all units of a rule want, sorted by key; empty if there is no such rule. */
    public List<Item> items(String rule) {
        checkThread();
        return world.items(rule);
    }

    /**
     * The names of the tables in which the last settle changed something that a unit reads, itself or through indexes and
     * queries.
     */
    public SortedSet<String> changedTables(String rule, Object key) {
        checkThread();
        return world.changedTables(rule, key);
    }

    /** Why an item is wanted; empty if nobody wants it. */
    public Optional<Explanation> why(Object identity) {
        checkThread();
        return Optional.ofNullable(world.why(identity));
    }

    /** The conflicts that stand, sorted by the unit that wins. */
    public List<Conflict> conflicts() {
        checkThread();
        return world.conflicts();
    }

    /** The failures that stand, sorted by definition and key. */
    public List<Failure> failures() {
        checkThread();
        return world.failures();
    }

    /** How often the functions of each rule and query ran to their end, by name; of all since the engine knows them. */
    public SortedMap<String, Long> evaluations() {
        checkThread();
        return Collections.unmodifiableSortedMap(world.evaluations());
    }

    /** How often the function of the rule or query of that name ran to its end. */
    public long evaluations(String definition) {
        return evaluations().getOrDefault(definition, 0L);
    }

    /**
     * How many cells the engine holds: rows, values of indexes, what was asked for and is absent, queries, units. An index
     * stays when its last reader goes, as it is dear to build, until a rule is removed or a table cleared.
     */
    public int cells() {
        checkThread();
        return world.cells();
    }

    /** {@link #cells()} by the name of the table, index, query or rule; those that have none are left out. */
    public SortedMap<String, Integer> cellsByDefinition() {
        checkThread();
        return Collections.unmodifiableSortedMap(world.cellsByDefinition());
    }

    /** The revision of the last settle, 0 before the first. */
    public long revision() {
        checkThread();
        return world.revision();
    }

    /**
     * A second engine that starts where this one is, to ask "what if": it may be written and settled, and its settlements
     * list the difference from this engine's items; this one does not notice. It shares what it does not change, so it
     * costs what it changes. It is a question of the moment: when this engine settles again, the fork answers no more.
     */
    public Engine fork() {
        checkWriter();
        return new Engine(world.fork());
    }

    /**
     * A second engine with the same rows, as last written, and the same rules, that has evaluated nothing: what it settles to
     * is what this one must hold. It shares nothing with this one, so another thread may have it.
     */
    public Engine anew() {
        checkWriter();
        return new Engine(world.anew());
    }

    /**
     * Does not evaluate a unit, whatever changes, until it is {@linkplain #release released}: it keeps its items. For a unit
     * whose items come back as facts that change its items, and so on.
     *
     * @return whether there is such a unit
     */
    public boolean hold(String rule, Object key) {
        checkWriter();
        return world.hold(rule, key, true);
    }

    /**
     * Ends {@link #hold}; if the unit missed something, it is evaluated in the next settle.
     *
     * @return whether there is such a unit
     */
    public boolean release(String rule, Object key) {
        checkWriter();
        return world.hold(rule, key, false);
    }

    private void checkWriter() {
        checkThread();
        if (world.isRunning()) {
            throw new IllegalStateException("functions see the world through their view and change nothing");
        }
    }

    private void checkThread() {
        world.checkCurrent();
        if (owner != Thread.currentThread()) {
            if (owner != null) {
                throw new IllegalStateException("the engine belongs to thread " + owner.getName() + ", not to "
                        + Thread.currentThread().getName());
            }
            owner = Thread.currentThread();
        }
    }
}
