package org.karst.bench.survival;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.karst.bench.report.Bar;
import org.karst.bench.sides.Contest;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.KarstSide;
import org.karst.bench.sides.OvnSide;
import org.karst.bench.sides.Side;
import org.karst.sandbox.OpenVSwitch;

/** Deaths in turns, the two sides one after the other. */
final class Comparison implements Contest.Match {
    static final int NODES = 3;

    private static final int PODS = 1_000;
    private static final int NAMESPACES = 10;
    private static final long DOWN_MILLISECONDS = 1_000;
    private static final long LOOK_MILLISECONDS = 10;
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    /** New connections work when the flows are there. */
    private static final Bar HEALING_BAR = Bar.below(3_000);

    private final int turns;

    Comparison(int turns) {
        this.turns = turns;
    }

    @Override
    public void play(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        contest.say("making " + PODS + " pods on each side");
        List<Dummy> pods = Dummy.spread(PODS, NODES, NAMESPACES);
        for (Side side : List.of(karst, ovn)) {
            side.prepare(pods);
            side.add(pods, List.of());
            side.settle();
        }
        Map<Death, List<Double>> ours = new EnumMap<>(Death.class);
        Map<Death, List<Double>> theirs = new EnumMap<>(Death.class);
        for (Death death : Death.values()) {
            ours.put(death, new ArrayList<>());
            theirs.put(death, new ArrayList<>());
            for (int turn = 1; turn <= turns; turn++) {
                contest.say(death + " killed, " + turn + " of " + turns);
                ours.get(death).add(healing(karst, death));
                theirs.get(death).add(healing(ovn, death));
            }
        }
        for (Death death : Death.values()) {
            String what = death + " killed, from its start until all is back, ";
            contest.row(what + "p50", ours.get(death), theirs.get(death), Contest.MEDIAN);
            contest.row(what + "longest", ours.get(death), theirs.get(death), Contest.LONGEST, HEALING_BAR);
        }
    }

    private static double healing(Side side, Death death) throws IOException, InterruptedException {
        OpenVSwitch node = side.sandbox().openVSwitch(side.sandbox().nodes().get(0));
        Holdings before = Holdings.of(node);
        death.kill(node);
        Thread.sleep(DOWN_MILLISECONDS);
        double taken = Contest.timed(() -> {
            death.start(node);
            awaitAll(node, before);
        });
        side.settle();
        return taken;
    }

    private static void awaitAll(OpenVSwitch node, Holdings before) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        String lacking;
        do {
            Thread.sleep(LOOK_MILLISECONDS);
            try {
                Holdings now = Holdings.of(node);
                if (now.equals(before)) {
                    return;
                }
                lacking = "it has " + now + " instead of " + before;
            } catch (IOException notYet) {
                lacking = notYet.getMessage();
            }
        } while (System.nanoTime() - end < 0);
        throw new IOException("a switch has not healed: " + lacking);
    }
}
