package org.karst.bench.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;

/** The program behind {@code ./karst bench boot}. */
public final class Main {

    private static final int STARTS = 5;
    private static final long MOST_RESIDENT_MEGABYTES = 220;
    private static final double MOST_ARCHIVE_MEGABYTES = 90;

    private Main() {}

    /** Measures and prints; the archives of Karst and of stock Karaf are named by {@code KARST_ARCHIVE} and {@code KARAF_ARCHIVE}. */
    public static void main(String... arguments) {
        Options.run(arguments, Map.of("--starts", STARTS), "Karaf", (options, report) -> {
            measure(archive("KARST_ARCHIVE"), archive("KARAF_ARCHIVE"), options.number("--starts"), report);
        });
    }

    private static Path archive(String variable) {
        String path = System.getenv(variable);
        if (path == null) {
            throw new IllegalStateException(
                    variable + " does not say where the archive is; start by ./karst bench boot");
        }
        return Path.of(path);
    }

    private static void measure(Path karstArchive, Path karafArchive, int starts, Report report)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("karst-bench-");
        try {
            Path java = Path.of(System.getProperty("java.home"));
            Container karst = Container.unpack(
                    karstArchive,
                    Files.createDirectory(folder.resolve("karst")),
                    java,
                    List.of("bin/karst-server", "console"));
            Container karaf = Container.unpack(
                    karafArchive, Files.createDirectory(folder.resolve("karaf")), java, List.of("bin/karaf"));

            System.err.println("first start of each ...");
            Container.Start karstFirst = karst.start(false);
            Container.Start karafFirst = karaf.start(false);
            List<Double> firstFlows = new ArrayList<>();
            List<Container.Start> karstWarm = new ArrayList<>();
            List<Container.Start> karafWarm = new ArrayList<>();
            System.err.println("a sandbox of one node ...");
            try (FirstFlow flow = FirstFlow.start(karst.home(), folder.resolve("s"))) {
                flow.measure();
                for (int turn = 1; turn <= starts; turn++) {
                    System.err.println("warm start " + turn + " of " + starts + " of each ...");
                    karafWarm.add(karaf.start(turn == starts));
                    firstFlows.add(flow.measure());
                }
            }
            for (int turn = 1; turn <= starts; turn++) {
                karstWarm.add(karst.start(turn == starts));
            }
            report.add(
                    "process start to first flow in the switch (Karaf: to the prompt), warm, p50",
                    "s",
                    Figures.median(firstFlows),
                    seconds(karafWarm),
                    Bar.ratioAtMost(1));
            report.add(
                    "process start to prompt, warm, p50",
                    "s",
                    seconds(karstWarm),
                    seconds(karafWarm),
                    Bar.ratioAtMost(1));
            report.add(
                    "process start to prompt, first start",
                    "s",
                    karstFirst.seconds(),
                    karafFirst.seconds(),
                    Bar.ratioAtMost(1));
            report.add(
                    "resident memory, idle",
                    "MB",
                    karstWarm.get(starts - 1).residentMegabytes(),
                    karafWarm.get(starts - 1).residentMegabytes(),
                    Bar.below(MOST_RESIDENT_MEGABYTES));
            report.add(
                    "archive (tar.gz)",
                    "MB",
                    Files.size(karstArchive) / 1e6,
                    Files.size(karafArchive) / 1e6,
                    Bar.below(MOST_ARCHIVE_MEGABYTES));
        } finally {
            // A program and not a walk: a failure must not hide that of the measurement.
            new ProcessBuilder("rm", "-rf", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        }
    }

    private static double seconds(List<Container.Start> starts) {
        return Figures.median(starts.stream().map(Container.Start::seconds).toList());
    }
}
