package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.connectivity.Connectivity;
import org.karst.controller.Inspection;
import org.karst.pipeline.Facts;
import org.karst.testing.PolicyScale;

/** What a cluster of some size costs in flows; its times are a benchmark's. */
class ScaleTest {
    private static final int MANY = 1_000;

    static void everything(PolicyScale scale, Facts facts, int many) {
        scale.ground(facts);
        for (int i = 0; i < many; i++) {
            scale.pod(facts, i, i % 5);
            scale.policy(i, PolicyScale.varied(i, i)).accept(facts);
        }
    }

    @Test
    @Tag("long")
    void aThousandPoliciesOnThreeNodesStayBelowTenThousandFlowsEach() throws Exception {
        try (PolicyScale scale =
                new PolicyScale(new PolicyScale.Size(3, MANY, 10), new Connectivity(), new NetworkPolicyFeature())) {
            scale.write(facts -> everything(scale, facts, MANY));
            assertThat(scale.mostFlows()).isBetween(3_000, 10_000);
            assertThat(scale.inspect(Inspection::failures)).isEmpty();
            long before = scale.sent();
            scale.write(facts -> scale.pod(facts, 17, 3));
            assertThat(scale.sent() - before)
                    .as("flow-mods of a pod that gets other labels, on all nodes")
                    .isLessThan(200);
        }
    }
}
