package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** One identity, several owners: what counts is the net difference after all units ran. */
class OwnershipTest {
    private static final Table<String, String> PODS = Table.named("pods");

    private final Engine engine = new Engine();

    record Flow(String identity, String actions) implements Item {}

    private static Rule<String> flowPerPod(String name, String actions) {
        return new Rule<>(
                name,
                Scope.ZONE,
                Keys.of(PODS),
                (view, pod) -> List.of(new Flow(view.get(PODS, pod).orElseThrow(), actions.isEmpty() ? pod : actions)));
    }

    @Test
    void anItemThatTwoUnitsWantStaysUntilTheLastOfThemGoes() {
        engine.add(flowPerPod("flows", "output"));
        engine.put(PODS, "a", "10.0.0.1");
        engine.put(PODS, "b", "10.0.0.1");
        assertThat(engine.settle().changes()).containsExactly(Change.added(new Flow("10.0.0.1", "output")));
        assertThat(engine.conflicts()).isEmpty();

        engine.remove(PODS, "a");
        assertThat(engine.settle().changes()).isEmpty();
        engine.remove(PODS, "b");
        assertThat(engine.settle().changes()).containsExactly(Change.removed(new Flow("10.0.0.1", "output")));
    }

    @Test
    void oneDiesAndAnotherGetsItsAddressInOneStep() {
        engine.add(flowPerPod("flows", ""));
        engine.put(PODS, "a", "10.0.0.1");
        engine.put(PODS, "b", "10.0.0.2");
        engine.settle();

        engine.put(PODS, "a", "10.0.0.2");
        engine.put(PODS, "b", "10.0.0.1");
        assertThat(engine.settle().changes())
                .containsExactly(
                        Change.modified(new Flow("10.0.0.2", "b"), new Flow("10.0.0.2", "a")),
                        Change.modified(new Flow("10.0.0.1", "a"), new Flow("10.0.0.1", "b")));
        assertThat(engine.conflicts()).isEmpty();

        engine.remove(PODS, "a");
        engine.put(PODS, "b", "10.0.0.2");
        engine.put(PODS, "c", "10.0.0.1");
        assertThat(engine.settle().changes())
                .containsExactly(
                        Change.modified(new Flow("10.0.0.2", "a"), new Flow("10.0.0.2", "b")),
                        Change.modified(new Flow("10.0.0.1", "b"), new Flow("10.0.0.1", "c")));
    }

    @Test
    void inAConflictTheSmallerRuleAndKeyWinsAndBothAreTold() {
        engine.add(flowPerPod("flows", ""));
        engine.put(PODS, "b", "10.0.0.1");
        engine.settle();

        engine.put(PODS, "a", "10.0.0.1");
        Settlement settlement = engine.settle();
        Conflict conflict = new Conflict(
                "10.0.0.1",
                List.of(
                        new Conflict.Claim("flows", "a", new Flow("10.0.0.1", "a")),
                        new Conflict.Claim("flows", "b", new Flow("10.0.0.1", "b"))));
        assertThat(settlement.conflicts()).containsExactly(conflict);
        assertThat(settlement.changes())
                .containsExactly(Change.modified(new Flow("10.0.0.1", "b"), new Flow("10.0.0.1", "a")));
        assertThat(engine.conflicts()).containsExactly(conflict);
        assertThat(engine.settle().conflicts()).isEmpty();

        engine.add(flowPerPod("an earlier rule", "drop"));
        assertThat(engine.settle().changes())
                .containsExactly(Change.modified(new Flow("10.0.0.1", "a"), new Flow("10.0.0.1", "drop")));
        assertThat(engine.conflicts()).hasSize(1).first().satisfies(three -> assertThat(three.claims())
                .extracting(Conflict.Claim::rule, Conflict.Claim::key)
                .map(Tuple::toList)
                .containsExactly(
                        List.of("an earlier rule", "a"),
                        List.of("an earlier rule", "b"),
                        List.of("flows", "a"),
                        List.of("flows", "b")));

        engine.clear(PODS);
        engine.settle();
        assertThat(engine.conflicts()).isEmpty();
    }

    @Test
    void aRuleThatTakesThePlaceOfAnotherChangesNothing() {
        Rule<String> first = flowPerPod("flows", "output");
        engine.add(first);
        engine.put(PODS, "a", "10.0.0.1");
        engine.settle();

        engine.remove(first);
        engine.add(flowPerPod("flows", "output"));
        assertThat(engine.settle().changes()).isEmpty();
        assertThat(engine.evaluations("flows")).isEqualTo(1);

        assertThatThrownBy(() -> engine.remove(first)).hasMessage("there is no such rule: flows");
        assertThatThrownBy(() -> engine.add(first)).hasMessage("another rule is named flows");
    }

    @Test
    void aRuleMayBeReplacedByOneWithOtherKeys() {
        Rule<String> first = flowPerPod("flows", "output");
        engine.add(first);
        engine.put(PODS, "a", "10.0.0.1");
        engine.put(PODS, "b", "10.0.0.2");
        engine.settle();
        engine.remove(first);
        engine.add(
                new Rule<>("flows", Scope.ZONE, Keys.once(), (view, unit) -> List.of(new Flow("10.0.0.1", "output"))));
        assertThat(engine.settle().changes()).containsExactly(Change.removed(new Flow("10.0.0.2", "output")));
    }

    @Test
    void aRemovedRuleTakesItsItemsAndCellsWithIt() {
        engine.put(PODS, "a", "10.0.0.1");
        engine.settle();
        int cells = engine.cells();
        Rule<String> rule = flowPerPod("flows", "output");
        engine.add(rule);
        engine.settle();
        engine.remove(rule);
        assertThat(engine.settle().changes()).containsExactly(Change.removed(new Flow("10.0.0.1", "output")));
        assertThat(engine.cells()).isEqualTo(cells);
    }

    @Test
    void aRuleThatComesAndGoesBeforeTheSettleHasNotBeen() {
        Rule<String> rule = flowPerPod("flows", "output");
        engine.put(PODS, "a", "10.0.0.1");
        engine.add(rule);
        engine.remove(rule);
        assertThat(engine.settle().changes()).isEmpty();
        assertThat(engine.evaluations()).isEmpty();
    }

    @Test
    void changesComeInTheOrderOfRuleKeyAndList() {
        engine.add(new Rule<>(
                "z",
                Scope.ZONE,
                Keys.of(PODS),
                (view, pod) -> List.of(new Flow(pod + "2", "x"), new Flow(pod + "1", "x"))));
        engine.add(new Rule<>("y", Scope.ZONE, Keys.of(PODS), (view, pod) -> List.of(new Flow(pod + "3", "x"))));
        engine.put(PODS, "b", "");
        engine.put(PODS, "a", "");
        assertThat(engine.settle().changes())
                .extracting(Change::identity)
                .containsExactly("a3", "b3", "a2", "a1", "b2", "b1");
        assertThat(engine.items()).extracting(Item::identity).containsExactly("a3", "b3", "a2", "a1", "b2", "b1");
        engine.clear(PODS);
        assertThat(engine.settle().changes())
                .extracting(Change::identity)
                .containsExactly("a3", "b3", "a2", "a1", "b2", "b1");
    }

    @Test
    void whyTellsTheUnitsAndTheFactsThatTheyRead() {
        Table<String, String> nodes = Table.named("nodes");
        Index<String, String, String> byAddress = Index.of("pods by address", PODS, List::of);
        Query<String, String> node =
                Query.of("node", (view, pod) -> view.get(nodes, "n1").orElse("?") + view.find(byAddress, "10.0.0.1"));
        engine.add(new Rule<>(
                "flows",
                Scope.ZONE,
                Keys.of(PODS),
                (view, pod) -> List.of(new Flow(view.get(PODS, pod).orElseThrow(), view.get(node, pod)))));
        engine.put(PODS, "a", "10.0.0.1");
        engine.settle();
        engine.put(nodes, "n1", "N");
        engine.settle();
        engine.settle();

        Flow flow = new Flow("10.0.0.1", "N[a]");
        assertThat(engine.why("10.0.0.1"))
                .contains(new Explanation(
                        flow,
                        List.of(new Explanation.Owner(
                                "flows",
                                "a",
                                flow,
                                2,
                                List.of(
                                        new Fact("nodes", "n1", 2),
                                        new Fact("pods", "a", 1),
                                        new Fact("pods by address", "10.0.0.1", 1))))));
        assertThat(engine.why("10.0.0.9")).isEmpty();
    }
}
