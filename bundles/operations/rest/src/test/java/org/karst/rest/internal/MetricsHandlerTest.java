package org.karst.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.connectivity.Connectivity;
import org.karst.controller.Inspection;
import org.karst.controller.LoopStatistics;
import org.karst.openflow.OpenFlowDriver;
import org.karst.openflow.OpenFlowSettings;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.Edit;
import org.karst.testing.Run;

/** The metrics over the real listener, with a real controller behind. */
class MetricsHandlerTest {
    @TempDir
    Path directory;

    private final Cluster cluster =
            new Cluster().node("a", "10.128.0.0/24").node("b", "10.128.1.0/24").pod("shop/web", "a", "10.128.0.5");
    private Run run;
    private MetricsHandler handler;
    private ApiServer server;
    private HttpsClient client;

    @BeforeEach
    void start() throws Exception {
        run = Run.of(cluster, new Connectivity());
        handler = new MetricsHandler(run.controller());
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        server.add(handler);
        client = new HttpsClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
        run.close();
    }

    /** The sum of the samples of that name whose labels contain a text. */
    private double sum(String name, String labels) {
        return client.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void countsWhatTheControllerHolds() {
        assertThat(client.getWithoutToken("/metrics").status()).isEqualTo(401);
        HttpsClient.Answer answer = client.get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.type()).startsWith("text/plain");
        assertThat(answer.text()).contains("# TYPE karst_event_to_acknowledged_seconds histogram");

        long flows = run.wanted(FlowItem.class).stream()
                .filter(item -> item.node().equals("a"))
                .count();
        assertThat(sum("karst_flows", "node=\"a\"")).isEqualTo((double) flows);
        assertThat(sum("karst_cells", ""))
                .isEqualTo(run.<Integer>inspect(Inspection::cells).doubleValue());
        assertThat(sum("karst_cells", "definition=\"gates\"")).isPositive();
        assertThat(sum("karst_evaluations_total", "definition=\"gates\""))
                .isEqualTo(run.evaluations().get("gates").doubleValue());
        assertThat(sum("karst_ready", "")).isEqualTo(1.0);
        assertThat(sum("karst_failures", "")).isZero();
    }

    @Test
    void anEventIsMeasuredUntilItsTargetAcknowledges() {
        double before = sum("karst_event_to_acknowledged_seconds_count", "driver=\"wanted\"");
        run.step(cluster.pod("shop/store", "b", "10.128.1.5").added(3));
        // The acknowledgement is a message of its own; what is asked after it sees it.
        run.inspect(Inspection::revision);
        LoopStatistics statistics = run.controller().statistics();
        assertThat(statistics.reactionTimes().get("wanted").count()).isGreaterThan((long) before);
        assertThat(statistics.stepTimes().count()).isEqualTo(statistics.steps());
        assertThat(statistics.settleTimes().seconds()).isPositive();
    }

    @Test
    void driftIsCountedByNodeAndKind() {
        FlowDrift drift = new FlowDrift(3, 1, 0, 2, 0, "table=0", Instant.EPOCH);
        run.step(List.of(Edit.put(World.DRIFT, "a", drift)));
        assertThat(sum("karst_drift_flows", "node=\"a\"")).isEqualTo(6.0);
        assertThat(sum("karst_drift_flows", "difference=\"missing\"")).isEqualTo(3.0);
        run.controller().recompute().toCompletableFuture().join();
        assertThat(client.get("/metrics").text()).contains("karst_recomputation_mismatches 0.0");
    }

    @Test
    void switchesAreCountedWhereThereIsADriver() {
        assertThat(client.get("/metrics").text()).doesNotContain("karst_dropped_packets_total");
        OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
        handler.bindOpenFlow(driver);
        assertThat(client.get("/metrics").text()).contains("karst_dropped_packets_total 0.0");
        handler.unbindOpenFlow(driver);
        driver.stop();
        assertThat(client.get("/metrics").text()).doesNotContain("karst_dropped_packets_total");
    }
}
