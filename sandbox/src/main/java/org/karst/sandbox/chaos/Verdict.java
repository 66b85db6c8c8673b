package org.karst.sandbox.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.karst.sandbox.chaos.StreamReport.Gap;
import org.karst.sandbox.chaos.StreamReport.Window;

/**
 * What is held against the streams of a run.
 *
 * @param complaints a sentence each; none if all is well
 * @param lost how many datagrams of allowed streams were lost outside all windows
 * @param noise how many of them were lost while the control lost some too, or while a switch waited for a processor
 */
public record Verdict(List<String> complaints, long lost, long noise) {
    /** Losses so close to one of the control stream are the machine's. */
    private static final Duration NEARBY = Duration.ofMillis(250);
    /** So few losses may be the machine's, if it lost as many at other moments of the trial: the control streams' or, for want of a processor, ours. */
    private static final long STRAY = 10;
    /**
     * When a link of a node comes or goes, Open vSwitch empties its table of outer routes and reads it again, and its userspace datapath drops
     * what is for the tunnel meanwhile (3.1, lib/route-table.c): milliseconds, while others wait for a processor some more.
     */
    private static final Duration ROUTES_READ = Duration.ofMillis(100);
    /** A queue that has overflowed is empty again soon. */
    private static final Duration AFTER_WAIT = Duration.ofMillis(20);

    /**
     * Judges.
     *
     * @param begin for the times in complaints, in {@link System#nanoTime}
     * @param windows when losses are expected
     * @param waits when switches waited for a processor
     * @param linksMove whether links of nodes came or went
     */
    public static Verdict of(
            List<StreamReport> reports, List<Window> windows, List<Window> waits, boolean linksMove, long begin) {
        List<Window> noisy = new ArrayList<>();
        waits.forEach(window -> noisy.add(window.widened(AFTER_WAIT)));
        for (StreamReport report : reports) {
            if (report.stream().kind() == Stream.Kind.CONTROL) {
                report.windows().forEach(window -> noisy.add(window.widened(NEARBY)));
            }
        }
        List<Window> restless = Window.joined(noisy);
        List<String> complaints = new ArrayList<>();
        List<String> losses = new ArrayList<>();
        long lost = 0;
        long noise = 0;
        long machine = 0;
        for (StreamReport report : reports) {
            switch (report.stream().kind()) {
                case ALLOWED, TUNNELLED -> {
                    boolean routed = linksMove && report.stream().kind() == Stream.Kind.TUNNELLED;
                    List<Gap> outside = report.outside(windows);
                    List<Gap> inPeace = outside.stream()
                            .filter(gap -> restless.stream().noneMatch(gap::within))
                            .toList();
                    List<Gap> ours = inPeace.stream()
                            .filter(gap -> !routed || gap.to() - gap.from() > ROUTES_READ.toNanos())
                            .toList();
                    long blamed = count(ours);
                    lost += blamed;
                    noise += count(outside) - blamed;
                    machine += count(outside) - count(inPeace);
                    if (blamed > 0) {
                        losses.add(report.describe(ours, begin));
                    }
                    if (report.answered() == 0) {
                        complaints.add(report.stream().name() + ": nothing came back at all");
                    }
                }
                case FORBIDDEN -> {
                    if (report.answered() > 0) {
                        complaints.add(report.stream().name() + ": " + report.answered() + " of " + report.sent()
                                + " came back, though a policy forbids it");
                    }
                }
                case CONTROL -> machine += count(report.outside(windows));
            }
        }
        if (lost <= Math.min(machine, STRAY)) {
            return new Verdict(complaints, 0, noise + lost);
        }
        String expected = expected(windows, begin);
        complaints.addAll(0, losses.stream().map(loss -> loss + expected).toList());
        return new Verdict(complaints, lost, noise);
    }

    /** The end of a complaint about losses: when losses would have been no matter. */
    private static String expected(List<Window> windows, long begin) {
        return windows.isEmpty()
                ? ""
                : windows.stream()
                        .map(window -> String.format(
                                Locale.ROOT,
                                "%.3f to %.3f s",
                                (window.from() - begin) / 1e9,
                                (window.to() - begin) / 1e9))
                        .collect(Collectors.joining(", ", " (losses were expected from ", ")"));
    }

    private static long count(List<Gap> gaps) {
        return gaps.stream().mapToLong(Gap::lost).sum();
    }
}
