package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.chaos.FlowDump;
import org.karst.sandbox.chaos.Holdings;
import org.karst.sandbox.chaos.Trial;

/** Features stop, start, are updated, removed and installed while packets flow. */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HotDeployTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final int PATIENCE_SECONDS = 30;

    /** Every feature's bundle; its feature has the same name. */
    static final List<String> FEATURES = List.of(
            "karst-connectivity",
            "karst-ipv6",
            "karst-network-policy",
            "karst-admin-policy",
            "karst-audit-log",
            "karst-allocation");

    /** Those whose stage stays in force when they go. */
    static final List<String> GUARDS = List.of("karst-network-policy", "karst-admin-policy");

    /** The tables of the slot AUDIT. */
    private static final int AUDIT = 72;

    private static final int AFTER_AUDIT = 80;

    @ParameterizedTest
    @FieldSource("FEATURES")
    @Order(1)
    void stoppedAndStartedWithinTheGrace(String bundle) throws Exception {
        unnoticed("stop and start of " + bundle, shell -> {
            shell.run("bundle:stop " + bundle);
            Thread.sleep(3_000);
            shell.run("bundle:start " + bundle);
        });
    }

    @ParameterizedTest
    @FieldSource("FEATURES")
    @Order(2)
    void updated(String bundle) throws Exception {
        unnoticed("update of " + bundle, shell -> shell.run("bundle:update " + bundle));
    }

    @ParameterizedTest
    @FieldSource("GUARDS")
    @Order(3)
    void aGuardStaysInForceWhenItIsUninstalledAndIsTakenOverWhenItComesAgain(String feature) throws Exception {
        unnoticed("uninstall and install of " + feature, shell -> {
            shell.run("feature:uninstall " + feature);
            Thread.sleep(4_000);
            assertThat(shell.run("karst:slots")).contains("frozen");
            shell.run("feature:install " + feature);
        });
    }

    @Test
    @Order(3)
    void allocationGoesAndComesAndNoFlowChanges() throws Exception {
        unnoticed("uninstall and install of karst-allocation", shell -> goAndCome(shell, "karst-allocation"));
    }

    @Test
    @Order(3)
    void theAuditLogGoesAndComesAndNothingOutsideItsSlotChanges() throws Exception {
        SandboxCluster cluster = CLUSTER.cluster();
        FlowDump before = FlowDump.of(cluster.sandbox());
        Trial trial = Trial.of(
                cluster,
                CLUSTER.workload(),
                cluster.sandbox().nodes().get(0),
                "uninstall and install of karst-audit-log",
                true,
                ground -> goAndCome(cluster::shell, "karst-audit-log"));
        System.out.println(trial.describe());
        assertThat(trial.complaints()).isEmpty();
        FlowDump after = FlowDump.of(cluster.sandbox());
        assertThat(before.changesTo(after, table -> table < AUDIT || table >= AFTER_AUDIT))
                .as("outside of the slot")
                .isEmpty();
        assertThat(before.changesTo(after, table -> table >= AUDIT && table < AFTER_AUDIT))
                .as("in the slot")
                .isNotEmpty();
    }

    private static void goAndCome(Shell shell, String feature) throws IOException, InterruptedException {
        shell.run("feature:uninstall " + feature);
        Thread.sleep(3_000);
        shell.run("feature:install " + feature);
    }

    @Test
    @Order(4)
    void aGuardThatIsReleasedLetsEverythingPass() throws Exception {
        SandboxCluster cluster = CLUSTER.cluster();
        List<String> before = new ArrayList<>();
        Trial trial = Trial.of(
                cluster,
                CLUSTER.workload(),
                cluster.sandbox().nodes().get(0),
                "release of network-policy",
                true,
                ground -> {
                    cluster.shell("feature:uninstall karst-network-policy");
                    before.add(cluster.shell("karst:slots"));
                    cluster.shell("karst:release network-policy --open");
                    Thread.sleep(3_000);
                    before.add(cluster.shell("karst:slots"));
                    cluster.shell("feature:install karst-network-policy");
                });
        assertThat(before).as(trial.describe()).hasSize(2);
        assertThat(before.get(0)).contains("frozen");
        assertThat(before.get(1)).doesNotContain("frozen").doesNotContain("network-policy");
        assertThat(trial.verdict().lost()).as("packets that are allowed").isZero();
        assertThat(trial.complaints())
                .as("it was open for a while, and nothing else happened")
                .isNotEmpty()
                .allMatch(complaint -> complaint.startsWith("forbidden"));
    }

    @Test
    @Order(5)
    void ipv6GoesAndComesAndIpv4DoesNotNotice() throws Exception {
        SandboxCluster cluster = CLUSTER.cluster();
        Trial trial = Trial.of(
                cluster,
                CLUSTER.workload(),
                cluster.sandbox().nodes().get(0),
                "uninstall and install of ipv6",
                true,
                ground -> {
                    cluster.shell("feature:uninstall karst-ipv6");
                    Thread.sleep(3_000);
                    cluster.shell("feature:install karst-ipv6");
                    ground.awaitAnswers();
                });
        assertThat(trial.complaints()).as("IPv6 alone was away").allMatch(complaint -> complaint.contains("IPv6:"));
    }

    @Test
    @Order(6)
    void updatesLeaveNoClassLoaderBehind() throws Exception {
        updatesLeaveNothingBehind(List.of("karst-network-policy"), 5);
    }

    @Test
    @Tag("long")
    @Order(7)
    void fiftyUpdatesLeaveNoClassLoaderBehind() throws Exception {
        updatesLeaveNothingBehind(FEATURES, 9);
    }

    /** Each update makes a class loader, threads and cells, and nobody may hold those of the revision before. */
    private static void updatesLeaveNothingBehind(List<String> bundles, int times) throws Exception {
        String once = bundles.stream().map(bundle -> "bundle:update " + bundle).collect(Collectors.joining("; "));
        unnoticed("the first update of " + bundles, shell -> shell.run(once));
        Holdings before = Holdings.of(CLUSTER.cluster());
        unnoticed(times + " more updates of " + bundles, shell -> {
            for (int i = 0; i < times; i++) {
                shell.run(once);
            }
        });
        Holdings after = Holdings.of(CLUSTER.cluster());
        // A thread that has run code of a bundle may hold it until it is asked for something else.
        for (int i = 0; i < PATIENCE_SECONDS && !after.leaks(before).isEmpty(); i++) {
            Thread.sleep(1_000);
            after = Holdings.of(CLUSTER.cluster());
        }
        System.out.println("before: " + before + "\nafter:  " + after);
        assertThat(before.loaders()).as("what jcmd tells").isPresent();
        assertThat(after.leaks(before)).isEmpty();
    }

    /** A command of the server's shell. */
    @FunctionalInterface
    private interface Shell {
        String run(String command) throws IOException, InterruptedException;
    }

    /** What an operator does. */
    @FunctionalInterface
    private interface Deployment {
        void run(Shell shell) throws IOException, InterruptedException;
    }

    private static void unnoticed(String what, Deployment deployment) throws Exception {
        SandboxCluster cluster = CLUSTER.cluster();
        Trial trial = Trial.of(
                cluster,
                CLUSTER.workload(),
                cluster.sandbox().nodes().get(0),
                what,
                false,
                ground -> deployment.run(cluster::shell));
        System.out.println(trial.describe());
        assertThat(trial.complaints()).as(what).isEmpty();
    }
}
