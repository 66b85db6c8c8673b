package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.chaos.Disturbance;
import org.karst.sandbox.chaos.Trial;
import org.karst.sandbox.chaos.Workload;

/**
 * The server ends and comes back: no packet is lost and no flow-mod is sent, with policies in force. {@link ChaosTest} ends it in more ways.
 */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final Pattern FLOW_MODS = Pattern.compile("karst_switch_flow_mods(?:_total)?\\{[^}]*} ([0-9.e]+)");
    private static final String MISSING = "feature network-policy is wanted";

    private static Workload workload;

    @BeforeAll
    static void create() throws Exception {
        workload = CLUSTER.workload();
    }

    @Test
    @Order(1)
    void killedWithoutAWarning() throws Exception {
        unnoticed(Trial.of(CLUSTER.cluster(), workload, anyNode(), Disturbance.SERVER_KILLED, new SplittableRandom(1)));
    }

    /** A wanted feature whose bundle does not run: what it left in the switches stays in force, and somebody is told. */
    @Test
    @Order(2)
    void aFeatureThatIsMissingAtFirstAndComesLate() throws Exception {
        SandboxCluster cluster = CLUSTER.cluster();
        unnoticed(Trial.of(
                cluster,
                workload,
                anyNode(),
                "a feature stops, the server restarts, the feature comes late",
                false,
                ground -> {
                    cluster.shell("bundle:stop karst-network-policy");
                    cluster.restartServer(true, server -> {}, answer -> answer.contains(MISSING));
                    assertThat(cluster.shell("karst:status")).contains(MISSING);
                    Thread.sleep(2_000);
                    cluster.shell("bundle:start karst-network-policy");
                }));
    }

    /** A feature that guards and is uninstalled stays in force beyond the end of the process that saw it go. */
    @Test
    @Order(3)
    void aGuardThatWasUninstalledBefore() throws Exception {
        SandboxCluster cluster = CLUSTER.cluster();
        unnoticed(Trial.of(
                cluster,
                workload,
                anyNode(),
                "a guard is uninstalled, the server restarts, the guard is installed late",
                false,
                ground -> {
                    cluster.shell("feature:uninstall karst-network-policy");
                    assertThat(cluster.shell("karst:slots")).contains("frozen");
                    Thread.sleep(1_000);
                    cluster.restartServer(true, server -> {});
                    Thread.sleep(4_000);
                    assertThat(cluster.shell("karst:slots")).contains("frozen");
                    cluster.shell("feature:install karst-network-policy");
                    assertThat(cluster.shell("karst:slots")).doesNotContain("frozen");
                }));
    }

    @Test
    @Order(4)
    void outOfMemory() throws Exception {
        unnoticed(Trial.of(
                CLUSTER.cluster(), workload, anyNode(), Disturbance.SERVER_OUT_OF_MEMORY, new SplittableRandom(1)));
    }

    /** The server stays; it is the way to it that comes and goes. */
    @Test
    @Tag("long")
    @Order(5)
    void theWayToTheServerFlapsForAMinute() throws Exception {
        unnoticed(Trial.of(
                CLUSTER.cluster(),
                workload,
                anyNode(),
                "the way to the server flaps for a minute",
                false,
                Disturbance.managementLinkFlaps(30)));
    }

    private static SandboxNode anyNode() {
        return CLUSTER.cluster().sandbox().nodes().get(0);
    }

    private static void unnoticed(Trial trial) {
        System.out.println(trial.describe());
        assertThat(trial.complaints()).as(trial.name()).isEmpty();
        assertThat(flowMods()).as("flow-mods that this process sent").isZero();
    }

    private static long flowMods() {
        Matcher matcher = FLOW_MODS.matcher(CLUSTER.client().raw("/metrics"));
        long sum = 0;
        boolean any = false;
        while (matcher.find()) {
            any = true;
            sum += (long) Double.parseDouble(matcher.group(1));
        }
        assertThat(any).as("the metric is there").isTrue();
        return sum;
    }
}
