package org.karst.bench.policy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.karst.bench.report.Bar;
import org.karst.bench.sides.Contest;
import org.karst.bench.sides.Cost;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.KarstSide;
import org.karst.bench.sides.Metrics;
import org.karst.bench.sides.OvnSide;
import org.karst.bench.sides.Policy;

/** Karst and OVN with a policy for each pod. */
final class Comparison implements Contest.Match {
    static final int NODES = 3;
    private static final int PODS = 1000;
    private static final int POLICIES = 1000;
    private static final int NAMESPACES = 100;
    private static final int WARMINGS = 12;
    private static final int MOST_FLOWS = 10_000;

    private final int turns;
    private final int bulks;
    private final List<Dummy> pods = Dummy.spread(PODS, NODES, NAMESPACES);
    private final List<Policy> policies = Policy.spread(POLICIES, NAMESPACES);
    private final Dummy extra = new Dummy(Dummy.namespace(0), "extra", 1);

    Comparison(int turns, int bulks) {
        this.turns = turns;
        this.bulks = bulks;
    }

    @Override
    public void play(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        contest.say("making the ports of " + pods.size() + " pods on each side");
        List<Dummy> all = new ArrayList<>(pods);
        all.add(extra);
        karst.putValve();
        karst.prepare(all);
        ovn.prepare(all);
        bulks(contest, karst, ovn);
        edits(contest, karst, ovn);
        contest.sizes(karst, ovn, Optional.of(Bar.below(MOST_FLOWS)));
    }

    private void bulks(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        List<Double> ours = new ArrayList<>();
        List<Double> withWriting = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        for (int round = 1; round <= WARMINGS; round++) {
            contest.say("warming up, Karst");
            karst.announce(policies);
            Contest.bulk(karst, pods, List.of());
            karst.clear();
            karst.settle();
        }
        for (int round = 1; round <= bulks; round++) {
            contest.say("bulk " + round + " of " + bulks + ", Karst");
            double writing = Contest.timed(() -> karst.announce(policies));
            double taken = Contest.bulk(karst, pods, List.of());
            ours.add(taken);
            withWriting.add(writing + taken);
            contest.say("bulk " + round + " of " + bulks + ", OVN");
            theirs.add(Contest.bulk(ovn, pods, policies));
            if (round < bulks) {
                karst.clear();
                karst.settle();
                ovn.clear();
                ovn.settle();
            }
        }
        contest.row(
                "cold, " + PODS + " pods and " + POLICIES + " policies in one bulk, p50 of " + bulks,
                ours,
                theirs,
                Contest.MEDIAN,
                Contest.BULK_BAR);
        contest.row(
                "the same, and before it the policies are written into the API, p50 of " + bulks,
                withWriting,
                theirs,
                Contest.MEDIAN);
    }

    private void edits(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        Map<String, List<Double>> ours = new TreeMap<>();
        Map<String, List<Double>> theirs = new TreeMap<>();
        Map<Edit, List<Cost>> costs = new EnumMap<>(Edit.class);
        for (int turn = -1; turn < turns; turn++) {
            if (turn % 10 == 0) {
                contest.say(turn + " of " + turns + " turns of " + Edit.values().length + " edits");
            }
            for (Edit edit : Edit.values()) {
                Metrics before = karst.metrics();
                double mine = Contest.timed(() -> edit.make(karst, extra, pods.get(0)));
                karst.settle();
                Metrics after = karst.metrics();
                double other = Contest.timed(() -> edit.make(ovn, extra, pods.get(0)));
                ovn.settle();
                if (turn >= 0) {
                    add(ours, edit.group(), mine);
                    add(theirs, edit.group(), other);
                    costs.computeIfAbsent(edit, unused -> new ArrayList<>()).add(Cost.between(before, after));
                }
            }
        }
        ours.forEach((group, samples) -> {
            String what = group + " edit, p%d of " + samples.size();
            contest.row(what.formatted(Contest.MEDIAN), samples, theirs.get(group), Contest.MEDIAN, Contest.MEDIAN_BAR);
            contest.row(what.formatted(Contest.TAIL), samples, theirs.get(group), Contest.TAIL, Contest.TAIL_BAR);
        });
        costs.forEach((edit, of) -> contest.exactly(edit.toString(), of, edit.price()));
    }

    private static void add(Map<String, List<Double>> samples, String group, double sample) {
        samples.computeIfAbsent(group, unused -> new ArrayList<>()).add(sample);
    }
}
