package org.karst.bench.sides;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Report;
import org.karst.sandbox.Families;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** Karst and OVN on as many nodes, and the rows of a report about them. */
public final class Contest {
    public static final Bar BULK_BAR = Bar.ratioAtMost(0.1);
    public static final Bar MEDIAN_BAR = Bar.ratioAtMost(0.05);
    public static final Bar TAIL_BAR = Bar.ratioAtMost(0.1);
    public static final int MEDIAN = 50;
    public static final int TAIL = 99;
    public static final int LONGEST = 100;

    private static final String KARST = "k";
    private static final String OVN = "o";
    private static final Pattern FLOW_COUNT = Pattern.compile("flow_count=([0-9]+)");

    private final int nodes;
    private final Report report;

    private Contest(int nodes, Report report) {
        this.nodes = nodes;
        this.report = report;
    }

    /** What is done with both. */
    @FunctionalInterface
    public interface Match {
        void play(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException;
    }

    /** What is measured of Karst alone. */
    @FunctionalInterface
    public interface Solo {
        void play(Contest contest, SandboxCluster cluster) throws IOException, InterruptedException;
    }

    /** Starts both, lets them play, ends both. */
    public static void hold(int nodes, Report report, Match match) throws IOException, InterruptedException {
        hold(nodes, report, SandboxSettings::withDummyPorts, match);
    }

    /** As {@link #hold}, with ports that have a link behind them. */
    public static void holdWithLinks(int nodes, Report report, Match match) throws IOException, InterruptedException {
        hold(nodes, report, settings -> settings, match);
    }

    private static void hold(int nodes, Report report, UnaryOperator<SandboxSettings> more, Match match)
            throws IOException, InterruptedException {
        Contest contest = new Contest(nodes, report);
        inFolder(folder -> {
            try (KarstSide karst = KarstSide.start(
                            more.apply(settings(nodes, "karst-sk", folder.resolve(KARST))), server(), contest::say);
                    OvnSide ovn =
                            OvnSide.start(more.apply(settings(nodes, "karst-so", folder.resolve(OVN))), contest::say)) {
                match.play(contest, karst, ovn);
            }
        });
    }

    /** Starts Karst alone, whose pods have real links in both families, lets it play, ends it. */
    public static void alone(int nodes, Report report, Solo solo) throws IOException, InterruptedException {
        Contest contest = new Contest(nodes, report);
        inFolder(folder -> {
            SandboxSettings settings =
                    SandboxSettings.of("karst-sk", folder.resolve(KARST)).withNodes(nodes);
            try (SandboxCluster cluster = SandboxCluster.start(settings, server(), contest::say)) {
                solo.play(contest, cluster);
            }
        });
    }

    /** Something for which a folder is there, and in the end all is gone that has its state in it. */
    @FunctionalInterface
    private interface Stay {
        void use(Path folder) throws IOException, InterruptedException;
    }

    private static void inFolder(Stay stay) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("karst-bench-");
        Thread undo = new Thread(() -> {
            end(folder.resolve(KARST));
            end(folder.resolve(OVN));
        });
        Runtime.getRuntime().addShutdownHook(undo);
        try {
            stay.use(folder);
        } finally {
            // A program and not a walk: a failure must not hide that of the measurement.
            new ProcessBuilder("rm", "-r", "--one-file-system", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(undo);
    }

    private static void end(Path state) {
        try {
            Sandbox.end(state);
        } catch (IOException | RuntimeException e) {
            System.err.println("not all of " + state + " is undone: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static SandboxSettings settings(int nodes, String name, Path directory) {
        return SandboxSettings.of(name, directory).withNodes(nodes).withFamilies(Families.IPV4);
    }

    private static ServerSettings server() {
        Path distribution = Path.of(System.getenv("KARST_DISTRIBUTION"));
        int port = Integer.parseInt(System.getenv().getOrDefault("KARST_BENCH_PORT", "18444"));
        return new ServerSettings(
                distribution, distribution.resolve("bin/karst-cni"), port, Optional.empty(), Map.of());
    }

    /** Tells people how far it is. */
    public void say(String news) {
        System.err.println(nodes + " nodes: " + news + " ...");
    }

    /** Something to be timed. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** How many milliseconds it takes. */
    public static double timed(Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        return Figures.millisecondsSince(start);
    }

    /** Times all pods and policies in one bulk, and waits until the side is done with it. */
    public static double bulk(Side side, List<Dummy> pods, List<Policy> policies)
            throws IOException, InterruptedException {
        double taken = timed(() -> side.add(pods, policies));
        System.err.printf("   %.0f ms%n", taken);
        side.settle();
        return taken;
    }

    private String named(String what) {
        return nodes + " nodes: " + what;
    }

    /** A percentile of each, with a bar for the ratio. */
    public void row(String what, List<Double> ours, List<Double> theirs, int percentile, Bar bar) {
        report.add(
                named(what), "ms", Figures.percentile(ours, percentile), Figures.percentile(theirs, percentile), bar);
    }

    /** A percentile of each, which informs. */
    public void row(String what, List<Double> ours, List<Double> theirs, int percentile) {
        report.add(named(what), "ms", Figures.percentile(ours, percentile), Figures.percentile(theirs, percentile));
    }

    /** A figure of Karst alone, with a bar. */
    public void row(String what, String unit, double karst, Bar bar) {
        report.add(named(what), unit, karst, bar);
    }

    /** As above, for information. */
    public void row(String what, String unit, double karst) {
        report.add(named(what), unit, karst);
    }

    /** A figure of each, which informs. */
    public void row(String what, String unit, double karst, double ovn) {
        report.add(named(what), unit, karst, ovn);
    }

    /** A figure of each, with a bar for that of Karst. */
    public void row(String what, String unit, double karst, double ovn, Bar bar) {
        report.add(named(what), unit, karst, ovn, bar);
    }

    /** What an edit cost in each turn, which has to be its price. */
    public void exactly(String edit, List<Cost> costs, Price price) {
        exactly(edit, "evaluations", costs, Cost::totalEvaluations, price.evaluations());
        exactly(edit, "flow-mods", costs, Cost::totalFlowMods, price.flowMods());
        exactly(edit, "bytes to switches", costs, Cost::totalBytes, price.bytes());
    }

    /** A figure of an edit that has to be this in each turn. */
    public void exactly(String edit, String what, List<Cost> costs, ToIntFunction<Cost> figure, int expected) {
        Optional<Cost> other = costs.stream()
                .filter(cost -> figure.applyAsInt(cost) != expected)
                .findFirst();
        other.ifPresent(cost -> System.err.println("   " + edit + ": " + cost));
        report.add(
                named(edit + ": " + what), "", other.map(figure::applyAsInt).orElse(expected), Bar.exactly(expected));
    }

    /** How large both are at the end. */
    public void sizes(KarstSide karst, OvnSide ovn, Optional<Bar> flows) throws IOException, InterruptedException {
        String what = named("flows, the node with most");
        int ours = mostFlows(karst.sandbox());
        int theirs = mostFlows(ovn.sandbox());
        if (flows.isPresent()) {
            report.add(what, "", ours, theirs, flows.get());
        } else {
            report.add(what, "", ours, theirs);
        }
        report.add(
                named("resident memory, control plane"),
                "MB",
                Processes.residentMegabytes(karst.processes()),
                Processes.residentMegabytes(ovn.processes()));
        report.add(
                named("resident memory, switches"),
                "MB",
                Processes.residentMegabytes(Processes.numbers(Side.switchPidFiles(karst.sandbox()))),
                Processes.residentMegabytes(Processes.numbers(Side.switchPidFiles(ovn.sandbox()))));
    }

    private static int mostFlows(Sandbox sandbox) throws IOException, InterruptedException {
        int most = 0;
        for (SandboxNode node : sandbox.nodes()) {
            Matcher matcher = FLOW_COUNT.matcher(sandbox.openVSwitch(node).ofctl("dump-aggregate", "br-int"));
            if (matcher.find()) {
                most = Math.max(most, Integer.parseInt(matcher.group(1)));
            }
        }
        return most;
    }
}
