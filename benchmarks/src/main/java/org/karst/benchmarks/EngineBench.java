package org.karst.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
import org.karst.benchmarks.ModelCluster.Edit;
import org.karst.benchmarks.ModelNetwork.Pod;
import org.karst.benchmarks.ModelNetwork.PodKey;
import org.karst.incremental.Engine;

/**
 * What the engine costs with the model network: memory, the time of an edit, evaluations of an edit, and whether cells come
 * back to their number.
 *
 * <p>Arguments: {@code --json}, {@code --pods N}, {@code --policies N}, {@code --nodes N}, {@code --edits N}.
 */
public final class EngineBench {
    private static final int PODS = 10_000;
    private static final int POLICIES = 1_000;
    private static final int NODES = 30;

    private EngineBench() {}

    public static void main(String[] arguments) {
        Map<String, Integer> defaults =
                Map.of("--pods", PODS, "--policies", POLICIES, "--nodes", NODES, "--edits", 20_000);
        Options.run(arguments, defaults, "", (options, report) -> {
            int pods = options.number("--pods");
            int policies = options.number("--policies");
            measure(
                    new ModelCluster(options.number("--nodes"), pods, policies),
                    options.number("--edits"),
                    pods == PODS && policies == POLICIES && options.number("--nodes") == NODES,
                    report);
        });
    }

    private static void measure(ModelCluster cluster, int edits, boolean promised, Report report) {
        double empty = heap();
        Engine engine = ModelNetwork.engine();
        cluster.load(engine);
        double facts = heap();
        long start = System.nanoTime();
        engine.settle();
        report.add("first settle, cold", "ms", milliseconds(System.nanoTime() - start));
        report.add("items", "", engine.items().size());
        report.add("cells", "", engine.cells());
        double heap = heap();
        if (promised) {
            report.add("heap after collection, all in", "MB", heap, Bar.below(100));
        } else {
            report.add("heap after collection, all in", "MB", heap);
        }
        report.add("  of it facts", "MB", facts - empty);
        report.add("  of it items, cells and links", "MB", heap - facts);

        // Warm, with the same edits that are measured.
        run(cluster, engine, edits / 4, new SplittableRandom(7));
        Map<Edit, Samples> samples = run(cluster, engine, edits, new SplittableRandom(11));
        List<Long> all = new ArrayList<>();
        samples.values().forEach(some -> all.addAll(some.nanoseconds));
        report.add("edit p50", "ms", percentile(all, 50));
        if (promised) {
            report.add("edit p99", "ms", percentile(all, 99), Bar.below(5));
        } else {
            report.add("edit p99", "ms", percentile(all, 99));
        }
        report.add("edit, the worst of " + all.size(), "ms", percentile(all, 100));
        List<Long> cpu = new ArrayList<>();
        samples.values().forEach(some -> cpu.addAll(some.cpu));
        report.add("edit p50, processor time of the thread", "ms", percentile(cpu, 50));
        report.add("edit p99, processor time of the thread", "ms", percentile(cpu, 99));
        samples.forEach((edit, some) -> {
            String name = edit.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            report.add("  " + name + " p50", "ms", percentile(some.nanoseconds, 50));
            report.add("  " + name + " p99", "ms", percentile(some.nanoseconds, 99));
            report.add("  " + name + " evaluations, mean", "", some.mean(some.evaluations));
            report.add("  " + name + " changed items, mean", "", some.mean(some.changes));
        });
        comeAndGo(cluster, engine, report);
        whatIf(cluster, engine, report);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        start = threads.getCurrentThreadCpuTime();
        Engine anew = engine.anew();
        anew.settle();
        report.add(
                "everything computed anew, processor time of the thread",
                "ms",
                milliseconds(threads.getCurrentThreadCpuTime() - start));
        report.add("  items that differ", "", anew.items().equals(engine.items()) ? 0 : 1, Bar.exactly(0));
    }

    private static Map<Edit, Samples> run(ModelCluster cluster, Engine engine, int edits, SplittableRandom random) {
        Map<Edit, Samples> samples = new EnumMap<>(Edit.class);
        Edit[] kinds = Edit.values();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < edits; i++) {
            Edit edit = kinds[random.nextInt(kinds.length)];
            long evaluations = evaluations(engine);
            long cpu = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            edit.write(cluster, engine, random);
            int changes = engine.settle().changes().size();
            long took = System.nanoTime() - start;
            cpu = threads.getCurrentThreadCpuTime() - cpu;
            Samples some = samples.computeIfAbsent(edit, unused -> new Samples());
            some.nanoseconds.add(took);
            some.cpu.add(cpu);
            some.evaluations += evaluations(engine) - evaluations;
            some.changes += changes;
        }
        return samples;
    }

    /** A thousand pods and a hundred policies more, and away again. */
    private static void comeAndGo(ModelCluster cluster, Engine engine, Report report) {
        int before = engine.cells();
        int items = engine.items().size();
        ModelCluster more = new ModelCluster(cluster.nodes(), cluster.pods() + 1_000, cluster.policies() + 100);
        for (int i = cluster.pods(); i < more.pods(); i++) {
            engine.put(ModelNetwork.PODS, new PodKey("more", "pod-" + i), pod(more, i));
        }
        for (int i = cluster.policies(); i < more.policies(); i++) {
            engine.put(ModelNetwork.POLICIES, "policy-" + i, more.policy(i, i % 20));
        }
        engine.settle();
        report.add("cells with 1,000 pods and 100 policies more", "", engine.cells());
        for (int i = cluster.pods(); i < more.pods(); i++) {
            engine.remove(ModelNetwork.PODS, new PodKey("more", "pod-" + i));
        }
        for (int i = cluster.policies(); i < more.policies(); i++) {
            engine.remove(ModelNetwork.POLICIES, "policy-" + i);
        }
        engine.settle();
        report.add("cells too many after removing them", "", Math.abs(engine.cells() - before), Bar.exactly(0));
        report.add(
                "items too many after removing them",
                "",
                Math.abs(engine.items().size() - items),
                Bar.exactly(0));
    }

    private static Pod pod(ModelCluster cluster, int i) {
        return cluster.pod(i, i % 20);
    }

    private static void whatIf(ModelCluster cluster, Engine engine, Report report) {
        long start = System.nanoTime();
        Engine fork = engine.fork();
        fork.put(ModelNetwork.POLICIES, "policy-0", cluster.policy(0, 3));
        int changes = fork.settle().changes().size();
        report.add("what-if of one policy by a fork", "ms", milliseconds(System.nanoTime() - start));
        report.add("  items that it would change", "", changes);
    }

    private static final class Samples {
        final List<Long> nanoseconds = new ArrayList<>();
        final List<Long> cpu = new ArrayList<>();
        long evaluations;
        long changes;

        double mean(long sum) {
            return (double) sum / nanoseconds.size();
        }
    }

    private static long evaluations(Engine engine) {
        return engine.evaluations().values().stream().mapToLong(Long::longValue).sum();
    }

    private static double percentile(List<Long> nanoseconds, int percent) {
        return Figures.percentile(nanoseconds, percent) / 1e6;
    }

    private static double milliseconds(long nanoseconds) {
        return Math.round(nanoseconds / 1e3) / 1e3;
    }

    /** Used heap in MB when all that can go has gone. */
    private static double heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return Math.round(least / 1e4) / 1e2;
    }
}
