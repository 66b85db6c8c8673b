package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.karst.testing.seeded.Sequences;

/** Numbers are pure, unique, in range, and move only with keys of their own hash. */
class NumberingTest {
    private static final Table<Integer, String> KEYS = Table.named("keys");
    private static final Query<Unit, SortedSet<Integer>> SET =
            Query.of("set", (view, unit) -> new TreeSet<>(view.all(KEYS)));

    record Numbered(Integer identity, long number) implements Item {}

    private static Rule<Integer> rule(Numbering<Integer> numbering) {
        return new Rule<>(
                numbering.toString(),
                Scope.ZONE,
                Keys.of(KEYS),
                (view, key) -> List.of(new Numbered(key, numbering.of(view, key))));
    }

    @Test
    void aNumberIsTheHashAndTheRankAmongItsLikes() {
        for (Numbering<Integer> numbering : List.of(
                Numbering.of("of rows", KEYS, key -> "text " + key / 10),
                Numbering.of("of a set", SET, key -> "text " + key / 10))) {
            Engine engine = new Engine();
            engine.add(rule(numbering));
            engine.put(KEYS, 11, "");
            engine.put(KEYS, 13, "");
            engine.put(KEYS, 20, "");
            engine.settle();
            long one = (long) Numbering.hash("text 1") << 8;
            long two = (long) Numbering.hash("text 2") << 8;
            assertThat(engine.items())
                    .containsExactly(new Numbered(11, one), new Numbered(13, one + 1), new Numbered(20, two));

            engine.put(KEYS, 12, "");
            assertThat(engine.settle().changes())
                    .containsExactly(
                            Change.added(new Numbered(12, one + 1)),
                            Change.modified(new Numbered(13, one + 1), new Numbered(13, one + 2)));
        }
    }

    @Test
    void numbersAreUniqueWhateverComesAndGoes() {
        for (Numbering<Integer> numbering : List.of(
                Numbering.of("of rows", KEYS, key -> "text " + key % 3),
                Numbering.of("of a set", SET, key -> "text " + key % 3))) {
            Sequences.<Integer>of(random -> random.nextInt(12)).times(300).obey(toggles -> {
                Engine engine = new Engine();
                engine.add(rule(numbering));
                Engine fresh = new Engine();
                fresh.add(rule(numbering));
                for (int key : toggles) {
                    if (engine.row(KEYS, key).isPresent()) {
                        engine.remove(KEYS, key);
                    } else {
                        engine.put(KEYS, key, "");
                    }
                    engine.settle();
                }
                engine.rows(KEYS).forEach((key, row) -> fresh.put(KEYS, key, row));
                fresh.settle();
                assertThat(engine.items()).isEqualTo(fresh.items());
                assertThat(engine.items())
                        .extracting(item -> ((Numbered) item).number())
                        .doesNotHaveDuplicates();
            });
        }
    }

    @Test
    void theHashIsInRangeAndSpreads() {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int hash = Numbering.hash("key " + i);
            assertThat(hash).isBetween(1, 0xfffeff);
            counts.merge(hash, 1, Integer::sum);
        }
        // Of 100,000 in 16.7 million, about 298 are expected to share theirs with an earlier one.
        assertThat(counts.size()).isGreaterThan(100_000 - 450);
        assertThat(Numbering.hash("")).isBetween(1, 0xfffeff);
    }

    @Test
    void theHashIsTheSameForEver() {
        assertThat(List.of(Numbering.hash(""), Numbering.hash("a"), Numbering.hash("default/web")))
                .isEqualTo(List.of(16_532_299, 9_702_479, 2_501_796));
    }

    @Test
    void whereNoNumberIsLeftTheUnitFailsWithASentence() {
        Numbering<Integer> numbering = Numbering.of("crowd", KEYS, key -> "one text");
        Engine engine = new Engine();
        engine.add(rule(numbering));
        for (int i = 0; i < 257; i++) {
            engine.put(KEYS, i, "");
        }
        engine.settle();
        assertThat(engine.items()).hasSize(256);
        assertThat(engine.failures())
                .extracting(Failure::message)
                .containsExactly("no number is left for 256 in crowd: 256 keys have its hash");
    }
}
