package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.karst.connectivity.Connectivity;
import org.karst.model.Labels;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Slot;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.Run;

/** A real controller with connectivity, two nodes and two pods is asked everything. */
class QuestionsTest {
    private Run run;
    private Questions questions;

    @BeforeEach
    void start() {
        Cluster cluster = new Cluster()
                .node("a", "10.128.0.0/24")
                .node("b", "10.128.1.0/24")
                .pod("shop/web", "a", "10.128.0.5")
                .pod("shop/store", "b", "10.128.1.5");
        run = Run.of(cluster, new Connectivity());
        questions = new Questions(run.controller());
    }

    @AfterEach
    void stop() {
        questions.close();
        run.close();
    }

    private static <T> T get(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    private static FlowFilter filter(String node, String slot, String pod) {
        return new FlowFilter(Optional.ofNullable(node), Optional.ofNullable(slot), Optional.ofNullable(pod));
    }

    private List<Flows.Row> flows(String node, String slot, String pod) {
        return get(questions.flows(filter(node, slot, pod))).flows();
    }

    @Test
    void statusCountsWhatThereIs() {
        Status status = get(questions.status());
        assertThat(status.nodes()).isEqualTo(2);
        assertThat(status.pods()).isEqualTo(2);
        assertThat(status.attachments()).isEqualTo(2);
        assertThat(status.features()).containsExactly("connectivity", "core");
        assertThat(status.flows()).isEqualTo(flows(null, null, null).size()).isPositive();
        assertThat(status.ready()).isTrue();
        assertThat(status.notReady()).isEmpty();
        assertThat(status.targets()).noneMatch(Status.TargetStatus::isBehind);
        assertThat(status.text()).startsWith("ready       yes\n").contains("\nnodes       2, 0 connected\n");
        assertThat(status.json()).contains("\"features\" : [ \"connectivity\", \"core\" ]");
    }

    @Test
    void syncWaitsForWhatWasHeard() {
        Sync sync = get(questions.sync(Optional.empty(), Optional.empty()));
        assertThat(sync.revision())
                .isEqualTo(get(questions.status()).revision())
                .isPositive();
        assertThat(get(questions.sync(Optional.of("openflow"), Optional.empty()))
                        .text())
                .isEqualTo("all is true up to revision " + sync.revision());
    }

    @Test
    void syncWaitsUntilAWatchHasBeenRead() {
        WatchPosition position = WatchPosition.parse("nodes.v1", "7");
        run.step(new Cluster().fact(World.POSITIONS, position.source(), "6").added(1));
        var waiting = questions.sync(Optional.empty(), Optional.of(position)).toCompletableFuture();
        long before = get(questions.status()).revision();
        assertThat(waiting).isNotDone();
        run.step(new Cluster().fact(World.POSITIONS, position.source(), "10").added(1));
        assertThat(get(waiting).revision()).isGreaterThan(before);
        assertThatThrownBy(() -> WatchPosition.parse("nodes.v1", "x")).hasMessageContaining("'x'");
    }

    @Test
    void nodesPodsAndSlotsAreListed() {
        Nodes nodes = get(questions.nodes());
        assertThat(nodes.nodes()).extracting(Nodes.Row::name).containsExactly("a", "b");
        assertThat(nodes.nodes().get(0).subnets()).containsExactly("10.128.0.0/24");
        assertThat(nodes.nodes().get(0).flows())
                .isEqualTo(flows("a", null, null).size());

        Pods pods = get(questions.pods(Optional.of("b")));
        assertThat(pods.pods()).singleElement().satisfies(row -> {
            assertThat(row.pod()).isEqualTo("shop/store");
            assertThat(row.addresses()).containsExactly("10.128.1.5");
            assertThat(row.ofport()).isEqualTo(3);
            assertThat(row.state()).isEqualTo(Pods.State.ATTACHED);
        });
        assertThat(get(questions.pods(Optional.empty())).text().lines()).hasSize(3);

        run.step(new Cluster()
                .fact(
                        World.PODS.table(),
                        new PodKey("shop", "lost"),
                        new Pod(new PodKey("shop", "lost"), "uid", "nowhere", Labels.NONE, false, List.of(), false))
                .added(1));
        assertThat(get(questions.pods(Optional.empty())).pods())
                .filteredOn(row -> row.node().equals("nowhere"))
                .extracting(Pods.Row::state)
                .containsExactly(Pods.State.NODE_UNKNOWN);

        Slots slots = get(questions.slots());
        assertThat(slots.slots()).hasSize(Slot.values().length);
        assertThat(slots.slots().get(Slot.CONNTRACK.ordinal()).stages())
                .extracting(Slots.StageRow::name)
                .containsExactly("track-ipv4", "track-ipv6");
        assertThat(slots.slots().stream().mapToInt(Slots.Row::flows).sum())
                .isEqualTo(flows(null, null, null).size());
    }

    @Test
    void flowsAreFilteredByNodeSlotAndPod() {
        assertThat(flows("a", null, null)).isNotEmpty().allMatch(row -> row.node()
                .equals("a"));
        assertThat(flows(null, "routing", null))
                .isNotEmpty()
                .allMatch(row -> row.table() / Slot.TABLES == Slot.ROUTING.ordinal());
        List<Flows.Row> ofPod = flows(null, null, "shop/web");
        assertThat(ofPod)
                .isNotEmpty()
                .anyMatch(row -> row.node().equals("a") && row.match().contains("in_port=3"));
        assertThat(ofPod).noneMatch(row -> row.node().equals("b") && row.match().contains("in_port=3"));
        assertThat(ofPod.size()).isLessThan(flows(null, null, null).size());
    }

    @Test
    void flowsShowWhatTheirSwitchHasCounted() {
        Flows.Row first = flows("a", "ROUTING", null).get(0);
        FlowItem item = run.wanted(FlowItem.class).stream()
                .filter(each ->
                        each.node().equals("a") && each.flow().toString().equals(first.flow()))
                .findFirst()
                .orElseThrow();
        questions.bindCounters(node -> node.equals("a")
                ? CompletableFuture.completedFuture(
                        new HashMap<>(Map.of(item.identity(), new FlowCounters.Counters(42, 4200, 7))))
                : CompletableFuture.failedFuture(new IllegalStateException("node b has no switch")));
        Flows flows = get(questions.flows(filter(null, "ROUTING", null)));
        assertThat(flows.flows().get(0).counters()).contains(new FlowCounters.Counters(42, 4200, 7));
        assertThat(flows.flows().stream().filter(row -> row.counters().isPresent()))
                .hasSize(1);
        assertThat(flows.text()).contains(" 42 ").contains(" 7 s ");
        assertThat(flows.json()).contains("\"packets\" : 42").contains("\"counters\" : null");
    }

    @Test
    void everyWantedFlowIsExplainedAsItIsPrinted() {
        for (Flows.Row row : flows(null, null, null)) {
            Why why = get(questions.why(
                    " cookie=" + row.cookie() + ", duration=1.5s, n_packets=3, n_bytes=300, idle_age=1, " + row.flow(),
                    Optional.of(row.node())));
            assertThat(why.items()).singleElement().satisfies(explained -> {
                assertThat(explained.item()).isEqualTo(row.node() + ": " + row.flow());
                assertThat(explained.place()).isEqualTo(row.place());
                assertThat(explained.owners()).isNotEmpty();
                assertThat(explained.owners().get(0).rule()).isNotEmpty();
                assertThat(explained.owners().get(0).changed()).isPositive();
            });
        }
    }

    @Test
    void whyNamesTheFactsAndTheNodes() {
        Why gate = get(questions.why("table=0,priority=0 actions=drop", Optional.empty()));
        assertThat(gate.items()).singleElement().satisfies(explained -> {
            assertThat(explained.owners()).extracting(Why.Owner::rule).containsExactly("gates");
            assertThat(explained.alsoOn()).containsExactly("b");
        });
        Flows.Row guard = flows("a", "SPOOF_GUARD", "shop/web").get(0);
        Why why = get(questions.why(guard.flow(), Optional.empty()));
        assertThat(why.items().get(0).owners().get(0).facts())
                .extracting(Why.Read::definition)
                .contains("attachments", "interfaces");
        assertThat(why.text()).contains("  wanted by rule ").contains("    read attachments ");
    }

    @Test
    void aPortMayBeNamed() {
        Flows.Row classify = flows("a", "INTAKE", "shop/web").get(0);
        assertThat(classify.match()).isEqualTo("in_port=3");
        Why why = get(questions.why(classify.flow().replace("in_port=3", "in_port=\"vetha3\""), Optional.empty()));
        assertThat(why.items().get(0).item()).isEqualTo("a: " + classify.flow());
    }

    @Test
    void whyOfAPodTellsAllOfIt() {
        Why why = get(questions.why("pod shop/web", Optional.empty()));
        assertThat(why.subject()).isEqualTo("pod shop/web");
        assertThat(why.items())
                .hasSizeGreaterThanOrEqualTo(flows(null, null, "shop/web").size());
        assertThat(why.items()).anyMatch(each -> each.item().contains("PortItem"));
        assertThat(get(questions.why("pod  shop/web ", Optional.of("a"))).items())
                .hasSameSizeAs(why.items())
                .allMatch(each -> each.item().startsWith("a: "));
        assertSentence(
                () -> get(questions.why("pod shop/web", Optional.of("b"))),
                "nothing is wanted for pod shop/web on node b yet");
    }

    @Test
    void wrongQuestionsGetASentence() {
        assertSentence(() -> get(questions.pods(Optional.of("c"))), "there is no node c; there are a, b");
        assertSentence(() -> flows("c", null, null), "there is no node c; there are a, b");
        assertSentence(() -> flows(null, null, "shop/nobody"), "there is no pod shop/nobody");
        assertSentence(() -> flows(null, null, "web"), "'web' names no pod: expected NAMESPACE/NAME");
        assertSentence(
                () -> get(questions.why("table=200,priority=1,ip", Optional.of("a"))),
                "node a shall not have a flow with table=200,priority=1,ip; if a switch has it, it is somebody else's or"
                        + " about to go");
        assertThatThrownBy(() -> flows(null, "ROUTNG", null))
                .hasRootCauseInstanceOf(QuestionException.class)
                .hasMessageContaining("there is no slot ROUTNG; there are INTAKE, SPOOF_GUARD, ");
    }

    private static void assertSentence(Runnable question, String sentence) {
        assertThatThrownBy(question::run)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(QuestionException.class)
                .hasRootCauseMessage(sentence);
    }
}
