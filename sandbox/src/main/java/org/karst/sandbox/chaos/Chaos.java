package org.karst.sandbox.chaos;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** A row of disturbances that a seed has chosen, in a sandbox of its own; at the end everything has to be as in the beginning. */
public final class Chaos {
    /** The workload is on the first two nodes. */
    private static final int NODES_WITH_PODS = 2;

    private static final int MORE_FILES = 16;
    private static final int MORE_THREADS = 8;

    private final SandboxSettings settings;
    private final ServerSettings server;
    private final long seed;
    private final Duration length;
    private final Consumer<String> progress;
    private final PrintStream output;
    private final List<String> failed = new ArrayList<>();
    private int passed;

    /**
     * A run.
     *
     * @param length no disturbance begins after this time
     * @param progress told what is being prepared
     * @param output gets a line for each disturbance, and more for what is wrong
     */
    public Chaos(
            SandboxSettings settings,
            ServerSettings server,
            long seed,
            Duration length,
            Consumer<String> progress,
            PrintStream output) {
        this.settings = settings;
        this.server = server;
        this.seed = seed;
        this.length = length;
        this.progress = progress;
        this.output = output;
    }

    /** What a process of the server holds. */
    private record Holdings(int cells, int files, int threads) {
        static Holdings of(SandboxCluster cluster) throws IOException {
            Map<?, ?> status = Serialization.unmarshal(cluster.client().raw("/karst/v1/status"), Map.class);
            Path process = Path.of("/proc", Long.toString(cluster.serverPid()));
            return new Holdings(
                    ((Number) status.get("cells")).intValue(),
                    count(process.resolve("fd")),
                    count(process.resolve("task")));
        }

        private static int count(Path directory) throws IOException {
            try (Stream<Path> entries = Files.list(directory)) {
                return (int) entries.count();
            }
        }
    }

    /** Runs it. */
    public void run() throws IOException, InterruptedException {
        output.println("seed " + seed + ", " + length.toMinutes() + " minutes");
        try (SandboxCluster cluster = SandboxCluster.start(settings, server, progress)) {
            Workload workload = Workload.create(cluster);
            cluster.awaitReady();
            FlowDump fresh = FlowDump.of(cluster.sandbox());
            long begin = System.nanoTime();
            SplittableRandom random = new SplittableRandom(seed);
            for (int number = 1; System.nanoTime() - begin < length.toNanos(); number++) {
                Disturbance disturbance = Disturbance.values()[random.nextInt(Disturbance.values().length)];
                SandboxNode node = cluster.sandbox().nodes().get(random.nextInt(NODES_WITH_PODS));
                double at = (System.nanoTime() - begin) / 1e9;
                Trial trial = Trial.of(cluster, workload, node, disturbance);
                output.printf(Locale.ROOT, "%3d at %6.1f s  %s%n", number, at, trial.describe());
                judge(trial.name(), trial.complaints());
            }
            end(cluster, workload, fresh);
        }
    }

    /** The process that lived through it holds no more than one that has just begun, and both want what was wanted first. */
    private void end(SandboxCluster cluster, Workload workload, FlowDump fresh)
            throws IOException, InterruptedException {
        Holdings old = Holdings.of(cluster);
        Trial last = Trial.of(cluster, workload, cluster.sandbox().nodes().get(0), Disturbance.SERVER_RESTARTED);
        output.println("       at the end  " + last.describe());
        judge(last.name(), last.complaints());
        Holdings young = Holdings.of(cluster);
        output.println("held before and after the last restart: " + old + ", " + young);
        List<String> leaks = new ArrayList<>();
        if (old.cells() != young.cells()) {
            leaks.add(old.cells() + " cells, a fresh process has " + young.cells());
        }
        if (old.files() > young.files() + MORE_FILES) {
            leaks.add(old.files() + " open files, a fresh process has " + young.files());
        }
        if (old.threads() > young.threads() + MORE_THREADS) {
            leaks.add(old.threads() + " threads, a fresh process has " + young.threads());
        }
        judge("leaks", leaks);
        judge("equal to the beginning", fresh.differencesFrom(FlowDump.of(cluster.sandbox())));
    }

    private void judge(String what, List<String> complaints) {
        if (complaints.isEmpty()) {
            passed++;
        } else {
            failed.add(what);
            if (what.equals("leaks") || what.startsWith("equal")) {
                output.println("FAILED " + what);
                complaints.stream().limit(20).forEach(complaint -> output.println("  " + complaint));
            }
        }
    }

    /** How many disturbances and closing checks went as they should. */
    public int passed() {
        return passed;
    }

    /** How many did not. */
    public int failed() {
        return failed.size();
    }
}
