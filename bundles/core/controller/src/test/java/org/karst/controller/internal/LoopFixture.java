package org.karst.controller.internal;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.karst.controller.Inspection;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.World;

/** A loop of a test's own, which ends with it. Its time passes by hand; whoever wants a driver binds one. */
abstract class LoopFixture {
    final ManualClock clock = new ManualClock();
    Loop loop;

    /** A loop that waits for these features before anything is removed. */
    LoopFixture(String... wanted) {
        loop = new Loop(clock, Set.of(wanted));
    }

    @AfterEach
    void end() {
        loop.close();
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Waits until everything that was posted before has been settled and handed out; gives the revision of that. */
    long settled() throws Exception {
        return get(loop.inspect(Inspection::revision));
    }

    void node(String name) throws Exception {
        Node row = new Node(name, "uid", "", Labels.NONE, List.of(), List.of());
        loop.post(Lane.FACTS, facts -> facts.put(World.NODES.table(), new PodKey("", name), row));
        settled();
    }
}
