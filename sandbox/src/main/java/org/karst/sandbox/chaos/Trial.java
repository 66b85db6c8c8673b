package org.karst.sandbox.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.chaos.StreamReport.Window;

/**
 * What came of something that was done to a cluster under traffic.
 *
 * @param name what was done
 * @param complaints what should not have happened, a sentence each
 * @param notes what was measured
 * @param seconds how long it took
 * @param sent how many datagrams were sent
 * @param verdict what became of them
 */
public record Trial(
        String name, List<String> complaints, List<String> notes, double seconds, long sent, Verdict verdict) {
    /** First packets wait for flows of the datapath, and for compilers. */
    private static final Duration WARM_UP = Duration.ofMillis(1_500);

    private static final Duration AFTERWARDS = Duration.ofSeconds(2);
    private static final int PER_SECOND = 500;
    private static final int MOST_SHOWN = 12;

    /** Something that is done to a cluster. */
    @FunctionalInterface
    public interface Deed {
        /** Returns when its direct effect is over. */
        void run(Ground ground) throws IOException, InterruptedException;
    }

    public Trial {
        complaints = List.copyOf(complaints);
        notes = List.copyOf(notes);
    }

    /**
     * Tries a disturbance on a node.
     *
     * @param random decides what it leaves open
     */
    public static Trial of(
            SandboxCluster cluster,
            Workload workload,
            SandboxNode node,
            Disturbance disturbance,
            SplittableRandom random)
            throws IOException, InterruptedException {
        String name = disturbance.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " on " + node.name();
        return of(cluster, workload, node, name, disturbance.remakes(), disturbance::run, random);
    }

    /**
     * Tries something.
     *
     * @param anew whether flows may be made anew by it; else none may be touched
     */
    public static Trial of(
            SandboxCluster cluster, Workload workload, SandboxNode node, String name, boolean anew, Deed deed)
            throws IOException, InterruptedException {
        return of(cluster, workload, node, name, anew, deed, new SplittableRandom(0));
    }

    private static Trial of(
            SandboxCluster cluster,
            Workload workload,
            SandboxNode node,
            String name,
            boolean anew,
            Deed deed,
            SplittableRandom random)
            throws IOException, InterruptedException {
        List<String> complaints = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Ground ground = new Ground(cluster, workload, node, notes::add, random);
        FlowDump before = FlowDump.of(cluster.sandbox());
        long begin = System.nanoTime();
        List<StreamReport> reports;
        List<Window> waits;
        List<OpenVSwitch> switches = cluster.sandbox().nodes().stream()
                .map(cluster.sandbox()::openVSwitch)
                .toList();
        try (Traffic traffic = Traffic.start(workload.streams(), PER_SECOND);
                ProcessorWaits processor = ProcessorWaits.watch(switches)) {
            Thread.sleep(WARM_UP.toMillis());
            try {
                deed.run(ground);
                ground.awaitEqual(before);
            } catch (IOException | RuntimeException unhealed) {
                complaints.add(String.valueOf(unhealed.getMessage()));
            }
            Thread.sleep(AFTERWARDS.toMillis());
            FlowDump after = FlowDump.of(cluster.sandbox());
            List<String> changes = anew ? before.differencesFrom(after) : before.changesTo(after);
            changes.stream().limit(MOST_SHOWN).forEach(complaints::add);
            if (changes.size() > MOST_SHOWN) {
                complaints.add("and " + (changes.size() - MOST_SHOWN) + " more changes");
            }
            reports = traffic.finish();
            waits = processor.finish();
        }
        List<Window> windows = new ArrayList<>(ground.windows());
        windows.add(new Window(begin, begin + WARM_UP.toNanos()));
        Verdict verdict = Verdict.of(reports, windows, waits, ground.linksMove(), begin);
        complaints.addAll(verdict.complaints());
        return new Trial(
                name,
                complaints,
                notes,
                (System.nanoTime() - begin) / 1e9,
                reports.stream().mapToLong(StreamReport::sent).sum(),
                verdict);
    }

    /** One line, and one more for each complaint. */
    public String describe() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%-6s %s: %.1f s, %d packets, %d lost, %d by the machine",
                complaints.isEmpty() ? "ok" : "FAILED",
                name,
                seconds,
                sent,
                verdict.lost(),
                verdict.noise()));
        notes.forEach(note -> text.append("; ").append(note));
        complaints.forEach(complaint -> text.append("\n  ").append(complaint));
        return text.toString();
    }
}
