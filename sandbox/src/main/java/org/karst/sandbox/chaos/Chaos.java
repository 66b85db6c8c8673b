package org.karst.sandbox.chaos;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.karst.host.Link;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;
import org.karst.sandbox.internal.Processes;

/** A row of disturbances that a seed has chosen, in a sandbox of its own; at the end everything has to be as in the beginning. */
public final class Chaos {
    private static final int MOST_SHOWN = 20;
    /** More than the duration of the leader's lease. */
    private static final Duration LEADERSHIP = Duration.ofSeconds(60);

    private final SandboxSettings settings;
    private final ServerSettings server;
    private final long seed;
    private final Duration length;
    private final Consumer<String> progress;
    private final PrintStream output;
    private int passed;
    private int failed;

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

    /** Runs it. */
    public void run() throws IOException, InterruptedException {
        output.println("seed " + seed + ", " + length.toMinutes() + " minutes");
        try (SandboxCluster cluster = SandboxCluster.start(settings, server, progress)) {
            Workload workload = Workload.create(cluster);
            cluster.awaitReady();
            FlowDump fresh = FlowDump.of(cluster.sandbox());
            List<String> machine = machine(cluster);
            Schedule schedule = new Schedule(seed, cluster.sandbox().nodes());
            List<Holdings> lives = new ArrayList<>();
            long begin = System.nanoTime();
            for (int number = 1; System.nanoTime() - begin < length.toNanos(); number++) {
                Schedule.Entry entry = schedule.next();
                if (entry.disturbance().endsServer()) {
                    lives.add(Holdings.of(cluster));
                }
                double at = (System.nanoTime() - begin) / 1e9;
                Trial trial = Trial.of(cluster, workload, entry.node(), entry.disturbance(), entry.random());
                output.printf(Locale.ROOT, "%3d at %6.1f s  %s%n", number, at, trial.describe());
                count(trial.complaints());
            }
            judge("a computation from scratch and a look into each switch", verification(cluster));
            lives.add(Holdings.of(cluster));
            SandboxNode first = cluster.sandbox().nodes().get(0);
            Trial last = Trial.of(cluster, workload, first, Disturbance.SERVER_RESTARTED, new SplittableRandom(seed));
            output.println("       at the end  " + last.describe());
            count(last.complaints());
            Holdings young = fresh(cluster);
            output.println("       a fresh process holds " + young + "; those before it held at their end:");
            List<String> leaks = new ArrayList<>();
            for (Holdings life : lives) {
                output.println("         " + life);
                leaks.addAll(life.leaks(young));
            }
            judge("no leak in the server", leaks);
            judge("equal to the beginning", fresh.differencesFrom(FlowDump.of(cluster.sandbox())));
            judge("no process or link more or less", differences(machine, machine(cluster)));
        }
    }

    /** What a process holds that has begun to lead and was asked for a verification, as those before it. */
    private static Holdings fresh(SandboxCluster cluster) throws IOException, InterruptedException {
        verification(cluster);
        long end = System.nanoTime() + LEADERSHIP.toNanos();
        Holdings young = Holdings.of(cluster);
        while (!young.leads() && System.nanoTime() - end < 0) {
            Thread.sleep(1_000);
            young = Holdings.of(cluster);
        }
        return young;
    }

    /** What is wanted is what a computation from scratch wants, the switches hold it, and no unit fails. */
    private static List<String> verification(SandboxCluster cluster) {
        Map<?, ?> answer =
                Serialization.unmarshal(cluster.client().raw("/karst/v1/verify-flows", "POST", ""), Map.class);
        List<String> complaints = new ArrayList<>();
        ((List<?>) answer.get("differences")).forEach(difference -> complaints.add(difference.toString()));
        String recomputation = String.valueOf(answer.get("recomputation"));
        if (!recomputation.endsWith("the same")) {
            complaints.add(recomputation);
        }
        Map<?, ?> status = Serialization.unmarshal(cluster.client().raw("/karst/v1/status"), Map.class);
        ((List<?>) status.get("failures")).forEach(failure -> complaints.add(failure.toString()));
        return complaints;
    }

    /** The processes and links of all nodes and of the controller's place, a line each. */
    private static List<String> machine(SandboxCluster cluster) throws IOException {
        List<String> places = new ArrayList<>(
                cluster.sandbox().nodes().stream().map(SandboxNode::name).toList());
        places.add("controller");
        List<String> lines = new ArrayList<>();
        for (String place : places) {
            Path namespace = Path.of("/run/netns", cluster.sandbox().settings().namespace(place));
            Optional<String> identity = Processes.namespaceIdentity(namespace);
            for (long process : Processes.inside(identity.stream().collect(Collectors.toSet()))) {
                List<String> words = Processes.commandLine(process);
                lines.add(place + ": process " + (words.isEmpty() ? "" : words.get(0)));
            }
            cluster.sandbox().namespace(place).run(inside -> {
                for (Link link : inside.routes().links()) {
                    lines.add(place + ": link " + link.name());
                }
            });
        }
        lines.sort(null);
        return lines;
    }

    private static List<String> differences(List<String> before, List<String> after) {
        List<String> gone = new ArrayList<>(before);
        after.forEach(gone::remove);
        List<String> come = new ArrayList<>(after);
        before.forEach(come::remove);
        List<String> differences = new ArrayList<>();
        gone.forEach(line -> differences.add("gone: " + line));
        come.forEach(line -> differences.add("new: " + line));
        return differences;
    }

    private void judge(String what, List<String> complaints) {
        count(complaints);
        output.println((complaints.isEmpty() ? "ok     " : "FAILED ") + what);
        complaints.stream().limit(MOST_SHOWN).forEach(complaint -> output.println("  " + complaint));
    }

    private void count(List<String> complaints) {
        if (complaints.isEmpty()) {
            passed++;
        } else {
            failed++;
        }
    }

    /** How many disturbances and closing checks went as they should. */
    public int passed() {
        return passed;
    }

    /** How many did not. */
    public int failed() {
        return failed;
    }
}
