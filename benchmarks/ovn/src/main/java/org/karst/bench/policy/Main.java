package org.karst.bench.policy;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
import org.karst.bench.sides.Contest;

/** The program behind {@code ./karst bench policy}. */
public final class Main {
    private static final String TURNS = "--turns";
    private static final String BULKS = "--bulks";
    private static final String TRANSFERS = "--transfers";
    private static final String CHURN = "--churn";

    private Main() {}

    /**
     * Measures and prints.
     *
     * @param arguments {@code --json} or nothing; {@code --turns N} turns of edits, {@code --bulks N} bulks, {@code --transfers N} turns of
     *     transfers, at least 6, {@code --churn N} seconds in which policies come and go
     */
    public static void main(String... arguments) {
        Options.run(arguments, Map.of(TURNS, 300, BULKS, 3, TRANSFERS, 21, CHURN, 60), "OVN", Main::measure);
    }

    private static void measure(Options options, Report report) throws IOException, InterruptedException {
        Contest.hold(Comparison.NODES, report, new Comparison(options.number(TURNS), options.number(BULKS)));
        Contest.holdWithLinks(Throughput.NODES, report, new Throughput(options.number(TRANSFERS)));
        Contest.alone(Comparison.NODES, report, new Churn(Duration.ofSeconds(options.number(CHURN))));
    }
}
