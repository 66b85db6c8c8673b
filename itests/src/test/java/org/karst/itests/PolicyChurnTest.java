package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.chaos.PolicyChurn;
import org.karst.sandbox.chaos.Trial;

/** Policies come and go by the hundred, and those that stay are in force all the time. */
@Tag("root")
class PolicyChurnTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final Duration TIME = Duration.ofSeconds(5);

    @Test
    void packetsDoNotNotice() throws Exception {
        Trial trial = Trial.of(
                CLUSTER.cluster(),
                CLUSTER.workload(),
                CLUSTER.cluster().sandbox().nodes().get(0),
                "100 policies a second",
                true,
                new PolicyChurn(100, TIME));
        System.out.println(trial.describe());
        assertThat(trial.complaints()).isEmpty();
        assertThat(trial.notes()).anyMatch(note -> note.startsWith("500 policies came and went"));
        Map<?, ?> verified =
                Serialization.unmarshal(CLUSTER.client().raw("/karst/v1/verify-flows", "POST", ""), Map.class);
        assertThat(verified.get("recomputation").toString())
                .as("as after a fresh start")
                .endsWith(": the same");
        assertThat((List<?>) verified.get("differences"))
                .as("and in the switches")
                .isEmpty();
    }
}
