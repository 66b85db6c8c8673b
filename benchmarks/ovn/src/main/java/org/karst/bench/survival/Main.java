package org.karst.bench.survival;

import java.io.IOException;
import java.util.Map;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
import org.karst.bench.sides.Contest;

/** The program behind {@code ./karst bench survival}. */
public final class Main {
    private static final String TURNS = "--turns";

    private Main() {}

    /**
     * Measures and prints.
     *
     * @param arguments {@code --json} or nothing; {@code --turns N} times that each death happens to each side
     */
    public static void main(String... arguments) {
        Options.run(arguments, Map.of(TURNS, 5), "OVN", Main::measure);
    }

    private static void measure(Options options, Report report) throws IOException, InterruptedException {
        Contest.hold(Comparison.NODES, report, new Comparison(options.number(TURNS)));
    }
}
