package org.karst.bench.sides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A scrape is read, and what was spent between two of them. */
class MetricsTest {
    private static final String BEFORE =
            """
            # HELP karst_evaluations How often rules and queries ran to their end.
            # TYPE karst_evaluations counter
            karst_evaluations_total{definition="pod-ports"} 1000.0
            karst_evaluations_total{definition="odd \\"name\\", {x}"} 2.0 1700000000000
            karst_switch_flow_mods_total{node="node-1"} 60.0
            karst_switch_flow_mods_total{node="node-2"} 1.0e7
            karst_switch_bundle_bytes_total{node="node-1"} 912.0
            karst_settle_seconds_bucket{le="+Inf"} 3
            karst_ready 1
            """;

    @Test
    void samplesAreFoundByNameAndLabel() {
        Metrics metrics = Metrics.parse(BEFORE);
        assertThat(metrics.values()).containsEntry("karst_ready", 1.0).hasSize(7);
        assertThat(metrics.by("karst_evaluations_total", "definition"))
                .containsExactly(Map.entry("odd \\\"name\\\", {x}", 2.0), Map.entry("pod-ports", 1000.0));
        assertThat(metrics.by("karst_switch_flow_mods_total", "node")).containsEntry("node-2", 1e7);
        assertThat(metrics.by("karst_switch_flow_mods_total", "definition")).isEmpty();
        assertThat(metrics.by("karst_switch_flow_mods", "node")).isEmpty();
    }

    @Test
    void whatIsNoSampleIsRefused() {
        assertThatThrownBy(() -> Metrics.parse("karst_ready")).hasMessageContaining("karst_ready");
    }

    @Test
    void theCostIsWhatWasSpentBetweenTwoScrapes() {
        Metrics after = Metrics.parse(
                BEFORE.replace("1000.0", "1003.0").replace("60.0", "66.0").replace("912.0", "1824.0")
                        + "karst_evaluations_total{definition=\"new\"} 4\n");
        Cost cost = Cost.between(Metrics.parse(BEFORE), after);
        assertThat(cost.evaluations()).containsExactly(Map.entry("new", 4L), Map.entry("pod-ports", 3L));
        assertThat(cost.totalEvaluations()).isEqualTo(7);
        assertThat(cost.flowMods()).containsExactly(Map.entry("node-1", 6L));
        assertThat(cost.totalBytes()).isEqualTo(912);
        assertThat(cost.switches()).isEqualTo(1);
    }
}
