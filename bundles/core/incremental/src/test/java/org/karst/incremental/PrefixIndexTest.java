package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.karst.testing.seeded.Sequences;

/** Prefixes and who finds them; the index is held against asking each row. */
class PrefixIndexTest {
    private static final Table<Integer, List<Prefix>> NETWORKS = Table.named("networks");
    private static final PrefixIndex<Integer, List<Prefix>> BY_PREFIX =
            PrefixIndex.of("networks by prefix", NETWORKS, networks -> networks);

    record Thing(String identity, SortedSet<Integer> state) implements Item {}

    private static Prefix v4(int a, int b, int c, int d, int length) {
        return Prefix.of(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d}, length);
    }

    @Test
    void aPrefixForgetsWhatIsBeyondItsLength() {
        assertThat(v4(10, 1, 2, 3, 16)).isEqualTo(v4(10, 1, 0, 0, 16)).hasToString("0a010000/16");
        assertThat(v4(10, 1, 2, 3, 16).hashCode()).isEqualTo(v4(10, 1, 0, 0, 16).hashCode());
        byte[] v6 = new byte[16];
        Arrays.fill(v6, (byte) 0xff);
        assertThat(Prefix.of(v6, 65)).hasToString("ffffffffffffffff8000000000000000/65");
        assertThat(Prefix.of(v6).first(64)).isEqualTo(Prefix.of(v6, 64));
        assertThat(Prefix.of(v6, 0)).isNotEqualTo(v4(0, 0, 0, 0, 0));
    }

    @Test
    void containmentIsByBitsAndWidth() {
        assertThat(v4(10, 0, 0, 0, 8).contains(v4(10, 255, 0, 0, 16))).isTrue();
        assertThat(v4(10, 0, 0, 0, 8).contains(v4(10, 0, 0, 0, 8))).isTrue();
        assertThat(v4(10, 0, 0, 0, 8).contains(v4(11, 0, 0, 0, 16))).isFalse();
        assertThat(v4(10, 0, 0, 0, 8).contains(v4(10, 0, 0, 0, 7))).isFalse();
        assertThat(v4(0, 0, 0, 0, 0).contains(v4(255, 1, 1, 1, 32))).isTrue();
        assertThat(Prefix.of(new byte[16], 0).contains(v4(0, 0, 0, 0, 0))).isFalse();
    }

    @Test
    void whatIsNoPrefixIsRefused() {
        assertThatThrownBy(() -> v4(1, 2, 3, 4, 33))
                .hasMessage("the length of a prefix of 32-bit addresses is 0 to 32, not 33");
        assertThatThrownBy(() -> v4(1, 2, 3, 4, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Prefix.of(new byte[17])).hasMessage("an address has at most 16 bytes, not 17");
        assertThatThrownBy(() -> Prefix.of(new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }

    private static Prefix prefix(RandomGenerator random) {
        // Few bits, placed across the border between the two words of a wide address, or at the top of a narrow one.
        boolean wide = random.nextBoolean();
        byte[] address = new byte[wide ? 16 : 2];
        int from = wide ? 7 : 0;
        address[from] = (byte) (random.nextInt(4) * (wide ? 1 : 64));
        address[from + 1] = (byte) (random.nextInt(4) * (wide ? 64 : 1));
        return Prefix.of(address, wide ? 60 + random.nextInt(9) : random.nextInt(17));
    }

    record Write(int key, List<Prefix> networks, List<Prefix> questions) {}

    private static Write write(RandomGenerator random) {
        List<Prefix> networks = new ArrayList<>();
        List<Prefix> questions = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            networks.add(prefix(random));
            questions.add(prefix(random));
        }
        return new Write(random.nextInt(8), networks, questions);
    }

    @Test
    void theIndexSaysWhatAskingEachRowSays() {
        Sequences.of(PrefixIndexTest::write).upTo(30).times(500).obey(writes -> {
            Table<Integer, Prefix> questions = Table.named("questions");
            Engine engine = new Engine();
            engine.add(new Rule<>("answers", Scope.ZONE, Keys.of(questions), (view, key) -> {
                Prefix asked = view.get(questions, key).orElseThrow();
                return List.of(
                        new Thing("around " + key, view.containing(BY_PREFIX, asked)),
                        new Thing("inside " + key, view.containedIn(BY_PREFIX, asked)));
            }));
            SortedMap<Integer, List<Prefix>> rows = new TreeMap<>();
            SortedMap<Integer, Prefix> asked = new TreeMap<>();
            for (Write write : writes) {
                if (write.networks().isEmpty()) {
                    rows.remove(write.key());
                    engine.remove(NETWORKS, write.key());
                } else {
                    rows.put(write.key(), write.networks());
                    engine.put(NETWORKS, write.key(), write.networks());
                }
                for (Prefix question : write.questions()) {
                    asked.put(asked.size(), question);
                    engine.put(questions, asked.size() - 1, question);
                }
                engine.settle();
                asked.forEach((key, question) -> {
                    SortedSet<Integer> around = new TreeSet<>();
                    SortedSet<Integer> inside = new TreeSet<>();
                    rows.forEach((network, prefixes) -> prefixes.forEach(prefix -> {
                        if (prefix.contains(question)) {
                            around.add(network);
                        }
                        if (question.contains(prefix)) {
                            inside.add(network);
                        }
                    }));
                    assertThat(engine.item("around " + key)).contains(new Thing("around " + key, around));
                    assertThat(engine.item("inside " + key)).contains(new Thing("inside " + key, inside));
                });
            }
            engine.clear(NETWORKS);
            engine.clear(questions);
            engine.settle();
            assertThat(engine.cells()).isZero();
        });
    }

    @Test
    void onlyThoseWhoseAnswerChangedRun() {
        Table<Integer, Prefix> questions = Table.named("questions");
        Engine engine = new Engine();
        engine.add(new Rule<>(
                "answers",
                Scope.ZONE,
                Keys.of(questions),
                (view, key) -> List.of(new Thing(
                        "inside " + key,
                        view.containedIn(BY_PREFIX, view.get(questions, key).orElseThrow())))));
        engine.put(questions, 1, v4(10, 0, 0, 0, 8));
        engine.put(questions, 2, v4(10, 1, 0, 0, 16));
        engine.put(questions, 3, v4(10, 2, 0, 0, 16));
        engine.settle();
        engine.put(NETWORKS, 1, List.of(v4(10, 1, 1, 0, 24)));
        engine.settle();
        assertThat(engine.evaluations("answers")).isEqualTo(3 + 2);
        // Another prefix of the same row inside the same question: the answer is the same.
        engine.put(NETWORKS, 1, List.of(v4(10, 1, 1, 0, 24), v4(10, 1, 2, 0, 24)));
        engine.settle();
        assertThat(engine.evaluations("answers")).isEqualTo(3 + 2);
    }
}
