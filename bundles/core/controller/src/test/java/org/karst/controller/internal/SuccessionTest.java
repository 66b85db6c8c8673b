package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.model.Labels;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** A bundle is updated while lists of its predecessor are still on their way. */
class SuccessionTest extends LoopFixture {
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final CountDownLatch busy = new CountDownLatch(1);

    /** A revision of a feature: with a kind of its own, whose source has the name of that of any other revision. */
    private static final class Revision implements Feature {
        private final Kind<String> kind =
                World.PODS.part("colours", pod -> pod.text("metadata", "annotations", "colour"));

        @Override
        public String name() {
            return "colours";
        }

        @Override
        public List<Kind<?>> watches() {
            return List.of(kind);
        }

        TableRef table() {
            return new TableRef(Slot.EXTENSION_1, 1, "COLOURS");
        }

        /** As features do whose flows depend on all of a list: nothing is wanted before that is complete. */
        @Override
        public List<Stage> stages() {
            Rule<String> rule = new Rule<>(
                    "colours-flows",
                    Scope.ZONE,
                    Keys.of(Topology.NODE_NAMES),
                    (view, node) ->
                            view.get(World.SYNCED, WatchItem.source(kind)).isPresent()
                                    ? List.of(FlowItem.on(node, Flow.in(table()).then(Slot.EXTENSION_1.next())))
                                    : List.of());
            return List.of(new Stage(
                    "colours", Slot.EXTENSION_1, Match.ip(), List.of(table()), List.of(rule), List.of(), true));
        }

        void isListed(Loop loop) {
            loop.post(Lane.FACTS, facts -> facts.synced(WatchItem.source(kind)));
        }
    }

    /** A feature whose rule runs again whenever a pod changes. */
    private record Counting(AtomicInteger runs) implements Feature {
        @Override
        public String name() {
            return "counting";
        }

        @Override
        public List<Rule<?>> rules() {
            return List.of(new Rule<>("count", Scope.ZONE, Keys.once(), (view, unit) -> {
                view.all(World.PODS.table());
                runs.incrementAndGet();
                return List.of();
            }));
        }
    }

    /** As the Kubernetes driver does: who is told to end says no more, but what he has said before is on its way. */
    private static final class Watcher implements Driver {
        private final Kind<?> of;
        private boolean closed;

        Watcher(Kind<?> of) {
            this.of = of;
        }

        void listed(Loop loop) {
            loop.post(Lane.FACTS, facts -> {
                if (!closed) {
                    facts.synced(WatchItem.source(of));
                }
            });
        }

        @Override
        public String name() {
            return "watcher";
        }

        @Override
        public Set<Class<? extends Item>> items() {
            return Set.of(WatchItem.class);
        }

        @Override
        public void start(Mailbox mailbox) {}

        @Override
        public void apply(Batch batch) {
            for (Change change : batch.changes()) {
                closed |= change.after() == null && ((WatchItem) change.before()).kind() == of;
            }
        }

        @Override
        public void stop() {}
    }

    @Test
    void aListOfTheFormerRevisionIsNotTakenForOneOfItsSuccessor() throws Exception {
        Revision former = new Revision();
        Watcher watcher = new Watcher(former.kind);
        get(loop.bind(watcher));
        get(loop.bind(former));
        get(loop.inspect(Inspection::revision));

        loop.post(Lane.FACTS, facts -> {
            try {
                busy.await(); // all that follows waits and would be taken in one step
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        loop.unbind(former, GRACE);
        watcher.listed(loop);
        CompletionStage<Void> bound = loop.bind(new Revision());
        busy.countDown();
        get(bound);

        assertThat(get(loop.inspect(Inspection::notReady)))
                .as("nobody has listed for the new revision")
                .contains("nothing heard yet from " + WatchItem.source(former.kind));
    }

    @Test
    void whatIsInForceStaysThoughASuccessorGoesBeforeItHasHeardOfAnything() throws Exception {
        RecordingDriver driver = new RecordingDriver();
        get(loop.bind(driver));
        node("a");
        Revision first = new Revision();
        get(loop.bind(first));
        first.isListed(loop);
        settled();
        int table = first.table().number();
        List<String> flows = driver.flowsOfTable(table);
        assertThat(flows).isNotEmpty();
        get(loop.unbind(first, GRACE));
        for (int i = 0; i < 2; i++) {
            Revision unheard = new Revision();
            get(loop.bind(unheard));
            settled();
            assertThat(driver.flowsOfTable(table))
                    .as("it wants nothing yet, and nothing is removed as long as it is silent")
                    .isEmpty();
            get(loop.unbind(unheard, GRACE));
            settled();
            assertThat(driver.flowsOfTable(table)).isEqualTo(flows);
        }
    }

    /** Whoever has unbound a feature may take its classes away. */
    @Test
    void whatIsUnboundIsNotRunAnyMore() throws Exception {
        Counting feature = new Counting(new AtomicInteger());
        get(loop.bind(feature));
        get(loop.inspect(Inspection::revision));
        loop.post(Lane.FACTS, facts -> facts.put(World.PODS.table(), new PodKey("x", "one"), pod("one")));
        get(loop.unbind(feature, GRACE));
        int runs = feature.runs().get();
        loop.post(Lane.FACTS, facts -> facts.put(World.PODS.table(), new PodKey("x", "two"), pod("two")));
        get(loop.inspect(Inspection::revision));
        assertThat(feature.runs().get()).isEqualTo(runs);
    }

    private static Pod pod(String name) {
        return new Pod(new PodKey("x", name), "uid", "", Labels.NONE, false, List.of(), false);
    }
}
