package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.chaos.FlowDump;
import org.karst.sandbox.chaos.Holdings;
import org.karst.sandbox.chaos.Trial;
import org.karst.sandbox.chaos.Workload;

/**
 * What the Kubernetes API does wrong, and what the network between does to it: no packet notices, {@code /readyz} tells, and what was
 * missed is caught up with.
 */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NorthboundTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final String NAMESPACE = SharedCluster.NAMESPACE;
    private static final String CONFIGURATION = "etc/org.karst.kubernetes.cfg";
    private static final int IDLE_SECONDS = 10;
    /** Between two containers that start: each leaves history behind, in the API and in the databases of nodes. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** An ADD that waits for the network for so long is answered with error 11. */
    private static final Duration CNI_PATIENCE = Duration.ofSeconds(10);
    /** What there is more of by design: addresses that were given back come again last; a periodic verification has found something or nothing. */
    private static final List<String> REMEMBERED = Stream.of("freed-addresses", "flow-drift", "drift-events")
            .map(table -> " more cells of " + table + ",")
            .toList();
    /** A pod that waits for a node, which comes while the API is not heard. */
    private static final String NEWCOMER = "newcomer";

    /** Pauses between attempts double up to 30 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static SandboxCluster cluster;
    private static Workload workload;
    private static ApiProxy proxy;
    private static Path kubeconfig;

    @BeforeAll
    static void putTheProxyBetween() throws Exception {
        cluster = CLUSTER.cluster();
        workload = CLUSTER.workload();
        proxy = ApiProxy.start(cluster);
        kubeconfig = proxy.kubeconfig(cluster.sandbox().settings().state().resolve("kubeconfig-proxy"));
        configure("kubeconfig = " + kubeconfig + "\nwatch.idle.seconds = " + IDLE_SECONDS + "\n");
        assertThat(proxy.watches("pods")).as("watches through the proxy").isPositive();
    }

    @AfterAll
    static void takeTheProxyAway() throws Exception {
        if (proxy != null) {
            configure("kubeconfig = " + cluster.sandbox().settings().state().resolve("kubeconfig") + "\n");
            proxy.close();
            Files.delete(kubeconfig);
        }
    }

    private static void configure(String properties) throws IOException, InterruptedException {
        cluster.restartServer(false, server -> Files.writeString(server.resolve(CONFIGURATION), properties));
    }

    @Test
    @Order(11)
    void theApiIsAwayForAWhile() throws Exception {
        theApiIsAway(Duration.ofSeconds(4));
    }

    @Test
    @Order(12)
    @Tag("long")
    void theApiIsAwayForAMinute() throws Exception {
        theApiIsAway(Duration.ofSeconds(60));
    }

    private static void theApiIsAway(Duration time) throws Exception {
        unnoticed("API away for " + time.toSeconds() + " s", ground -> {
            proxy.cut();
            long created;
            try {
                awaitReadiness("pods.v1: the API cannot be reached");
                created = createPod();
                Thread.sleep(time.toMillis());
                awaitReadiness("namespaces.v1: the ");
                assertThat(position()).as("what is known while the API is away").isLessThan(created);
            } finally {
                proxy.restore();
            }
            caughtUp(created);
        });
    }

    @Test
    @Order(3)
    void allPositionsAreTooOld() throws Exception {
        int before = proxy.lists("pods");
        unnoticed("410 for every watch", ground -> {
            proxy.expire();
            caughtUp(createPod());
        });
        assertThat(proxy.lists("pods")).as("lists of pods").isGreaterThan(before);
    }

    @Test
    @Order(4)
    void aListIsEmpty() throws Exception {
        aListLacksMost(0);
    }

    @Test
    @Order(5)
    void aListIsHalfOrLess() throws Exception {
        aListLacksMost(1);
    }

    private static void aListLacksMost(int shown) throws Exception {
        List<String> doubted = List.of("pods", "nodes", "networkpolicies");
        Map<String, Integer> before = new TreeMap<>();
        doubted.forEach(plural -> before.put(plural, proxy.lists(plural)));
        unnoticed("lists with " + shown + " objects", ground -> {
            proxy.expireAndShorten(shown);
            SharedCluster.await("a second list where the first was not believed", () -> doubted.stream()
                    .allMatch(plural -> proxy.lists(plural) >= before.get(plural) + 2));
            caughtUp(createPod());
        });
    }

    @Test
    @Order(6)
    void watchesHang() throws Exception {
        unnoticed("watches that hang", ground -> {
            int before = Files.readString(CLUSTER.log()).length();
            proxy.hold();
            long created = createPod();
            Thread.sleep(1_000);
            assertThat(position()).as("what is known while the watches hang").isLessThan(created);
            // in the log: /readyz says it only until the watch is opened anew, a tenth of a second later
            SharedCluster.await("an end of the patience", () -> Files.readString(CLUSTER.log())
                    .substring(before)
                    .contains("not a byte for " + IDLE_SECONDS + "000 ms"));
            caughtUp(created);
        });
    }

    @Test
    @Order(7)
    void thereAreMoreEditsThanCanBeFollowed() throws Exception {
        moreEdits(Duration.ofSeconds(5));
    }

    @Test
    @Order(14)
    @Tag("long")
    void thereAreMoreEditsThanCanBeFollowedForAMinute() throws Exception {
        moreEdits(Duration.ofSeconds(60));
    }

    /** What is told is seen later; memory stays bounded, and containers start all the while. */
    private static void moreEdits(Duration time) throws Exception {
        Flood flood = new Flood(cluster, proxy);
        flood.edit(Duration.ofSeconds(1));
        flood.end();
        caughtUp(createPod());
        deletePod();
        Holdings before = Holdings.of(cluster);
        FlowDump flows = FlowDump.of(cluster.sandbox());
        long residentBefore = flood.resident();

        List<Long> starts = new ArrayList<>();
        CompletableFuture<Long> edits = CompletableFuture.supplyAsync(() -> edit(flood, time));
        while (!edits.isDone()) {
            starts.add(startAndEndAPod("flooded-" + starts.size()));
            Thread.sleep(PAUSE.toMillis());
        }
        long told = edits.get();
        long end = System.nanoTime();
        flood.end();
        long seen = createPod();
        SharedCluster.await("news of the pod", Duration.ofSeconds(60), () -> position() >= seen);
        caughtUp(seen);
        double late = (System.nanoTime() - end) / 1e9;
        deletePod();

        starts.sort(null);
        assertThat(starts.get(starts.size() - 1))
                .as("milliseconds until a container runs while edits flood: no ADD ended with error 11")
                .isLessThan(CNI_PATIENCE.toMillis());
        Holdings after = Holdings.of(cluster);
        System.out.printf(
                Locale.ROOT,
                "%d edits in %d s, seen %.1f s later; %d containers: p50 %d ms, max %d ms; resident %d MB before, %d"
                        + " MB at most%nbefore: %s%nafter:  %s%n",
                told,
                time.toSeconds(),
                late,
                starts.size(),
                starts.get(starts.size() / 2),
                starts.get(starts.size() - 1),
                residentBefore,
                flood.largest(),
                before,
                after);
        SharedCluster.await("the flows of before", () -> flows.differencesFrom(FlowDump.of(cluster.sandbox()))
                .isEmpty());
        // each watch of pods hears for itself that the last one is gone
        SharedCluster.await("memory, cells and threads of before", PATIENCE, () -> {
            List<String> leaks = new ArrayList<>(Holdings.of(cluster).leaks(before));
            leaks.removeIf(leak -> REMEMBERED.stream().anyMatch(leak::contains));
            System.out.println("more than before: " + leaks);
            return leaks.isEmpty();
        });
    }

    private static long edit(Flood flood, Duration time) {
        try {
            return flood.edit(time);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Milliseconds from its creation until it runs, as its node says. */
    private static long startAndEndAPod(String name) {
        long begin = System.nanoTime();
        CLUSTER.create(name, "node-1", Map.of());
        SharedCluster.await(name + " to run", () -> CLUSTER.runs(name));
        long taken = (System.nanoTime() - begin) / 1_000_000;
        CLUSTER.delete(name);
        return taken;
    }

    /** Creates the newcomer; answers how far a watch has come that has heard of it. */
    private static long createPod() {
        return Long.parseLong(cluster.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(NEWCOMER)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("server")
                        .withImage("server")
                        .endContainer()
                        .endSpec()
                        .build())
                .create()
                .getMetadata()
                .getResourceVersion());
    }

    private static void deletePod() {
        cluster.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withName(NEWCOMER)
                .withGracePeriod(0)
                .delete();
    }

    /** How far the watch of pods has come. */
    private static long position() {
        Map<?, ?> status = Serialization.unmarshal(cluster.client().raw("/karst/v1/status"), Map.class);
        return Long.parseLong(
                ((Map<?, ?>) status.get("positions")).get("watch/pods.v1").toString());
    }

    /** The server is ready and has heard of what was done meanwhile. */
    private static void caughtUp(long revision) throws InterruptedException {
        awaitReadiness("");
        SharedCluster.await("news of the pod", () -> position() >= revision);
    }

    /** Waits until the server is ready (an empty sentence), or says what it lacks. */
    private static void awaitReadiness(String sentence) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String last = cluster.readiness();
        while (sentence.isEmpty() ? !last.isEmpty() : !last.contains(sentence)) {
            assertThat(System.nanoTime()).as("/readyz still says: " + last).isLessThan(end);
            Thread.sleep(20);
            last = cluster.readiness();
        }
    }

    private static SandboxNode anyNode() {
        return cluster.sandbox().nodes().get(0);
    }

    private static void unnoticed(String what, Trial.Deed deed) throws Exception {
        Trial trial = Trial.of(cluster, workload, anyNode(), what, false, ground -> {
            try {
                deed.run(ground);
            } finally {
                deletePod();
            }
        });
        System.out.println(trial.describe());
        assertThat(trial.complaints()).as(what).isEmpty();
    }
}
