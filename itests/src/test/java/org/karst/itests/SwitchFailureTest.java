package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.karst.sandbox.chaos.Disturbance;
import org.karst.sandbox.chaos.Trial;

/** Parts of a node's switch die, or somebody deletes them by hand: each heals alone, and nobody else notices. */
@Tag("root")
class SwitchFailureTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SERVER_KILLED", "SERVER_RESTARTED"})
    void healsAlone(Disturbance disturbance) throws Exception {
        Trial trial = Trial.of(
                CLUSTER.cluster(),
                CLUSTER.workload(),
                CLUSTER.cluster().sandbox().nodes().get(1),
                disturbance);
        System.out.println(trial.describe());
        assertThat(trial.complaints()).as(trial.name()).isEmpty();
    }
}
