package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How often functions run, exactly: the cost of a change is part of what the engine promises. */
class EvaluationTest {
    private static final Table<String, Integer> NUMBERS = Table.named("numbers");
    private static final Index<Integer, String, Integer> BY_NUMBER = Index.of("by number", NUMBERS, List::of);

    private final Engine engine = new Engine();

    record Thing(String identity, Object state) implements Item {}

    private static Rule<String> rule(String name, Query<String, Integer> query) {
        return new Rule<>(
                name, Scope.ZONE, Keys.of(NUMBERS), (view, key) -> List.of(new Thing(key, view.get(query, key))));
    }

    /** What ran since the last call. */
    private Map<String, Long> ran(SortedMap<String, Long> before) {
        SortedMap<String, Long> difference = new TreeMap<>();
        engine.evaluations().forEach((name, count) -> {
            if (!count.equals(before.getOrDefault(name, 0L))) {
                difference.put(name, count - before.getOrDefault(name, 0L));
            }
        });
        return difference;
    }

    @Test
    void onlyWhatReadTheChangeRuns() {
        Query<String, Integer> twice =
                Query.of("twice", (view, key) -> 2 * view.get(NUMBERS, key).orElse(0));
        engine.add(rule("things", twice));
        for (int i = 0; i < 100; i++) {
            engine.put(NUMBERS, "n" + i, i);
        }
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();
        assertThat(before).containsEntry("things", 100L).containsEntry("twice", 100L);

        engine.put(NUMBERS, "n7", 70);
        engine.settle();
        assertThat(ran(before)).isEqualTo(Map.of("things", 1L, "twice", 1L));
    }

    @Test
    void aQueryThatManyReadRunsOnceAndAnEqualValueStopsThere() {
        Query<Unit, Integer> parity =
                Query.of("parity", (view, unit) -> view.get(NUMBERS, "hub").orElse(0) % 2);
        engine.add(new Rule<>(
                "things",
                Scope.ZONE,
                Keys.of(NUMBERS),
                (view, key) -> List.of(new Thing(key, view.get(parity, Unit.UNIT)))));
        for (int i = 0; i < 1_000; i++) {
            engine.put(NUMBERS, "n" + i, i);
        }
        engine.put(NUMBERS, "hub", 0);
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();
        assertThat(before).containsEntry("parity", 1L);

        engine.put(NUMBERS, "hub", 2);
        engine.settle();
        assertThat(ran(before)).isEqualTo(Map.of("parity", 1L));

        engine.put(NUMBERS, "hub", 3);
        engine.settle();
        assertThat(ran(before)).isEqualTo(Map.of("parity", 2L, "things", 1_001L));
    }

    @Test
    void aDiamondIsNotSeenHalfWay() {
        List<String> seen = new ArrayList<>();
        Query<String, Integer> left =
                Query.of("left", (view, key) -> view.get(NUMBERS, key).orElse(0));
        Query<String, Integer> deep = Query.of("deep", (view, key) -> view.get(left, key));
        Query<String, Integer> right = Query.of("right", (view, key) -> view.get(deep, key));
        Query<String, Integer> join = Query.of("join", (view, key) -> {
            seen.add(view.get(left, key) + "=" + view.get(right, key));
            return view.get(left, key) + view.get(right, key);
        });
        engine.add(rule("things", join));
        engine.put(NUMBERS, "a", 1);
        engine.settle();
        engine.put(NUMBERS, "a", 2);
        engine.settle();
        assertThat(seen).containsOnly("1=1", "2=2");
        assertThat(engine.evaluations("join")).isEqualTo(2);
    }

    /** The reader met the other query while both had the lowest rank, and the other was due in the same step. */
    @Test
    void aReaderThatFindsOutLateWhatItReadsWaitsForIt() {
        Query<String, Integer> other =
                Query.of("other", (view, key) -> view.get(NUMBERS, "shared").orElse(0));
        Query<String, Integer> late = Query.of(
                "late",
                (view, key) -> view.get(NUMBERS, "switch").orElse(0) == 0
                        ? view.get(NUMBERS, "shared").orElse(0)
                        : 100 * view.get(other, key));
        engine.add(rule("late things", late));
        engine.add(new Rule<>(
                "other things",
                Scope.ZONE,
                Keys.of(NUMBERS),
                (view, key) -> List.of(new Thing("other " + key, view.get(other, key)))));
        engine.put(NUMBERS, "shared", 1);
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();

        engine.put(NUMBERS, "shared", 2);
        engine.put(NUMBERS, "switch", 1);
        engine.settle();
        assertThat(engine.item("shared")).contains(new Thing("shared", 200));
        assertThat(engine.item("other shared")).contains(new Thing("other shared", 2));
        assertThat(ran(before)).isEqualTo(Map.of("other", 2L, "late", 2L, "late things", 2L, "other things", 2L));
    }

    /** The same with a query in between that is not due itself before the other has run. */
    @Test
    void aReaderThatFindsOutLateSeesNothingOld() {
        List<Integer> seen = new ArrayList<>();
        Query<String, Integer> other =
                Query.of("other", (view, key) -> view.get(NUMBERS, "shared").orElse(0));
        Query<String, Integer> between = Query.of("between", (view, key) -> view.get(other, key));
        Query<String, Integer> late = Query.of("late", (view, key) -> {
            if (view.get(NUMBERS, "switch").orElse(0) == 0) {
                return 0;
            }
            seen.add(view.get(between, key));
            return view.get(between, key);
        });
        engine.add(new Rule<>(
                "thing", Scope.ZONE, Keys.once(), (view, unit) -> List.of(new Thing("thing", view.get(late, "a")))));
        engine.add(new Rule<>(
                "other thing",
                Scope.ZONE,
                Keys.once(),
                (view, unit) -> List.of(new Thing("other", view.get(between, "a")))));
        engine.put(NUMBERS, "shared", 1);
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();

        engine.put(NUMBERS, "switch", 1);
        engine.put(NUMBERS, "shared", 2);
        engine.settle();
        assertThat(seen).containsExactly(2);
        assertThat(ran(before))
                .isEqualTo(Map.of("other", 1L, "between", 1L, "late", 1L, "thing", 1L, "other thing", 1L));
    }

    /** A definition that rises takes along those that had read it before. */
    @Test
    void aReaderOfWhatRisesRisesToo() {
        Query<String, Integer> low =
                Query.of("low", (view, key) -> view.get(NUMBERS, "shared").orElse(0));
        Query<String, Integer> higher = Query.of("higher", (view, key) -> view.get(low, key));
        Query<String, Integer> riser = Query.of(
                "riser", (view, key) -> view.get(NUMBERS, "switch").orElse(0) == 0 ? 0 : view.get(higher, key));
        Query<String, Integer> between = Query.of("between", (view, key) -> view.get(riser, key));
        Query<String, Integer> reader = Query.of(
                "reader",
                (view, key) ->
                        view.get(between, key) + view.get(NUMBERS, "shared").orElse(0));
        engine.add(new Rule<>(
                "thing", Scope.ZONE, Keys.once(), (view, unit) -> List.of(new Thing("thing", view.get(reader, "a")))));
        engine.settle();
        engine.put(NUMBERS, "switch", 1);
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();

        engine.put(NUMBERS, "shared", 1);
        engine.settle();
        assertThat(engine.item("thing")).contains(new Thing("thing", 2));
        assertThat(ran(before))
                .isEqualTo(Map.of("low", 1L, "higher", 1L, "riser", 1L, "between", 1L, "reader", 1L, "thing", 1L));
    }

    @Test
    void whatIsReadTwiceIsOneReading() {
        Query<String, Integer> query =
                Query.of("query", (view, key) -> view.get(NUMBERS, "a").orElse(0));
        engine.add(new Rule<>("thing", Scope.ZONE, Keys.once(), (view, unit) -> {
            int times = view.get(NUMBERS, "switch").orElse(0);
            int sum = times == 0 ? 0 : view.get(NUMBERS, "a").orElse(0);
            if (times == 2) {
                // The query is new each time, so it reads the same in between.
                sum += view.get(query, "new") + view.get(NUMBERS, "a").orElse(0) + view.get(query, "new");
            }
            return List.of(new Thing("thing", sum));
        }));
        engine.settle();
        int cells = engine.cells();
        for (int i = 1; i < 4; i++) {
            engine.put(NUMBERS, "a", i);
            engine.put(NUMBERS, "switch", 2);
            engine.settle();
            assertThat(engine.item("thing")).contains(new Thing("thing", 4 * i));
            engine.put(NUMBERS, "switch", 1);
            engine.settle();
            assertThat(engine.item("thing")).contains(new Thing("thing", i));
            engine.remove(NUMBERS, "switch");
            engine.remove(NUMBERS, "a");
            engine.settle();
            assertThat(engine.cells()).isEqualTo(cells);
        }
        assertThat(engine.evaluations("query")).isEqualTo(3);
    }

    @Test
    void aQueryWhoseLastReaderGoesDoesNotRun() {
        Query<String, Integer> dear =
                Query.of("dear", (view, key) -> view.get(NUMBERS, "shared").orElse(0));
        engine.add(rule("things", dear));
        engine.put(NUMBERS, "a", 1);
        engine.put(NUMBERS, "b", 1);
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();

        engine.remove(NUMBERS, "a");
        engine.put(NUMBERS, "shared", 0);
        engine.remove(NUMBERS, "shared");
        engine.settle();
        assertThat(ran(before)).isEmpty();

        engine.remove(NUMBERS, "b");
        engine.put(NUMBERS, "shared", 5);
        engine.settle();
        assertThat(ran(before)).isEqualTo(Map.of("dear", 1L, "things", 1L)); // those of "shared" itself
    }

    @Test
    void whatNobodyReadsAnyMoreDoesNotRun() {
        Query<String, Integer> dear =
                Query.of("dear", (view, key) -> view.get(NUMBERS, key).orElse(0));
        engine.add(new Rule<>(
                "thing",
                Scope.ZONE,
                Keys.once(),
                (view, unit) -> List.of(
                        new Thing("thing", view.get(NUMBERS, "switch").orElse(0) == 0 ? view.get(dear, "a") : 0))));
        engine.settle();
        int cells = engine.cells();
        assertThat(engine.evaluations("dear")).isEqualTo(1);

        engine.put(NUMBERS, "switch", 1);
        engine.settle();
        engine.put(NUMBERS, "a", 1);
        engine.settle();
        assertThat(engine.evaluations("dear")).isEqualTo(1);

        engine.clear(NUMBERS);
        engine.settle();
        assertThat(engine.cells()).isEqualTo(cells);
    }

    @Test
    void readingWhatIsAbsentIsAReading() {
        engine.add(new Rule<>(
                "thing",
                Scope.ZONE,
                Keys.once(),
                (view, unit) ->
                        List.of(new Thing("thing", view.get(NUMBERS, "absent") + " " + view.find(BY_NUMBER, 7)))));
        engine.settle();
        assertThat(engine.item("thing")).contains(new Thing("thing", "Optional.empty []"));
        int cells = engine.cells();

        engine.put(NUMBERS, "absent", 7);
        engine.settle();
        assertThat(engine.item("thing")).contains(new Thing("thing", "Optional[7] [absent]"));
        engine.remove(NUMBERS, "absent");
        engine.settle();
        assertThat(engine.item("thing")).contains(new Thing("thing", "Optional.empty []"));
        assertThat(engine.cells()).isEqualTo(cells);
    }

    @Test
    void anIndexTellsOnlyThoseWhoseAnswerChanged() {
        engine.add(new Rule<>(
                "numbers",
                Scope.ZONE,
                Keys.of(BY_NUMBER),
                (view, number) -> List.of(new Thing("number " + number, view.find(BY_NUMBER, number)))));
        engine.put(NUMBERS, "a", 1);
        engine.put(NUMBERS, "b", 1);
        engine.put(NUMBERS, "c", 2);
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();

        engine.put(NUMBERS, "a", 3);
        engine.settle();
        assertThat(ran(before)).isEqualTo(Map.of("numbers", 2L));
        engine.remove(NUMBERS, "a");
        assertThat(engine.settle().changes()).hasSize(1);
        assertThat(ran(before)).isEqualTo(Map.of("numbers", 2L));
    }
}
