package org.karst.bench.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program behind {@code ./karst bench boot}. */
public final class Main {

    private static final int STARTS = 5;
    private static final long MOST_RESIDENT_MEGABYTES = 220;
    private static final double MOST_ARCHIVE_MEGABYTES = 90;

    private Main() {}

    /**
     * Measures and prints.
     *
     * @param arguments archive of Karst, archive of stock Karaf, then {@code --json} or nothing
     */
    public static void main(String... arguments) throws IOException, InterruptedException {
        if (arguments.length < 2 || arguments.length > 3 || (arguments.length == 3 && !arguments[2].equals("--json"))) {
            System.err.println("usage: KARST.tar.gz KARAF.tar.gz [--json]");
            System.exit(2);
        }
        List<Row> rows = measure(Path.of(arguments[0]), Path.of(arguments[1]));
        if (arguments.length == 3) {
            System.out.println(Row.json(rows));
        } else {
            System.out.print(Row.table(rows, "Karaf"));
        }
        System.exit(rows.stream().allMatch(Row::met) ? 0 : 1);
    }

    private static List<Row> measure(Path karstArchive, Path karafArchive) throws IOException, InterruptedException {
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
                for (int turn = 1; turn <= STARTS; turn++) {
                    System.err.println("warm start " + turn + " of " + STARTS + " of each ...");
                    karafWarm.add(karaf.start(turn == STARTS));
                    firstFlows.add(flow.measure());
                }
            }
            for (int turn = 1; turn <= STARTS; turn++) {
                karstWarm.add(karst.start(turn == STARTS));
            }
            double firstFlow = median(firstFlows);
            double karstMedian =
                    median(karstWarm.stream().map(Container.Start::seconds).toList());
            double karafMedian =
                    median(karafWarm.stream().map(Container.Start::seconds).toList());
            long karstResident = karstWarm.get(STARTS - 1).residentMegabytes();
            long karafResident = karafWarm.get(STARTS - 1).residentMegabytes();
            double karstSize = Files.size(karstArchive) / 1e6;
            return List.of(
                    new Row(
                            "process start to first flow (Karaf: prompt), p50",
                            "s",
                            firstFlow,
                            karafMedian,
                            "ratio at most 1",
                            firstFlow <= karafMedian),
                    new Row(
                            "process start to prompt, warm, p50 of " + STARTS,
                            "s",
                            karstMedian,
                            karafMedian,
                            "ratio at most 1",
                            karstMedian <= karafMedian),
                    new Row(
                            "process start to prompt, first start",
                            "s",
                            karstFirst.seconds(),
                            karafFirst.seconds(),
                            "ratio at most 1",
                            karstFirst.seconds() <= karafFirst.seconds()),
                    new Row(
                            "resident memory, idle",
                            "MB",
                            karstResident,
                            karafResident,
                            "below " + MOST_RESIDENT_MEGABYTES,
                            karstResident < MOST_RESIDENT_MEGABYTES),
                    new Row(
                            "archive (tar.gz)",
                            "MB",
                            karstSize,
                            Files.size(karafArchive) / 1e6,
                            "below 90",
                            karstSize < MOST_ARCHIVE_MEGABYTES));
        } finally {
            // A program and not a walk: a failure must not hide that of the measurement.
            new ProcessBuilder("rm", "-rf", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        }
    }

    private static double median(List<Double> figures) {
        return figures.stream().sorted().skip(figures.size() / 2).findFirst().orElseThrow();
    }
}
