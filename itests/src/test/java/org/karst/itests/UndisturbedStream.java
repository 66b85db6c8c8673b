package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.karst.sandbox.Place;
import org.karst.sandbox.ProbeResult;
import org.karst.sandbox.Prober;

/**
 * Echo requests from a pod that go on while something is done to others. Beside them go controls to the first node itself, through
 * the same switch and nothing of Karst: its userspace datapath loses single packets of anybody when a port comes or goes, so a loss
 * counts only where the controls lost less.
 */
final class UndisturbedStream implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int CONTROLS = 3;
    private static final int AT_ONCE = 100;
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private final ExecutorService threads = Executors.newFixedThreadPool(1 + CONTROLS);
    private final List<Future<List<ProbeResult>>> controls = new ArrayList<>();
    private final Future<List<ProbeResult>> stream;
    private volatile boolean over;

    /** Begins at once. */
    UndisturbedStream(SharedCluster cluster, String pod, String address) throws IOException {
        InetAddress target = InetAddress.getByName(address);
        Place from = cluster.place(pod);
        stream = threads.submit(() -> send(from, target));
        Place outside = cluster.cluster().sandbox().settings().outside();
        Place node = cluster.cluster().sandbox().nodes().get(0).place();
        InetAddress control = InetAddress.getByName(node.ipv4().orElseThrow());
        for (int i = 0; i < CONTROLS; i++) {
            controls.add(threads.submit(() -> send(outside, control)));
        }
    }

    private List<ProbeResult> send(Place from, InetAddress to) throws IOException {
        List<ProbeResult> results = new ArrayList<>();
        while (!over) {
            results.add(new Prober(from, PATIENCE).icmp(to, 56, AT_ONCE, INTERVAL));
        }
        return results;
    }

    private static long lost(Future<List<ProbeResult>> results) throws Exception {
        return results.get(1, TimeUnit.MINUTES).stream()
                .mapToLong(ProbeResult::lost)
                .sum();
    }

    /** Ends it. */
    void assertUndisturbed() throws Exception {
        over = true;
        long controlsLost = 0;
        for (Future<List<ProbeResult>> control : controls) {
            controlsLost += lost(control);
        }
        assertThat(stream.get(1, TimeUnit.MINUTES)).isNotEmpty();
        assertThat(lost(stream))
                .as("lost, of %s, while the controls lost %d", stream.get(), controlsLost)
                .isLessThanOrEqualTo(controlsLost);
    }

    @Override
    public void close() {
        over = true;
        threads.shutdown();
    }
}
