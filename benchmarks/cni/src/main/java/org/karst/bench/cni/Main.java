package org.karst.bench.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** The program behind {@code ./karst bench cni}. */
public final class Main {
    private static final String PODS = "--pods";
    private static final String ROUNDS = "--rounds";
    /**
     * Rounds that are not counted: a server that was started a moment ago is busy compiling itself. So many that it has seen some thousand
     * containers, as the server of a cluster has.
     */
    private static final int WARM_UP = 60;

    private static final int API_PORT = 18_444;

    private Main() {}

    /** Measures and prints; the unpacked distribution is named by {@code KARST_DISTRIBUTION}. */
    public static void main(String... arguments) {
        Options.run(arguments, Map.of(PODS, 50, ROUNDS, 9), "ovs-vsctl", Main::measure);
    }

    private static void measure(Options options, Report report) throws IOException, InterruptedException {
        String distribution = System.getenv("KARST_DISTRIBUTION");
        if (distribution == null) {
            throw new IllegalStateException(
                    "KARST_DISTRIBUTION does not say where the distribution is; start by ./karst bench cni");
        }
        Path plugin = Path.of(distribution, "bin/karst-cni");
        Path state = Files.createTempDirectory("karst-bench-");
        ServerSettings server = new ServerSettings(
                Path.of(distribution),
                plugin,
                API_PORT,
                Optional.empty(),
                Map.of("JAVA_HOME", System.getProperty("java.home")));
        System.err.println("a sandbox of one node ...");
        try (SandboxCluster cluster =
                SandboxCluster.start(SandboxSettings.of("karst-c", state).withNodes(1), server, progress -> {})) {
            measure(new Crowd(cluster, plugin, options.number(PODS)), options.number(ROUNDS), report);
        }
    }

    private static void measure(Crowd crowd, int rounds, Report report) throws IOException, InterruptedException {
        List<Double> adds = new ArrayList<>();
        List<Double> deletes = new ArrayList<>();
        List<Double> peers = new ArrayList<>();
        Leftovers leftovers = new Leftovers();
        int twice = 0;
        int flowless = 0;
        double first = crowd.attach();
        crowd.detach();
        for (int warming = 1; warming <= WARM_UP; warming++) {
            System.err.println("warming up, " + warming + " of " + WARM_UP + " ...");
            crowd.attach();
            crowd.detach();
        }
        for (int round = 1; round <= rounds; round++) {
            System.err.println("round " + round + " of " + rounds + " ...");
            NodeState before = crowd.rest();
            double add = crowd.attach();
            twice += crowd.size() - crowd.addresses().size();
            flowless += crowd.withoutFlows();
            double delete = crowd.detach();
            leftovers.add(before, crowd.rest());
            double peer = crowd.addPorts();
            crowd.removePorts();
            adds.add(add);
            deletes.add(delete);
            peers.add(peer);
        }
        String crowdSize = crowd.size() + " at once: ";
        report.add(
                crowdSize + "CNI ADD (ovs-vsctl: add-port), p50",
                "ms",
                Figures.median(adds),
                Figures.median(peers),
                Bar.ratioAtMost(0.5));
        report.add(
                crowdSize + "the slowest round", "ms", Figures.percentile(adds, 100), Figures.percentile(peers, 100));
        report.add(crowdSize + "the first of a server that was started a moment ago", "ms", first);
        report.add(crowdSize + "CNI DEL, p50", "ms", Figures.median(deletes));
        report.add("addresses given twice, all rounds", "", twice, Bar.exactly(0));
        report.add("pods without flows when ADD returned, all rounds", "", flowless, Bar.exactly(0));
        leftovers
                .counts()
                .forEach((what, count) ->
                        report.add("left after DEL: " + what + ", all rounds", "", count, Bar.exactly(0)));
    }
}
