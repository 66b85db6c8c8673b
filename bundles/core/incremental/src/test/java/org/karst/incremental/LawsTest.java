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
            Engine engine = Programs.engine();
            sequence.forEach(edit -> edit.apply(engine));
            engine.settle();
            assertSame(engine, Programs.fromScratch(engine, sequence));
        });
    }

    @Test
    void theChangesAddUpToTheItems() {
        editsThatMayFail.obey(sequence -> {
            Engine engine = Programs.engine();
            Map<Object, Item> world = new HashMap<>();
            for (Edit edit : sequence) {
                if (!(edit instanceof Edit.Settle)) {
                    edit.apply(engine);
                    continue;
                }
                Settlement settlement = engine.settle();
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
                engine.items().forEach(item -> items.put(item.identity(), item));
                assertThat(world).isEqualTo(items);
                assertThat(settlement.conflicts()).isSubsetOf(engine.conflicts());
            }
        });
    }

    @Test
    void theOrderInsideAStepIsIrrelevant() {
        editsThatMayFail.obey(sequence -> {
            Engine one = Programs.engine();
            Engine other = Programs.engine();
            // The last write of each row, in the opposite order; a rule that comes and goes has done neither.
            Map<Object, Edit> step = new LinkedHashMap<>();
            for (Edit edit : sequence) {
                if (edit instanceof Edit.Settle) {
                    List<Edit> reversed = new ArrayList<>(step.values());
                    Collections.reverse(reversed);
                    reversed.forEach(write -> write.apply(other));
                    step.clear();
                    assertThat(other.settle()).isEqualTo(one.settle());
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
        edits.obey(sequence -> {
            Engine engine = Programs.engine();
            for (Edit edit : sequence) {
                SortedMap<String, Long> before = engine.evaluations();
                edit.apply(engine);
                SortedMap<String, Long> after = engine.evaluations();
                for (String query : after.keySet()) {
                    if (query.startsWith("level ")) {
                        long ran = after.get(query) - before.getOrDefault(query, 0L);
                        assertThat(ran).as(query).isLessThanOrEqualTo(Programs.WIDTH);
                    }
                }
            }
        });
    }

    @Test
    void afterRemovingWhatWasAddedTheEngineHoldsNoMoreThanBefore() {
        editsThatMayFail.obey(sequence -> {
            Engine engine = Programs.engine();
            engine.settle();
            int before = engine.cells();
            sequence.stream().filter(edit -> !(edit instanceof Edit.Toggle)).forEach(edit -> edit.apply(engine));
            engine.settle();
            engine.clear(Programs.NUMBERS);
            engine.clear(Programs.CODE);
            engine.clear(Programs.ROOTS);
            engine.settle();
            assertThat(engine.cells()).isEqualTo(before);
            assertThat(engine.failures()).isEmpty();

            for (Rule<?> rule : Programs.RULES) {
                engine.remove(rule);
            }
            engine.settle();
            assertThat(engine.cells()).isZero();
            assertThat(engine.items()).isEmpty();
        });
    }

    @Test
    void whatFailedIsRepairedByRepairingItsCause() {
        editsThatMayFail.obey(sequence -> {
            Engine engine = Programs.engine();
            sequence.forEach(edit -> edit.apply(engine));
            engine.settle();
            Engine fresh = Programs.fromScratch(engine, sequence);
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
            assertSame(engine, Programs.fromScratch(engine, sequence));
        });
    }

    @Test
    void aForkIsWhatTheOriginalWouldBeAndTheOriginalDoesNotNotice() {
        edits.times(RUNS / 3).obey(sequence -> {
            int half = sequence.size() / 2;
            Engine engine = Programs.engine();
            sequence.subList(0, half).forEach(edit -> edit.apply(engine));
            engine.settle();
            List<Item> items = engine.items();
            int cells = engine.cells();
            SortedMap<String, Long> evaluations = engine.evaluations();

            Engine fork = engine.fork();
            Engine plain = Programs.engine();
            sequence.subList(0, half).forEach(edit -> edit.apply(plain));
            plain.settle();
            for (Edit edit : sequence.subList(half, sequence.size())) {
                if (edit instanceof Edit.Settle) {
                    assertThat(fork.settle().changes()).isEqualTo(plain.settle().changes());
                } else {
                    edit.apply(fork);
                    edit.apply(plain);
                }
            }
            assertThat(fork.settle().changes()).isEqualTo(plain.settle().changes());
            assertSame(fork, plain);

            assertThat(engine.items()).isEqualTo(items);
            assertThat(engine.cells()).isEqualTo(cells);
            assertThat(engine.evaluations()).isEqualTo(evaluations);
            assertThat(engine.settle().changes()).isEmpty();
        });
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
