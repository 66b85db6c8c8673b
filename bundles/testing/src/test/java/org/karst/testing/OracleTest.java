package org.karst.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** The comparison with a computation from scratch must find features that depend on more than they read. */
class OracleTest {
    /** Says something about each node. */
    private record Sayings(BiFunction<View, String, String> saying) implements Feature {
        @Override
        public String name() {
            return "sayings";
        }

        @Override
        public List<Rule<?>> rules() {
            return List.of(new Rule<>(
                    "sayings",
                    Scope.ZONE,
                    Keys.of(Topology.NODE_NAMES),
                    (view, node) ->
                            List.<Item>of(EventItem.warning("Node", "", node, "Saying", saying.apply(view, node)))));
        }
    }

    private static Cluster cluster() {
        return new Cluster().node("a", "10.128.0.0/24").node("b", "10.128.1.0/24");
    }

    @Test
    void aPureFeaturePasses() {
        assertThatCode(() -> Laws.check(cluster(), () -> new Feature[] {new Sayings((view, node) -> "I am " + node)}))
                .doesNotThrowAnyException();
    }

    @Test
    void aRuleThatCountsItsRunsIsFound() {
        AtomicInteger runs = new AtomicInteger();
        Sayings counting = new Sayings((view, node) -> "run " + runs.incrementAndGet());
        assertThatThrownBy(() -> Laws.check(cluster(), () -> new Feature[] {counting}))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("from scratch")
                .hasMessageContaining("run 1");
    }

    @Test
    void aReadPastTheViewIsFoundOnceItIsStale() {
        Map<String, String> outside = new TreeMap<>(Map.of("a", "fresh", "b", "fresh"));
        try (Run run = Run.of(cluster(), new Sayings((view, node) -> outside.get(node)))) {
            outside.put("a", "changed");
            Edit<?, ?> unrelated = Edit.put(
                    World.NODES.table(),
                    new PodKey("", "b"),
                    new Node("b", "other", "", Labels.NONE, List.of(), List.of()));
            assertThatThrownBy(() -> run.step(List.of(unrelated)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("missing")
                    .hasMessageContaining("changed");
        }
    }

    @Test
    void aUnitThatFailsKeepsItsItemsAndDisturbsNoComparison() {
        Node broken = new Node("a", "broken", "", Labels.NONE, List.of(), List.of());
        Sayings sayings = new Sayings((view, node) -> Topology.node(view, node)
                .filter(row -> !row.equals(broken))
                .map(row -> "I am " + row.uid())
                .orElseThrow(() -> new IllegalStateException("on purpose")));
        try (Run run = Run.of(cluster(), sayings)) {
            List<EventItem> before = run.wanted(EventItem.class);
            run.step(List.of(Edit.put(World.NODES.table(), new PodKey("", "a"), broken)));
            assertThat(run.inspect(Inspection::failures)).hasSize(1);
            assertThat(run.wanted(EventItem.class)).isEqualTo(before).hasSize(2);
        }
    }
}
