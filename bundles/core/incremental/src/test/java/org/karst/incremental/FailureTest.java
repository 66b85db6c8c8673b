package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What goes wrong stays with whom it concerns, is told in a sentence, and heals by itself. */
class FailureTest {
    private static final Table<String, String> TEXTS = Table.named("texts");

    private final Engine engine = new Engine();

    record Thing(String identity, Object state) implements Item {}

    private static int number(View view, String key) {
        String text = view.get(TEXTS, key).orElse("0");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException reason) {
            throw new IllegalArgumentException(key + " has " + text + " where a number belongs", reason);
        }
    }

    @Test
    void aFailingUnitKeepsItsItemsAndTheOthersGoOn() {
        engine.add(new Rule<>(
                "things", Scope.ZONE, Keys.of(TEXTS), (view, key) -> List.of(new Thing(key, number(view, key)))));
        engine.put(TEXTS, "a", "1");
        engine.put(TEXTS, "b", "2");
        engine.settle();

        engine.put(TEXTS, "a", "x");
        engine.put(TEXTS, "b", "3");
        Settlement settlement = engine.settle();
        assertThat(settlement.changes()).containsExactly(Change.modified(new Thing("b", 2), new Thing("b", 3)));
        assertThat(settlement.failures())
                .containsExactly(new Failure(
                        "things", "a", "a has x where a number belongs", false, List.of(new Fact("texts", "a", 2))));
        assertThat(engine.failures()).isEqualTo(settlement.failures());
        assertThat(engine.items()).containsExactly(new Thing("a", 1), new Thing("b", 3));

        assertThat(engine.settle().failures()).isEmpty();
        assertThat(engine.failures()).hasSize(1);

        engine.put(TEXTS, "a", "4");
        assertThat(engine.settle().changes()).containsExactly(Change.modified(new Thing("a", 1), new Thing("a", 4)));
        assertThat(engine.failures()).isEmpty();
    }

    @Test
    void theItemsOfAFailingUnitGoWithItsKey() {
        engine.add(new Rule<>(
                "things", Scope.ZONE, Keys.of(TEXTS), (view, key) -> List.of(new Thing(key, number(view, key)))));
        engine.put(TEXTS, "a", "1");
        engine.settle();
        engine.put(TEXTS, "a", "x");
        engine.settle();
        engine.remove(TEXTS, "a");
        assertThat(engine.settle().changes()).containsExactly(Change.removed(new Thing("a", 1)));
        assertThat(engine.failures()).isEmpty();
        assertThat(engine.cells()).isZero();
    }

    @Test
    void readersOfAFailedQueryFailForTheSameReasonAndHealWithIt() {
        Query<String, Integer> number = Query.of("number", FailureTest::number);
        engine.add(new Rule<>(
                "things",
                Scope.ZONE,
                Keys.of(TEXTS),
                (view, key) -> List.of(new Thing(key, view.get(number, key) + view.get(number, "shared")))));
        engine.add(new Rule<>("careful", Scope.ZONE, Keys.once(), (view, unit) -> {
            try {
                return List.of(new Thing("careful", view.get(number, "shared")));
            } catch (QueryFailedException reason) {
                return List.of(new Thing("careful", reason.getMessage()));
            }
        }));
        engine.put(TEXTS, "a", "1");
        engine.put(TEXTS, "shared", "x");
        Settlement settlement = engine.settle();
        assertThat(settlement.failures())
                .extracting(Failure::definition, Failure::key, Failure::message, Failure::inherited)
                .containsExactly(
                        tuple("number", "shared", "shared has x where a number belongs", false),
                        tuple("things", "a", "shared has x where a number belongs", true),
                        tuple("things", "shared", "shared has x where a number belongs", true));
        assertThat(engine.item("careful")).contains(new Thing("careful", "shared has x where a number belongs"));

        engine.put(TEXTS, "shared", "2");
        engine.settle();
        assertThat(engine.failures()).isEmpty();
        assertThat(engine.items()).containsExactly(new Thing("careful", 2), new Thing("a", 3), new Thing("shared", 4));
    }

    @Test
    void aFailedUnitStaysQuietUntilSomethingThatItReadChanges() {
        List<String> tried = new ArrayList<>();
        engine.add(new Rule<>("things", Scope.ZONE, Keys.of(TEXTS), (view, key) -> {
            tried.add(key);
            return List.of(new Thing(key, number(view, key)));
        }));
        engine.put(TEXTS, "a", "x");
        engine.settle();
        engine.put(TEXTS, "b", "1");
        engine.settle();
        engine.settle();
        assertThat(tried).containsExactly("a", "b");
    }

    @Test
    void whateverIsThrownIsToldAsASentence() {
        engine.add(failing("null list", () -> null));
        engine.add(failing("null item", () -> Arrays.asList((Item) null)));
        engine.add(failing("twice", () -> List.of(new Thing("a", 1), new Thing("a", 2))));
        engine.add(failing("deep", FailureTest::deep));
        engine.add(failing("bug", () -> List.of(new Thing(null, null))));
        engine.add(failing(
                "careless",
                () -> List.of(new Thing(
                        "" + new HashMap<String, Integer>().get("absent").intValue(), 0))));
        engine.add(failing("missing class", () -> {
            throw new NoClassDefFoundError("org/karst/Gone");
        }));
        engine.add(failing("fine", () -> List.of(new Thing("a", 1), new Thing("a", 1))));
        Query<Unit, String> nothing = Query.of("nothing", (view, unit) -> null);
        engine.add(new Rule<>(
                "reads null",
                Scope.ZONE,
                Keys.once(),
                (view, unit) -> List.of(new Thing("b", view.get(nothing, unit)))));
        assertThat(engine.settle().changes()).containsExactly(Change.added(new Thing("a", 1)));
        assertThat(engine.failures())
                .extracting(Failure::definition, Failure::message)
                .satisfiesExactly(
                        failure -> assertThat(failure.toList())
                                .containsExactly("bug", "bug wants a thing without identity for UNIT"),
                        failure ->
                                assertThat(failure.toList().get(1).toString()).startsWith("NullPointerException: "),
                        failure ->
                                assertThat(failure.toList().get(1).toString()).startsWith("StackOverflowError"),
                        failure -> assertThat(failure.toList().get(1).toString())
                                .startsWith("NoClassDefFoundError: org/karst/Gone (FailureTest.java:"),
                        failure -> assertThat(failure.toList())
                                .containsExactly("nothing", "nothing yields no value (null) for UNIT"),
                        failure -> assertThat(failure.toList())
                                .containsExactly("null item", "null item yields a list with null in it for UNIT"),
                        failure -> assertThat(failure.toList())
                                .containsExactly("null list", "null list yields no list (null) for UNIT"),
                        failure -> assertThat(failure.toList())
                                .containsExactly("reads null", "nothing yields no value (null) for UNIT"),
                        failure -> assertThat(failure.toList())
                                .containsExactly(
                                        "twice",
                                        "twice wants two different things of one identity for UNIT: "
                                                + "Thing[identity=a, state=1] and Thing[identity=a, state=2]"));
    }

    @SuppressWarnings("InfiniteRecursion") // that is what it is for
    private static List<Item> deep() {
        return List.of(new Thing("deep " + deep(), 0));
    }

    private static Rule<Unit> failing(String name, Supplier<List<? extends Item>> items) {
        return new Rule<>(name, Scope.ZONE, Keys.once(), (view, unit) -> items.get());
    }

    @Test
    void aRowThatAnIndexCannotDealWithIsFoundNowhereAndTold() {
        Index<Integer, String, String> byNumber = Index.of("by number", TEXTS, text -> List.of(Integer.parseInt(text)));
        engine.add(new Rule<>(
                "numbers",
                Scope.ZONE,
                Keys.of(byNumber),
                (view, number) -> List.of(new Thing("number " + number, view.find(byNumber, number)))));
        engine.put(TEXTS, "a", "1");
        engine.put(TEXTS, "b", "x");
        engine.settle();
        assertThat(engine.items()).containsExactly(new Thing("number 1", new TreeSet<>(List.of("a"))));
        assertThat(engine.failures())
                .extracting(Failure::definition, Failure::key)
                .containsExactly(tuple("by number", "b"));

        engine.put(TEXTS, "b", "1");
        engine.settle();
        assertThat(engine.failures()).isEmpty();
        assertThat(engine.items()).containsExactly(new Thing("number 1", new TreeSet<>(List.of("a", "b"))));
    }

    @Test
    void aCycleIsToldWithItsPathAndDisturbsNobodyElse() {
        List<Query<String, Integer>> ring = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int next = (i + 1) % 3;
            ring.add(Query.of(
                    "ring " + "bca".charAt(i),
                    (view, key) -> view.get(TEXTS, "closed").isPresent() || next != 0
                            ? 1 + view.get(ring.get(next), key)
                            : 1));
        }
        for (int i = 0; i < 3; i++) {
            int start = i;
            engine.add(new Rule<>(
                    "ring rule " + i,
                    Scope.ZONE,
                    Keys.of(TEXTS),
                    (view, key) -> List.of(new Thing(start + key, view.get(ring.get(start), key)))));
        }
        engine.add(new Rule<>(
                "things", Scope.ZONE, Keys.of(TEXTS), (view, key) -> List.of(new Thing(key, view.get(TEXTS, key)))));
        engine.put(TEXTS, "open", "");
        engine.settle();
        assertThat(engine.failures()).isEmpty();
        assertThat(engine.item("0open")).contains(new Thing("0open", 3));

        engine.put(TEXTS, "closed", "");
        engine.settle();
        assertThat(engine.item("closed")).isPresent();
        assertThat(engine.failures())
                .hasSize(12)
                .extracting(Failure::message)
                .containsOnly("definitions read each other in a cycle: ring a → ring b → ring c → ring a");
        assertThat(engine.settle().changes()).isEmpty();
    }

    @Test
    void aQueryMustNotReadItself() {
        List<Query<Integer, Integer>> self = new ArrayList<>();
        self.add(Query.of("self", (view, key) -> key == 0 ? 0 : 1 + view.get(self.get(0), key - 1)));
        engine.add(new Rule<>(
                "thing", Scope.ZONE, Keys.once(), (view, unit) -> List.of(new Thing("a", view.get(self.get(0), 3)))));
        assertThat(engine.settle().failures())
                .extracting(Failure::message)
                .containsOnly("definitions read each other in a cycle: self → self");
        assertThatThrownBy(() -> engine.<Integer>read(view -> view.get(self.get(0), 0)))
                .isInstanceOf(QueryFailedException.class);
    }

    @Test
    void whereTheKeysFailTheUnitsStay() {
        Query<Unit, SortedSet<Integer>> numbers = Query.of("numbers", (view, unit) -> {
            SortedSet<Integer> all = new TreeSet<>();
            view.all(TEXTS).forEach(key -> all.add(number(view, key)));
            return all;
        });
        engine.add(new Rule<>(
                "things", Scope.ZONE, Keys.of(numbers), (view, number) -> List.of(new Thing("number " + number, 0))));
        engine.put(TEXTS, "a", "1");
        engine.settle();
        engine.put(TEXTS, "b", "x");
        Settlement failed = engine.settle();
        assertThat(failed.changes()).isEmpty();
        assertThat(failed.failures())
                .extracting(Failure::definition, Failure::inherited)
                .containsExactly(tuple("numbers", false), tuple("things (keys)", true));
        engine.put(TEXTS, "b", "2");
        assertThat(engine.settle().changes()).containsExactly(Change.added(new Thing("number 2", 0)));
    }

    @Test
    void anAnswerThatThrowsThrows() {
        assertThatThrownBy(() -> engine.read(view -> {
                    throw new IllegalArgumentException("no such packet");
                }))
                .hasMessage("no such packet");
        engine.settle();
    }

    @Test
    void aViewThatWasKeptDoesNotAnswer() {
        View[] kept = new View[1];
        engine.read(view -> kept[0] = view);
        assertThatThrownBy(() -> kept[0].all(TEXTS)).isInstanceOf(IllegalStateException.class);
        assertThat(engine.cells()).isZero();
    }
}
