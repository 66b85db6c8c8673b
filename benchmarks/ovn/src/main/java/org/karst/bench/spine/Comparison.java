package org.karst.bench.spine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.bench.report.Figures;
import org.karst.bench.sides.Contest;
import org.karst.bench.sides.Cost;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.KarstSide;
import org.karst.bench.sides.Metrics;
import org.karst.bench.sides.OvnSide;

/** Karst and OVN at one size. */
final class Comparison implements Contest.Match {
    private final Scale scale;
    private final List<Dummy> pods;
    private final List<Dummy> extra = new ArrayList<>();
    private final Map<Edit, List<Cost>> costs = new EnumMap<>(Edit.class);

    Comparison(Scale scale) {
        this.scale = scale;
        this.pods = Dummy.spread(scale.pods(), scale.nodes(), 1);
        for (int node = 1; node <= scale.nodes(); node++) {
            extra.add(new Dummy(Dummy.namespace(0), "extra-" + node, node));
        }
        for (Edit edit : Edit.values()) {
            costs.put(edit, new ArrayList<>());
        }
    }

    @Override
    public void play(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        contest.say("making the ports of " + pods.size() + " pods on each side");
        List<Dummy> all = new ArrayList<>(pods);
        all.addAll(extra);
        karst.prepare(all);
        ovn.prepare(all);
        bulks(contest, karst, ovn);
        edits(contest, karst, ovn);
        moveNode(contest, karst);
        contest.sizes(karst, ovn, Optional.empty());
    }

    private void bulks(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = 1; round <= scale.warmings() + scale.bulks(); round++) {
            boolean measured = round > scale.warmings();
            String turn = measured ? "bulk " + (round - scale.warmings()) + " of " + scale.bulks() : "warming up";
            contest.say(turn + ", Karst");
            double mine = Contest.bulk(karst, pods, List.of());
            if (measured) {
                ours.add(mine);
            }
            if (measured || round == 1) {
                contest.say(turn + ", OVN");
                double other = Contest.bulk(ovn, pods, List.of());
                if (measured) {
                    theirs.add(other);
                }
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
        contest.row(
                "cold, " + pods.size() + " pods in one bulk, p50 of " + scale.bulks(),
                ours,
                theirs,
                Contest.MEDIAN,
                Contest.BULK_BAR);
    }

    private void edits(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        Map<Edit, List<Double>> ours = new EnumMap<>(Edit.class);
        Map<Edit, List<Double>> theirs = new EnumMap<>(Edit.class);
        for (Edit edit : Edit.values()) {
            ours.put(edit, new ArrayList<>());
            theirs.put(edit, new ArrayList<>());
        }
        for (int turn = -scale.nodes(); turn < scale.turns(); turn++) {
            if (turn % 10 == 0) {
                contest.say(turn * Edit.values().length + " of " + scale.turns() * Edit.values().length + " edits");
            }
            Dummy pod = extra.get(Math.floorMod(turn, extra.size()));
            for (Edit edit : Edit.values()) {
                Metrics before = karst.metrics();
                double mine = Contest.timed(() -> edit.make(karst, pod));
                karst.settle();
                Metrics after = karst.metrics();
                double other = Contest.timed(() -> edit.make(ovn, pod));
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
        contest.row("edit p50 of " + allOurs.size(), allOurs, allTheirs, Contest.MEDIAN, Contest.MEDIAN_BAR);
        contest.row("edit p99 of " + allOurs.size(), allOurs, allTheirs, Contest.TAIL, Contest.TAIL_BAR);
        for (Edit edit : Edit.values()) {
            contest.row(edit + ", p50", ours.get(edit), theirs.get(edit), Contest.MEDIAN);
            contest.row(edit + ", p99", ours.get(edit), theirs.get(edit), Contest.TAIL);
        }
        for (Edit edit : Edit.values()) {
            contest.exactly(edit.toString(), costs.get(edit), edit.price());
            contest.exactly(edit.toString(), "switches told", costs.get(edit), Cost::switches, 1);
        }
    }

    /** An edit of an object by REST that concerns every switch. */
    private static void moveNode(Contest contest, KarstSide karst) throws IOException, InterruptedException {
        List<Double> samples = new ArrayList<>();
        String own = karst.sandbox().nodes().get(0).place().ipv4().orElseThrow();
        Cost cost = null;
        for (int turn = 0; turn < 20; turn++) {
            String address = turn % 2 == 0 ? "172.18.250.1" : own;
            Metrics before = karst.metrics();
            samples.add(Contest.timed(() -> karst.moveNode("node-1", address)));
            karst.settle();
            cost = Cost.between(before, karst.metrics());
        }
        contest.row("a node's address changes by REST, p50", "ms", Figures.median(samples));
        contest.row("a node's address changes: flow-mods", "", cost.totalFlowMods());
        contest.row("a node's address changes: evaluations", "", cost.totalEvaluations());
    }
}
