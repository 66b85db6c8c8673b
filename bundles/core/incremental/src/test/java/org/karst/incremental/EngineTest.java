package org.karst.incremental;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What an author of rules and the controller rely on, one fact of life at a time. */
class EngineTest {
    private static final Table<String, Pod> PODS = Table.named("pods");
    private static final Table<String, String> NODES = Table.named("nodes");
    private static final Index<String, String, Pod> PODS_BY_ADDRESS =
            Index.of("pods by address", PODS, pod -> List.of(pod.address()));
    private static final Index<String, String, Pod> PODS_BY_NODE =
            Index.of("pods by node", PODS, pod -> List.of(pod.node()));

    private final Engine engine = new Engine();

    record Pod(String node, String address) {}

    record Flow(String identity, String actions) implements Item {}

    private static Rule<String> perAddress() {
        return new Rule<>(
                "addresses",
                Scope.ZONE,
                Keys.of(PODS_BY_ADDRESS),
                (view, address) -> List.of(new Flow(address, String.join(",", view.find(PODS_BY_ADDRESS, address)))));
    }

    @Test
    void theItemsFollowTheFacts() {
        engine.add(perAddress());
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        engine.put(PODS, "b", new Pod("n1", "10.0.0.2"));
        Settlement first = engine.settle();
        assertThat(first.revision()).isEqualTo(1);
        assertThat(first.changes())
                .containsExactly(Change.added(new Flow("10.0.0.1", "a")), Change.added(new Flow("10.0.0.2", "b")));

        engine.remove(PODS, "a");
        engine.put(PODS, "c", new Pod("n2", "10.0.0.1"));
        assertThat(engine.settle().changes())
                .containsExactly(Change.modified(new Flow("10.0.0.1", "a"), new Flow("10.0.0.1", "c")));

        engine.clear(PODS);
        assertThat(engine.settle().changes())
                .containsExactly(Change.removed(new Flow("10.0.0.1", "c")), Change.removed(new Flow("10.0.0.2", "b")));
        assertThat(engine.cells()).isZero();
    }

    @Test
    void aRowThatIsBackToItsOldValueHasNotChanged() {
        engine.add(perAddress());
        engine.add(new Rule<>(
                "pods",
                Scope.ZONE,
                Keys.of(PODS),
                (view, pod) ->
                        List.of(new Flow(pod, view.get(PODS, pod).orElseThrow().node()))));
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        engine.settle();
        SortedMap<String, Long> before = engine.evaluations();

        engine.put(PODS, "a", new Pod("n1", "10.0.0.9"));
        engine.remove(PODS, "a");
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));

        assertThat(engine.settle().changes()).isEmpty();
        assertThat(engine.evaluations()).isEqualTo(before);
    }

    @Test
    void anEqualValueOfAQueryStopsTheChangeThere() {
        Query<String, Integer> count =
                Query.of("count", (view, node) -> view.find(PODS_BY_NODE, node).size());
        engine.add(new Rule<>(
                "nodes",
                Scope.ZONE,
                Keys.of(NODES),
                (view, node) -> List.of(new Flow(node, "pods=" + view.get(count, node)))));
        engine.put(NODES, "n1", "");
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        engine.settle();

        engine.remove(PODS, "a");
        engine.put(PODS, "b", new Pod("n1", "10.0.0.1"));
        assertThat(engine.settle().changes()).isEmpty();

        assertThat(engine.evaluations("count")).isEqualTo(2);
        assertThat(engine.evaluations("nodes")).isEqualTo(1);
    }

    @Test
    void theKeysOfARuleMayBeTheValueOfAQuery() {
        Query<Unit, SortedSet<String>> busy = Query.of("busy nodes", (view, unit) -> {
            SortedSet<String> nodes = new TreeSet<>();
            for (String pod : view.all(PODS)) {
                nodes.add(view.get(PODS, pod).orElseThrow().node());
            }
            return nodes;
        });
        engine.add(new Rule<>("busy", Scope.ZONE, Keys.of(busy), (view, node) -> List.of(new Flow(node, "busy"))));
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        assertThat(engine.settle().changes()).containsExactly(Change.added(new Flow("n1", "busy")));

        engine.put(PODS, "a", new Pod("n2", "10.0.0.1"));
        assertThat(engine.settle().changes())
                .containsExactly(Change.removed(new Flow("n1", "busy")), Change.added(new Flow("n2", "busy")));
    }

    @Test
    void aReadSeesTheLastSettleAndLeavesNothingBehind() {
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        engine.settle();
        int cells = engine.cells();
        engine.put(PODS, "b", new Pod("n1", "10.0.0.2"));

        Query<String, Integer> count =
                Query.of("count", (view, node) -> view.find(PODS_BY_NODE, node).size());
        assertThat(engine.<Integer>read(view -> view.get(count, "n1") + view.get(count, "n2")))
                .isEqualTo(1);
        assertThat(engine.row(PODS, "b")).isPresent();
        assertThat(engine.cells()).isEqualTo(cells + 1); // the index, of one value
    }

    @Test
    void anEngineComputedAnewHoldsTheSame() {
        engine.add(perAddress());
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        engine.settle();
        engine.put(PODS, "b", new Pod("n1", "10.0.0.2"));

        Engine anew = engine.anew();
        assertThat(anew.items()).isEmpty();
        assertThat(anew.settle().changes()).hasSize(2);
        engine.settle();
        assertThat(anew.items()).isEqualTo(engine.items());
        anew.clear(PODS);
        anew.settle();
        assertThat(engine.settle().changes()).isEmpty();
        assertThat(engine.items()).hasSize(2);
    }

    @Test
    void aUnitThatIsHeldKeepsItsItemsUntilItIsReleased() {
        engine.add(perAddress());
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        assertThat(engine.settle().emissions()).isEmpty();
        engine.put(PODS, "b", new Pod("n1", "10.0.0.1"));
        assertThat(engine.settle().emissions()).containsExactly(new Emission("addresses", "10.0.0.1", 2));
        assertThat(engine.items("addresses", "10.0.0.1")).containsExactly(new Flow("10.0.0.1", "a,b"));
        assertThat(engine.items("addresses", "10.0.0.2")).isEmpty();
        assertThat(engine.changedTables("addresses", "10.0.0.1")).containsExactly(PODS.name());

        assertThat(engine.hold("addresses", "10.0.0.1")).isTrue();
        engine.put(PODS, "c", new Pod("n1", "10.0.0.1"));
        Settlement held = engine.settle();
        assertThat(held.changes()).isEmpty();
        assertThat(held.emissions()).isEmpty();
        assertThat(engine.evaluations("addresses")).isEqualTo(2);
        assertThat(engine.settle().changes()).isEmpty();

        assertThat(engine.release("addresses", "10.0.0.1")).isTrue();
        Settlement released = engine.settle();
        assertThat(released.changes())
                .containsExactly(Change.modified(new Flow("10.0.0.1", "a,b"), new Flow("10.0.0.1", "a,b,c")));
        assertThat(released.emissions()).containsExactly(new Emission("addresses", "10.0.0.1", 3));

        engine.hold("addresses", "10.0.0.1");
        engine.release("addresses", "10.0.0.1");
        engine.settle();
        assertThat(engine.evaluations("addresses")).isEqualTo(3);

        engine.hold("addresses", "10.0.0.1");
        engine.clear(PODS);
        assertThat(engine.settle().changes()).containsExactly(Change.removed(new Flow("10.0.0.1", "a,b,c")));
        assertThat(engine.release("addresses", "10.0.0.1")).isFalse();
        assertThat(engine.hold("no such rule", "10.0.0.1")).isFalse();
        assertThat(engine.cells()).isZero();
    }

    @Test
    void aForkAnswersWhatIf() {
        engine.add(perAddress());
        engine.put(PODS, "a", new Pod("n1", "10.0.0.1"));
        engine.settle();

        Engine fork = engine.fork();
        fork.put(PODS, "b", new Pod("n1", "10.0.0.2"));
        assertThat(fork.settle().changes()).containsExactly(Change.added(new Flow("10.0.0.2", "b")));
        assertThat(fork.evaluations("addresses")).isEqualTo(2);
        assertThat(fork.items()).containsExactly(new Flow("10.0.0.1", "a"), new Flow("10.0.0.2", "b"));

        assertThat(engine.items()).containsExactly(new Flow("10.0.0.1", "a"));
        assertThat(engine.settle().changes()).isEmpty();
        assertThatThrownBy(fork::items)
                .hasMessage("the engine has settled since it was forked; this fork answers no more");
    }

    @Test
    void onlyOneThreadAndNoFunctionWritesToAnEngine() throws InterruptedException {
        engine.settle();
        Thread other = new Thread(() -> assertThatThrownBy(engine::settle).isInstanceOf(IllegalStateException.class));
        other.start();
        other.join();
        engine.add(new Rule<>("writer", Scope.ZONE, Keys.once(), (view, unit) -> {
            engine.put(NODES, "n1", "");
            return List.of();
        }));
        assertThat(engine.settle().failures())
                .extracting(Failure::message)
                .containsExactly("functions see the world through their view and change nothing");
    }
}
