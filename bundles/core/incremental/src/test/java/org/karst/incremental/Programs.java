package org.karst.incremental;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A world in which what is read depends on the facts: rows of one table are little programs, and a query runs the program of
 * its key, which reads numbers, sets, and queries of lower levels. Levels are definitions of their own, met in any order, so
 * ranks must be found out; values are taken modulo 3, so changes often stop half-way; key spaces are small, so everything is
 * reused all the time.
 */
final class Programs {
    static final int LEVELS = 5;
    static final int WIDTH = 4;
    private static final int RULES = 4;

    static final Table<Integer, Integer> NUMBERS = Table.named("numbers");
    static final Table<Integer, List<Operation>> CODE = Table.named("code");
    static final Table<Integer, Integer> ROOTS = Table.named("roots");
    static final Index<Integer, Integer, Integer> BY_VALUE = Index.of("numbers by value", NUMBERS, List::of);
    static final PrefixIndex<Integer, Integer> BY_PREFIX =
            PrefixIndex.of("numbers by prefix", NUMBERS, number -> List.of(prefix(number), prefix(number / 2)));

    /** What ran since the set was last cleared: name of the query, and key. */
    final Map<String, Set<Integer>> ran = new HashMap<>();

    final Engine engine;
    final List<Rule<?>> rules;
    private final List<Query<Integer, Integer>> queries;

    /** A world of its own with all rules, nothing settled. */
    Programs() {
        this.engine = new Engine();
        this.queries = queries();
        this.rules = rules();
        rules.forEach(engine::add);
    }

    private Programs(Programs original, Engine fork) {
        this.engine = fork;
        this.queries = original.queries;
        this.rules = original.rules;
    }

    /** What a program does, one step at a time. */
    sealed interface Operation {
        int run(Programs programs, View view, int level);

        /** A number, also an absent one. */
        record NumberAt(int key) implements Operation {
            @Override
            public int run(Programs programs, View view, int level) {
                return view.get(NUMBERS, key).orElse(5);
            }
        }

        /** How many numbers have that value, and the least of them. */
        record Having(int value) implements Operation {
            @Override
            public int run(Programs programs, View view, int level) {
                SortedSet<Integer> keys = view.find(BY_VALUE, value);
                return keys.isEmpty() ? 0 : keys.size() + keys.first();
            }
        }

        /** All numbers inside or around a prefix. */
        record Around(int bits, int length, boolean inside) implements Operation {
            @Override
            public int run(Programs programs, View view, int level) {
                Prefix prefix = Prefix.of(new byte[] {(byte) bits}, length);
                SortedSet<Integer> keys =
                        inside ? view.containedIn(BY_PREFIX, prefix) : view.containing(BY_PREFIX, prefix);
                return keys.stream().mapToInt(Integer::intValue).sum() + keys.size();
            }
        }

        /** Which numbers there are, and which values. */
        record Everything() implements Operation {
            @Override
            public int run(Programs programs, View view, int level) {
                return view.all(NUMBERS).size() + 2 * view.values(BY_VALUE).size();
            }
        }

        /** A query of some lower level. */
        record Call(int level, int key) implements Operation {
            @Override
            public int run(Programs programs, View view, int from) {
                return from == 0 ? 0 : view.get(programs.queries.get(level % from), key);
            }
        }

        /** One or the other, as a number says. */
        record Choice(int key, Operation even, Operation odd) implements Operation {
            @Override
            public int run(Programs programs, View view, int level) {
                return (view.get(NUMBERS, key).orElse(0) % 2 == 0 ? even : odd).run(programs, view, level);
            }
        }

        /** Throws if a number is 3. */
        record FailOnThree(int key) implements Operation {
            @Override
            public int run(Programs programs, View view, int level) {
                if (view.get(NUMBERS, key).equals(Optional.of(3))) {
                    throw new IllegalArgumentException("number " + key + " is three");
                }
                return 1;
            }
        }
    }

    record Thing(Object identity, String state) implements Item {}

    private static Prefix prefix(int number) {
        return Prefix.of(new byte[] {(byte) (number << 5)}, number % 2 == 0 ? 3 : 5);
    }

    private List<Query<Integer, Integer>> queries() {
        List<Query<Integer, Integer>> queries = new ArrayList<>();
        for (int i = 0; i < LEVELS; i++) {
            int level = i;
            String name = "level " + level;
            queries.add(Query.of(name, (view, key) -> {
                ran.computeIfAbsent(name, unused -> new TreeSet<>()).add(key);
                int sum = 0;
                for (Operation operation : view.get(CODE, WIDTH * level + key).orElse(List.of())) {
                    sum += operation.run(this, view, level);
                }
                return sum % 3;
            }));
        }
        return queries;
    }

    /** Rules of each kind of keys; units of several rules want the same identities, mostly not with the same state. */
    private List<Rule<?>> rules() {
        Query<Unit, SortedSet<Integer>> interesting = Query.of("interesting", (view, unit) -> {
            SortedSet<Integer> keys = new TreeSet<>();
            for (int root : view.all(ROOTS)) {
                keys.add(view.get(queries.get(2), root % WIDTH) + 10 * (root % 2));
            }
            return keys;
        });
        Numbering<Integer> numbering = Numbering.of("interesting numbers", interesting, key -> "key " + key % 4);
        return List.of(
                new Rule<>("roots", Scope.ZONE, Keys.of(ROOTS), (view, key) -> {
                    int level = view.get(ROOTS, key).orElseThrow();
                    int value = view.get(queries.get(level), key % WIDTH);
                    return List.of(
                            new Thing("shared " + value, "root " + key), new Thing("root " + key, "is " + value));
                }),
                new Rule<>("values", Scope.ZONE, Keys.of(BY_VALUE), (view, value) -> {
                    List<Thing> things = new ArrayList<>();
                    for (int key : view.find(BY_VALUE, value)) {
                        things.add(new Thing("shared " + key, "value"));
                    }
                    return things;
                }),
                new Rule<>(
                        "interesting ones",
                        Scope.ZONE,
                        Keys.of(interesting),
                        (view, key) -> List.of(new Thing(
                                "interesting " + numbering.of(view, key),
                                "level 4 is " + view.get(queries.get(4), key % WIDTH)))),
                new Rule<>(
                        "summary",
                        Scope.LEADER,
                        Keys.once(),
                        (view, unit) -> List.of(new Thing(
                                "summary",
                                view.all(NUMBERS) + " " + view.values(BY_VALUE) + " "
                                        + view.containedIn(BY_PREFIX, Prefix.of(new byte[1], 0))))));
    }

    /** Something that is done to an engine. */
    sealed interface Edit {
        void apply(Programs programs);

        record Put<R>(Table<Integer, R> table, int key, R row) implements Edit {
            @Override
            public void apply(Programs programs) {
                programs.engine.put(table, key, row);
            }
        }

        record Drop(Table<Integer, ?> table, int key) implements Edit {
            @Override
            public void apply(Programs programs) {
                programs.engine.remove(table, key);
            }
        }

        /** Adds a rule, or removes it if it is there. */
        record Toggle(int rule) implements Edit {
            @Override
            public void apply(Programs programs) {
                Rule<?> toggled = programs.rules.get(rule);
                try {
                    programs.engine.add(toggled);
                } catch (IllegalArgumentException isThere) {
                    programs.engine.remove(toggled);
                }
            }
        }

        /** Ends a step. */
        record Settle() implements Edit {
            @Override
            public void apply(Programs programs) {
                programs.engine.settle();
            }
        }
    }

    void apply(List<Edit> edits) {
        edits.forEach(edit -> edit.apply(this));
    }

    /** A fork, with the same definitions. */
    Programs fork() {
        return new Programs(this, engine.fork());
    }

    /** Removes all rows. */
    void clear() {
        engine.clear(NUMBERS);
        engine.clear(CODE);
        engine.clear(ROOTS);
    }

    /** A new world that is given the facts of this one at once, last first, and the rules that the edits left. */
    Programs fromScratch(List<Edit> edits) {
        Programs fresh = new Programs();
        fresh.apply(edits.stream().filter(Edit.Toggle.class::isInstance).toList());
        copy(engine, fresh.engine, NUMBERS);
        copy(engine, fresh.engine, CODE);
        copy(engine, fresh.engine, ROOTS);
        fresh.engine.settle();
        return fresh;
    }

    private static <R> void copy(Engine from, Engine to, Table<Integer, R> table) {
        SortedMap<Integer, R> reversed = new TreeMap<>(Comparator.reverseOrder());
        reversed.putAll(from.rows(table));
        reversed.forEach((key, row) -> to.put(table, key, row));
    }

    static Edit edit(RandomGenerator random, boolean failing) {
        int kind = random.nextInt(20);
        if (kind < 5) {
            return new Edit.Put<>(NUMBERS, random.nextInt(6), random.nextInt(4));
        } else if (kind < 7) {
            return new Edit.Drop(NUMBERS, random.nextInt(6));
        } else if (kind < 11) {
            return new Edit.Put<>(CODE, random.nextInt(LEVELS * WIDTH), operations(random, failing));
        } else if (kind < 12) {
            return new Edit.Drop(CODE, random.nextInt(LEVELS * WIDTH));
        } else if (kind < 15) {
            return new Edit.Put<>(ROOTS, random.nextInt(8), random.nextInt(LEVELS));
        } else if (kind < 16) {
            return new Edit.Drop(ROOTS, random.nextInt(8));
        } else if (kind < 17) {
            return new Edit.Toggle(random.nextInt(RULES));
        }
        return new Edit.Settle();
    }

    private static List<Operation> operations(RandomGenerator random, boolean failing) {
        List<Operation> operations = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            operations.add(operation(random, failing));
        }
        return operations;
    }

    private static Operation operation(RandomGenerator random, boolean failing) {
        return switch (random.nextInt(failing ? 11 : 10)) {
            case 0, 1 -> new Operation.NumberAt(random.nextInt(6));
            case 2 -> new Operation.Having(random.nextInt(4));
            case 3 -> new Operation.Around(random.nextInt(256), random.nextInt(7), random.nextBoolean());
            case 4 -> new Operation.Everything();
            case 5, 6, 7 -> new Operation.Call(random.nextInt(LEVELS), random.nextInt(WIDTH));
            case 8, 9 ->
                new Operation.Choice(random.nextInt(6), operation(random, failing), operation(random, failing));
            default -> new Operation.FailOnThree(random.nextInt(6));
        };
    }
}
