package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.Place;
import org.karst.sandbox.Prober;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.chaos.Trial;

/** docs/samples/port-block, as its README.md says: written and built outside, it comes and goes while packets flow. */
@Tag("root")
class ThirdPartyFeatureTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final String REPOSITORY = "mvn:org.example/karst-port-block/1.0.0/xml/features";
    private static final String POD = "port-blocked";
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static Sample sample;

    @BeforeAll
    static void build() throws IOException {
        sample = Sample.build("port-block");
    }

    @AfterAll
    static void remove() {
        if (sample != null) {
            sample.close();
        }
    }

    @Test
    void itComesAndGuardsAndGoes() throws Exception {
        CLUSTER.create(POD, "node-1", Map.of("example.org/blocked-ports", "7, 70000"));
        SharedCluster.await(POD + " to run", () -> CLUSTER.runs(POD));
        SandboxCluster cluster = CLUSTER.cluster();
        try {
            assertThat(reaches(POD)).as("without the feature").isTrue();
            Trial trial = Trial.of(
                    cluster,
                    CLUSTER.workload(),
                    cluster.sandbox().nodes().get(0),
                    "a third party's feature comes, goes and comes",
                    false,
                    ground -> comeAndGo(cluster));
            System.out.println(trial.describe());
            assertThat(trial.complaints()).isEmpty();
        } finally {
            CLUSTER.delete(POD);
        }
    }

    private static void comeAndGo(SandboxCluster cluster) throws IOException, InterruptedException {
        cluster.shell("feature:repo-add " + REPOSITORY);
        cluster.shell("feature:install karst-port-block");
        awaitBlocked();
        assertThat(CLUSTER.awaitEvent("Pod", POD, "InvalidBlockedPorts")).contains("'70000' is no port");

        cluster.shell("bundle:update karst-port-block");
        stillBlocked();

        // Without what Karaf remembers: etc/ says what is wanted, and where it is described.
        cluster.restartServer(false, server -> Commands.remove(server.resolve("data/cache")));
        assertThat(slots()).contains("port-block");
        stillBlocked();

        cluster.shell("feature:uninstall karst-port-block");
        SharedCluster.await("the frozen stage", () -> slots().contains("frozen"));
        stillBlocked();

        cluster.shell("feature:install karst-port-block");
        SharedCluster.await("the end of the frozen stage", () -> !slots().contains("frozen"));
        stillBlocked();

        cluster.shell("feature:uninstall karst-port-block");
        cluster.shell("karst:release port-block --open");
        SharedCluster.await("port 7 to be reached again", () -> reaches(POD));
        SharedCluster.await("the end of its stage", () -> !slots().contains("port-block"));
        cluster.shell("feature:repo-remove " + REPOSITORY);
    }

    private static String slots() throws IOException, InterruptedException {
        return CLUSTER.cluster().shell("karst:slots");
    }

    private static void awaitBlocked() {
        SharedCluster.await("port 7 to be blocked", () -> !reaches(POD));
    }

    /** Blocked for both families and protocols; all else passes. */
    private static void stillBlocked() throws IOException {
        Prober prober = new Prober(CLUSTER.place(POD), PATIENCE);
        for (InetAddress address : addresses()) {
            assertThat(prober.tcp(address, 64).passed())
                    .as("TCP to %s", address)
                    .isFalse();
            assertThat(prober.udp(address, 64).passed())
                    .as("UDP to %s", address)
                    .isFalse();
            assertThat(prober.icmp(address, 56).passed())
                    .as("ICMP to %s", address)
                    .isTrue();
        }
        assertThat(reaches("near")).as("another pod of the node").isTrue();
    }

    /** Whether a pod reaches port 7 of the pod that is far. */
    private static boolean reaches(String pod) throws IOException {
        Prober prober = new Prober(CLUSTER.place(pod), PATIENCE);
        for (InetAddress address : addresses()) {
            if (!prober.tcp(address, 64).passed() || !prober.udp(address, 64).passed()) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress[] addresses() throws IOException {
        Place far = CLUSTER.place("far");
        return new InetAddress[] {
            InetAddress.getByName(far.ipv4().orElseThrow()),
            InetAddress.getByName(far.ipv6().orElseThrow())
        };
    }
}
