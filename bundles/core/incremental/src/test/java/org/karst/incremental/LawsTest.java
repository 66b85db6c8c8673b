package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Programs.Edit;
import org.karst.testing.seeded.Sequences;

/** The laws of the engine, tried with random sequences of edits over worlds whose readings depend on the facts. */
class LawsTest {
    private static final int RUNS = 1_500;

    private final Sequences<Edit> edits =
            Sequences.<Edit>of(random -> Programs.edit(random, false)).times(RUNS);
    private final Sequences<Edit> editsThatMayFail =
            Sequences.<Edit>of(random -> Programs.edit(random, true)).times(RUNS);

    @Test
    void afterAnySequenceTheOutcomeIsThatOfANewEngine() {
        edits.obey(sequence -> {
            Programs programs = new Programs();
            programs.apply(sequence);
            programs.engine.settle();
            assertSame(programs.engine, programs.fromScratch(sequence).engine);
        });
    }

    @Test
    void theChangesAddUpToTheItems() {
        editsThatMayFail.obey(sequence -> {
            Programs programs = new Programs();
            Map<Object, Item> world = new HashMap<>();
            for (Edit edit : sequence) {
                if (!(edit instanceof Edit.Settle)) {
                    edit.apply(programs);
                    continue;
                }
                Settlement settlement = programs.engine.settle();
                for (Change change : settlement.changes()) {
                    assertThat(change.before()).isNotEqualTo(change.after());
                    assertThat(world.get(change.identity())).isEqualTo(change.before());
                    if (change.after() == null) {
                        world.remove(change.identity());
                    } else {
                        world.put(change.identity(), change.after());
                    }
                }
                Map<Object, Item> items = new HashMap<>();
                programs.engine.items().forEach(item -> items.put(item.identity(), item));
                assertThat(world).isEqualTo(items);
                assertThat(programs.engine.itemsInNoOrder())
                        .hasSize(items.size())
                        .containsAll(items.values());
                assertThat(settlement.conflicts()).isSubsetOf(programs.engine.conflicts());
            }
        });
    }

    @Test
    void theOrderInsideAStepIsIrrelevant() {
        editsThatMayFail.obey(sequence -> {
            Programs one = new Programs();
            Programs other = new Programs();
            // The last write of each row, in the opposite order.
            Map<Object, Edit> step = new LinkedHashMap<>();
            for (Edit edit : sequence) {
                if (edit instanceof Edit.Settle) {
                    List<Edit> reversed = new ArrayList<>(step.values());
                    Collections.reverse(reversed);
                    other.apply(reversed);
                    step.clear();
                    assertThat(other.engine.settle()).isEqualTo(one.engine.settle());
                    continue;
                }
                edit.apply(one);
                if (edit instanceof Edit.Toggle) {
                    edit.apply(other);
                } else if (edit instanceof Edit.Put<?> put) {
                    step.put(List.of(put.table(), put.key()), put);
                } else if (edit instanceof Edit.Drop drop) {
                    step.put(List.of(drop.table(), drop.key()), drop);
                }
            }
        });
    }

    @Test
    void nothingIsEvaluatedTwiceInAStep() {
        editsThatMayFail.obey(sequence -> {
            Programs programs = new Programs();
            for (Edit edit : sequence) {
                programs.ran.clear();
                SortedMap<String, Long> before = programs.engine.evaluations();
                edit.apply(programs);
                SortedMap<String, Long> after = programs.engine.evaluations();
                // What was discarded because it came too early ran, but is not counted.
                programs.ran.forEach(
                        (query, keys) -> assertThat(after.getOrDefault(query, 0L) - before.getOrDefault(query, 0L))
                                .as(query)
                                .isLessThanOrEqualTo(keys.size()));
            }
        });
    }

    @Test
    void afterRemovingWhatWasAddedTheEngineHoldsNoMoreThanBefore() {
        editsThatMayFail.obey(sequence -> {
            Programs programs = new Programs();
            Engine engine = programs.engine;
            engine.settle();
            int before = engine.cells();
            sequence.stream().filter(edit -> !(edit instanceof Edit.Toggle)).forEach(edit -> edit.apply(programs));
            engine.settle();
            programs.clear();
            engine.settle();
            assertThat(engine.cells()).isEqualTo(before);
            assertThat(engine.failures()).isEmpty();

            programs.rules.forEach(engine::remove);
            engine.settle();
            assertThat(engine.cells()).isZero();
            assertThat(engine.items()).isEmpty();
        });
    }

    @Test
    void whatFailedIsRepairedByRepairingItsCause() {
        editsThatMayFail.obey(sequence -> {
            Programs programs = new Programs();
            Engine engine = programs.engine;
            programs.apply(sequence);
            engine.settle();
            Engine fresh = programs.fromScratch(sequence).engine;
            if (reasons(fresh).stream().anyMatch(reason -> reason.startsWith("interesting ones (keys)"))) {
                // Where the keys themselves cannot be told, the units of the last ones stay.
                assertThat(reasons(engine)).containsAll(reasons(fresh));
            } else {
                assertThat(reasons(engine)).isEqualTo(reasons(fresh));
                assertSameCells(engine, fresh);
            }

            for (int key : engine.rows(Programs.NUMBERS).keySet()) {
                if (engine.row(Programs.NUMBERS, key).orElseThrow() == 3) {
                    engine.put(Programs.NUMBERS, key, 2);
                }
            }
            engine.settle();
            assertThat(engine.failures()).isEmpty();
            assertSame(engine, programs.fromScratch(sequence).engine);
        });
    }

    @Test
    void aForkIsWhatTheOriginalWouldBeAndTheOriginalDoesNotNotice() {
        editsThatMayFail.times(RUNS / 2).obey(sequence -> {
            int half = sequence.size() / 2;
            Programs programs = new Programs();
            Engine engine = programs.engine;
            programs.apply(sequence.subList(0, half));
            engine.settle();
            String before = state(engine);

            Programs fork = programs.fork();
            Programs plain = new Programs();
            plain.apply(sequence.subList(0, half));
            plain.engine.settle();
            for (Edit edit : sequence.subList(half, sequence.size())) {
                if (edit instanceof Edit.Settle) {
                    assertThat(fork.engine.settle().changes())
                            .isEqualTo(plain.engine.settle().changes());
                } else {
                    edit.apply(fork);
                    edit.apply(plain);
                }
            }
            assertThat(fork.engine.settle().changes())
                    .isEqualTo(plain.engine.settle().changes());
            assertSame(fork.engine, plain.engine);
            Engine forkOfFork = fork.engine.fork();
            forkOfFork.put(Programs.NUMBERS, 0, 7);
            forkOfFork.settle();
            plain.engine.put(Programs.NUMBERS, 0, 7);
            plain.engine.settle();
            assertSame(forkOfFork, plain.engine);

            assertThat(state(engine)).isEqualTo(before);
            programs.apply(sequence.subList(half, sequence.size()));
            engine.settle();
            engine.put(Programs.NUMBERS, 0, 7);
            engine.settle();
            assertSame(engine, plain.engine);
        });
    }

    private static String state(Engine engine) {
        return engine.items() + "\n" + engine.conflicts() + "\n" + engine.failures() + "\n" + engine.cells() + "\n"
                + engine.evaluations();
    }

    private static void assertSame(Engine engine, Engine fresh) {
        assertThat(engine.items()).isEqualTo(fresh.items());
        assertThat(engine.conflicts()).isEqualTo(fresh.conflicts());
        assertThat(reasons(engine)).isEqualTo(reasons(fresh));
        assertSameCells(engine, fresh);
    }

    /** Apart from indexes that stay although nobody reads them any more. */
    private static void assertSameCells(Engine engine, Engine fresh) {
        for (Engine one : List.of(engine, fresh)) {
            one.clear(Table.<Integer, Integer>named("unused"));
            one.settle();
        }
        assertThat(engine.cells()).as("cells").isEqualTo(fresh.cells());
    }

    private static List<String> reasons(Engine engine) {
        return engine.failures().stream()
                .map(failure -> failure.definition() + " " + failure.key() + " " + failure.message() + " "
                        + failure.inherited())
                .toList();
    }
}
