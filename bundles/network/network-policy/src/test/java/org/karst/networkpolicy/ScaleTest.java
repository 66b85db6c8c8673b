package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.controller.internal.Loop;

/** What a cluster of some size costs in flows; {@link Scale} prints its times. */
class ScaleTest {
    private final Scale scale = new Scale(3, 1_000, 1_000);

    @Test
    @Tag("long")
    void aThousandPoliciesOnThreeNodesStayBelowTenThousandFlowsEach() throws Exception {
        try (Loop loop = scale.start()) {
            Scale.write(loop, scale::everything);
            assertThat(scale.counter.most()).isBetween(3_000, 10_000);
            assertThat(loop.inspect(Inspection::failures).toCompletableFuture().get())
                    .isEmpty();
            long before = scale.counter.sent();
            Scale.write(loop, facts -> scale.pod(facts, 17, 3));
            assertThat(scale.counter.sent() - before)
                    .as("flow-mods of a pod that gets other labels, on all nodes")
                    .isLessThan(200);
        }
    }
}
