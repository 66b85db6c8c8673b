package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.Backlog;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.World;

/** Who goes first when more comes than can be taken. */
class LanesTest extends LoopFixture {
    private static final int LISTED = 5_000;

    private static PodKey key(int number) {
        return new PodKey("", "listed-" + number);
    }

    private Backlog<PodKey, Node> list() throws InterruptedException {
        Backlog<PodKey, Node> backlog = new Backlog<>(
                loop,
                LISTED,
                (older, newer) -> newer,
                (facts, node) -> facts.put(World.NODES.table(), new PodKey("", node.name()), node));
        for (int i = 0; i < LISTED; i++) {
            PodKey key = key(i);
            backlog.put(key, new Node(key.name(), "uid", "", Labels.NONE, List.of(), List.of()));
        }
        return backlog;
    }

    @Test
    void aContainerDoesNotWaitForTheEndOfALongList() throws Exception {
        CountDownLatch listed = new CountDownLatch(1);
        loop.post(Lane.FACTS, facts -> {
            try {
                listed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Backlog<PodKey, Node> backlog = list();
        CompletableFuture<Integer> known = new CompletableFuture<>();
        loop.post(
                Lane.CNI,
                facts -> known.complete(facts.rows(World.NODES.table()).size()));
        assertThat(loop.statistics().waiting()).as("messages that wait").isLessThanOrEqualTo(3);
        listed.countDown();
        assertThat(get(known)).as("rows that went before").isLessThan(2 * Pace.FIRST);
        backlog.awaitWritten();
        Optional<Node> last = get(loop.read(view -> view.get(World.NODES.table(), key(LISTED - 1))));
        assertThat(last).isPresent();
    }

    @Test
    void aStepTakesNoMoreRowsThanItsPaceAllows() throws Exception {
        long before = loop.statistics().steps();
        Backlog<PodKey, Node> backlog = list();
        backlog.awaitWritten();
        get(loop.inspect(Inspection::revision));
        // 512, 1024, 2048 at best
        assertThat(loop.statistics().steps() - before).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aSourceThatCannotHearIsAReasonNotToBeReady() throws Exception {
        String why = "x: the API cannot be reached";
        loop.post(Lane.FACTS, facts -> facts.put(World.TROUBLE, "watch/x", why));
        assertThat(get(loop.inspect(Inspection::notReady))).contains(why);
        loop.post(Lane.FACTS, facts -> facts.remove(World.TROUBLE, "watch/x"));
        assertThat(get(loop.inspect(Inspection::notReady))).doesNotContain(why);
    }
}
