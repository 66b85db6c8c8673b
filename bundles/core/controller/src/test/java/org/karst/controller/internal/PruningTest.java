package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** What may be removed, and when: never before all are heard who could want it. */
class PruningTest extends LoopFixture {
    private final RecordingDriver driver = new RecordingDriver();

    PruningTest() {
        super("wanted");
    }

    @BeforeEach
    void start() throws Exception {
        get(loop.bind(driver));
        node("a");
    }

    /** What may be removed now is told in the next step. */
    private void step() throws Exception {
        loop.post(Lane.FACTS, facts -> {});
        settled();
    }

    private void theApiIsHeard() {
        for (var kind : List.of(World.PODS, World.NODES, World.NAMESPACES, World.ALLOCATIONS)) {
            loop.post(Lane.FACTS, facts -> facts.synced(WatchItem.source(kind)));
        }
    }

    private Pruning pruning() {
        return driver.last().pruning();
    }

    @Test
    void nothingIsRemovedBeforeEverySourceAndFeatureIsThere() throws Exception {
        assertThat(pruning().everything()).isFalse();
        theApiIsHeard();
        settled();
        assertThat(pruning().everything()).as("a wanted feature is missing").isFalse();
        assertThat(get(loop.inspect(Inspection::notReady))).anyMatch(sentence -> sentence.contains("feature wanted"));
        get(loop.bind(SampleFeature.plain("wanted")));
        settled();
        step();
        assertThat(pruning().everything()).isTrue();
        loop.post(Lane.FACTS, facts -> facts.expect("interfaces/b"));
        settled();
        step();
        assertThat(pruning().everything()).as("a new source").isFalse();
    }

    @Test
    void nothingIsRemovedBeforeThoseAreHeardWhoComeWithANewItem() throws Exception {
        theApiIsHeard();
        get(loop.bind(SampleFeature.plain("wanted")));
        step();
        assertThat(pruning().everything()).isTrue();
        int before = driver.batches();
        driver.comesWith("attachments/b");
        node("b");
        settled();
        assertThat(driver.since(before))
                .as("whoever hears of the node hears first that nothing may go")
                .noneMatch(batch -> batch.pruning().everything())
                .anyMatch(batch -> !batch.changes().isEmpty());
        loop.post(Lane.FACTS, facts -> facts.synced("attachments/b"));
        settled();
        assertThat(pruning().everything()).isTrue();
        node("c");
        settled();
        assertThat(pruning().everything()).as("it is known already").isTrue();
    }

    @Test
    void aNodeThatIsNotHeardHoldsBackItsOwnRemovalsForEverAndThoseOfOthersForAMinute() throws Exception {
        theApiIsHeard();
        get(loop.bind(SampleFeature.plain("wanted")));
        settled();
        driver.comesWith("attachments/b");
        node("b");
        clock.pass(Sources.PATIENCE.minusSeconds(1));
        step();
        assertThat(pruning().everything()).as("it may yet come").isFalse();
        clock.pass(Duration.ofSeconds(2));
        step();
        assertThat(pruning().on("a").everything()).isTrue();
        assertThat(pruning().on("b").everything()).isFalse();
        assertThat(get(loop.inspect(Inspection::notReady))).contains("nothing heard yet from attachments/b");
        loop.post(Lane.FACTS, facts -> facts.expect(WatchItem.source(World.PODS)));
        settled();
        step();
        clock.pass(Sources.PATIENCE.plusSeconds(1));
        step();
        assertThat(pruning().everything())
                .as("without a list of pods nobody knows anything")
                .isFalse();
        loop.post(Lane.FACTS, facts -> facts.synced(WatchItem.source(World.PODS)));
        loop.post(Lane.FACTS, facts -> facts.synced("attachments/b"));
        settled();
        step();
        assertThat(pruning().on("b").everything()).isTrue();
    }

    /** At the end of a start: the last source is heard, and what it tells is wanted, in one step. */
    @Test
    void whoeverMayRemoveHasHeardFirstWhatIsWanted() throws Exception {
        theApiIsHeard();
        get(loop.bind(SampleFeature.plain("wanted")));
        loop.post(Lane.FACTS, facts -> facts.expect("attachments/b"));
        settled();
        driver.comesWith("attachments/b");
        int before = driver.batches();
        Node row = new Node("b", "uid", "", Labels.NONE, List.of(), List.of());
        loop.post(Lane.FACTS, facts -> {
            facts.put(World.NODES.table(), new PodKey("", "b"), row);
            facts.synced("attachments/b");
        });
        settled();
        step();
        assertThat(pruning().everything()).isTrue();
        assertThat(driver.since(before).get(0).changes())
                .as("what came with the last source")
                .isNotEmpty();
    }
}
