package org.karst.bench.spine;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
import org.karst.bench.sides.Contest;

/** The program behind {@code ./karst bench spine}. */
public final class Main {
    private static final String NODES = "--nodes";
    /** What the option is when it is not given. */
    private static final int ALL = Integer.MAX_VALUE;

    private Main() {}

    /**
     * Measures and prints.
     *
     * @param arguments {@code --json} or nothing; {@code --nodes N} for one size alone
     */
    public static void main(String... arguments) {
        Options.run(arguments, Map.of(NODES, ALL), "OVN", Main::measure);
    }

    private static void measure(Options options, Report report) throws IOException, InterruptedException {
        int nodes = options.number(NODES);
        List<Scale> scales = Scale.STANDARD.stream()
                .filter(scale -> nodes == ALL || scale.nodes() == nodes)
                .toList();
        if (scales.isEmpty()) {
            throw new IllegalArgumentException("--nodes is one of "
                    + Scale.STANDARD.stream().map(Scale::nodes).toList() + ", not " + nodes);
        }
        for (Scale scale : scales) {
            Contest.hold(scale.nodes(), report, new Comparison(scale));
        }
    }
}
