package org.karst.bench.spine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Report;
import org.karst.sandbox.Families;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** Karst and OVN at one size. */
final class Comparison {
    private static final Pattern FLOW_COUNT = Pattern.compile("flow_count=([0-9]+)");
    private static final Bar BULK_BAR = Bar.ratioAtMost(0.1);
    private static final Bar MEDIAN_BAR = Bar.ratioAtMost(0.05);
    private static final Bar TAIL_BAR = Bar.ratioAtMost(0.1);
    private static final int MEDIAN = 50;
    private static final int TAIL = 99;

    private final Scale scale;
    private final Path state;
    private final Report report;
    private final List<Dummy> pods;
    private final List<Dummy> extra = new ArrayList<>();
    private final Map<Edit, List<Cost>> costs = new EnumMap<>(Edit.class);

    Comparison(Scale scale, Path state, Report report) {
        this.scale = scale;
        this.state = state;
        this.report = report;
        this.pods = Dummy.spread(scale.pods(), scale.nodes());
        for (int node = 1; node <= scale.nodes(); node++) {
            extra.add(new Dummy("extra-" + node, node));
        }
        for (Edit edit : Edit.values()) {
            costs.put(edit, new ArrayList<>());
        }
    }

    void run() throws IOException, InterruptedException {
        Path karstState = state.resolve("k");
        Path ovnState = state.resolve("o");
        Thread undo = new Thread(() -> {
            end(karstState);
            end(ovnState);
        });
        Runtime.getRuntime().addShutdownHook(undo);
        try (KarstSide karst = KarstSide.start(settings("karst-sk", karstState), server(), this::say);
                OvnSide ovn = OvnSide.start(settings("karst-so", ovnState), this::say)) {
            say("making the ports of " + pods.size() + " pods on each side");
            List<Dummy> all = new ArrayList<>(pods);
            all.addAll(extra);
            karst.makePorts(all);
            ovn.makePorts(all);
            bulks(karst, ovn);
            edits(karst, ovn);
            moveNode(karst);
            sizes(karst, ovn);
        }
        Runtime.getRuntime().removeShutdownHook(undo);
    }

    private void say(String news) {
        System.err.println(scale.nodes() + " nodes: " + news + " ...");
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

    private SandboxSettings settings(String name, Path directory) {
        return SandboxSettings.of(name, directory)
                .withNodes(scale.nodes())
                .withFamilies(Families.IPV4)
                .withDummyPorts();
    }

    private static ServerSettings server() {
        Path distribution = Path.of(System.getenv("KARST_DISTRIBUTION"));
        int port = Integer.parseInt(System.getenv().getOrDefault("KARST_BENCH_PORT", "18444"));
        return new ServerSettings(
                distribution, distribution.resolve("bin/karst-cni"), port, Optional.empty(), Map.of());
    }

    /** Something to be timed. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    /** How many milliseconds it takes. */
    private static double timed(Work work) throws IOException, InterruptedException {
        long start = System.nanoTime();
        work.run();
        return Figures.millisecondsSince(start);
    }

    private void bulks(KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = 1; round <= scale.warmings() + scale.bulks(); round++) {
            boolean measured = round > scale.warmings();
            say((measured ? "bulk " + (round - scale.warmings()) + " of " + scale.bulks() : "warming up") + ", Karst");
            bulk(karst, measured ? ours : new ArrayList<>());
            if (measured || round == 1) {
                say((measured ? "bulk " + (round - scale.warmings()) + " of " + scale.bulks() : "warming up")
                        + ", OVN");
                bulk(ovn, measured ? theirs : new ArrayList<>());
            }
            if (round < scale.warmings() + scale.bulks()) {
                karst.clear();
                karst.settle();
                if (measured || round == 1) {
                    ovn.clear();
                    ovn.settle();
                }
            }
        }
        row("cold, " + pods.size() + " pods in one bulk, p50 of " + scale.bulks(), ours, theirs, MEDIAN, BULK_BAR);
    }

    private void bulk(Side side, List<Double> samples) throws IOException, InterruptedException {
        double taken = timed(() -> side.add(pods));
        samples.add(taken);
        System.err.printf("   %.0f ms%n", taken);
        side.settle();
    }

    private String named(String what) {
        return scale.nodes() + " nodes: " + what;
    }

    private void row(String what, List<Double> ours, List<Double> theirs, int percentile, Bar bar) {
        report.add(
                named(what), "ms", Figures.percentile(ours, percentile), Figures.percentile(theirs, percentile), bar);
    }

    private void edits(KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        Map<Edit, List<Double>> ours = new EnumMap<>(Edit.class);
        Map<Edit, List<Double>> theirs = new EnumMap<>(Edit.class);
        for (Edit edit : Edit.values()) {
            ours.put(edit, new ArrayList<>());
            theirs.put(edit, new ArrayList<>());
        }
        for (int turn = -scale.nodes(); turn < scale.turns(); turn++) {
            if (turn % 10 == 0) {
                say(turn * Edit.values().length + " of " + scale.turns() * Edit.values().length + " edits");
            }
            Dummy pod = extra.get(Math.floorMod(turn, extra.size()));
            for (Edit edit : Edit.values()) {
                Metrics before = karst.metrics();
                double mine = timed(() -> edit.make(karst, pod));
                karst.settle();
                Metrics after = karst.metrics();
                double other = timed(() -> edit.make(ovn, pod));
                ovn.settle();
                if (turn >= 0) {
                    ours.get(edit).add(mine);
                    theirs.get(edit).add(other);
                    costs.get(edit).add(Cost.between(before, after));
                }
            }
        }
        List<Double> allOurs = new ArrayList<>();
        List<Double> allTheirs = new ArrayList<>();
        ours.values().forEach(allOurs::addAll);
        theirs.values().forEach(allTheirs::addAll);
        row("edit p50 of " + allOurs.size(), allOurs, allTheirs, MEDIAN, MEDIAN_BAR);
        row("edit p99 of " + allOurs.size(), allOurs, allTheirs, TAIL, TAIL_BAR);
        for (Edit edit : Edit.values()) {
            for (int percentile : List.of(MEDIAN, TAIL)) {
                report.add(
                        named(edit + ", p" + percentile),
                        "ms",
                        Figures.percentile(ours.get(edit), percentile),
                        Figures.percentile(theirs.get(edit), percentile));
            }
        }
        for (Edit edit : Edit.values()) {
            exactly(edit, "evaluations", Cost::totalEvaluations, edit.evaluations());
            exactly(edit, "flow-mods", Cost::totalFlowMods, edit.flowMods());
            exactly(edit, "bytes to switches", Cost::totalBytes, edit.bytes());
            exactly(edit, "switches told", Cost::switches, 1);
        }
    }

    private void exactly(Edit edit, String what, ToIntFunction<Cost> figure, int expected) {
        Optional<Cost> other = costs.get(edit).stream()
                .filter(cost -> figure.applyAsInt(cost) != expected)
                .findFirst();
        other.ifPresent(cost -> System.err.println("   " + edit + ": " + cost));
        report.add(
                named(edit + ": " + what), "", other.map(figure::applyAsInt).orElse(expected), Bar.exactly(expected));
    }

    /** An edit of an object by REST that concerns every switch. */
    private void moveNode(KarstSide karst) throws IOException, InterruptedException {
        List<Double> samples = new ArrayList<>();
        String own = karst.sandbox().nodes().get(0).place().ipv4().orElseThrow();
        Cost cost = null;
        for (int turn = 0; turn < 20; turn++) {
            String address = turn % 2 == 0 ? "172.18.250.1" : own;
            Metrics before = karst.metrics();
            samples.add(timed(() -> karst.moveNode("node-1", address)));
            karst.settle();
            cost = Cost.between(before, karst.metrics());
        }
        report.add(named("a node's address changes by REST, p50"), "ms", Figures.median(samples));
        report.add(named("a node's address changes: flow-mods"), "", cost.totalFlowMods());
        report.add(named("a node's address changes: evaluations"), "", cost.totalEvaluations());
    }

    private void sizes(KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        report.add(named("flows, the node with most"), "", mostFlows(karst.sandbox()), mostFlows(ovn.sandbox()));
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
