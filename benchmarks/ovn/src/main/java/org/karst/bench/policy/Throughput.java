package org.karst.bench.policy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.sides.Contest;
import org.karst.bench.sides.Dummy;
import org.karst.bench.sides.KarstSide;
import org.karst.bench.sides.OvnSide;
import org.karst.bench.sides.Policy;
import org.karst.bench.sides.Side;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.Place;
import org.karst.sandbox.SandboxException;

/** TCP between two pods that policies isolate, and that one admits: the two sides in turns, never at the same time. */
final class Throughput implements Contest.Match {
    static final int NODES = 2;
    private static final int PORT = 5201;
    private static final int MTU = 1400;
    private static final Duration BEGIN = Duration.ofMillis(300);
    private static final Duration TIME = Duration.ofMillis(700);
    private static final int CONNECTIONS = 50;

    private static final Dummy CLIENT = new Dummy("clients", "client", 1);
    private static final Dummy NEAR = new Dummy("servers", "near", 1);
    private static final Dummy FAR = new Dummy("servers", "far", 2);
    /** Both ends are isolated. */
    private static final List<Policy> POLICIES = List.of(
            new Policy("servers", "to-servers", "", "clients", PORT),
            new Policy("clients", "to-clients", "", "servers", PORT));

    private final int turns;

    Throughput(int turns) {
        this.turns = turns;
    }

    /** The ways that are measured. */
    private enum Way {
        SAME_NODE("same node", 1, 6, 4),
        ACROSS_NODES("across nodes", 3, 14, 7);

        private final String text;
        /** Of each packet, on both nodes together. */
        private final int recirculations;
        /** Of the connection, on both nodes together. */
        private final int megaflows;
        /** On the node with most. */
        private final int masks;

        Way(String text, int recirculations, int megaflows, int masks) {
            this.text = text;
            this.recirculations = recirculations;
            this.megaflows = megaflows;
            this.masks = masks;
        }
    }

    /** Whose turn it is. */
    private enum Turn {
        KARST,
        OVN,
        KARST_WITHOUT_POLICY
    }

    /** The ways of a side. */
    private static Map<Way, BulkTransfer> ways(Side side) throws IOException, InterruptedException {
        List<Place> places = side.run(List.of(CLIENT, NEAR, FAR), POLICIES);
        requireAlike(places);
        return new EnumMap<>(Map.of(
                Way.SAME_NODE, new BulkTransfer(places.get(0), places.get(1), PORT),
                Way.ACROSS_NODES, new BulkTransfer(places.get(0), places.get(2), PORT)));
    }

    /** Segments of one size, with checksums that the sender computes: on both sides alike. */
    private static void requireAlike(List<Place> places) throws IOException {
        for (Place place : places) {
            try (NetworkNamespace namespace = NetworkNamespace.named(place.namespace())) {
                namespace.run(inside -> {
                    int mtu = inside.routes().link("eth0").orElseThrow().mtu();
                    if (mtu != MTU || inside.transmitChecksumOffload("eth0")) {
                        throw new SandboxException(
                                "the link of " + place.name() + " has MTU " + mtu + " or offloads checksums");
                    }
                });
            }
        }
    }

    @Override
    public void play(Contest contest, KarstSide karst, OvnSide ovn) throws IOException, InterruptedException {
        contest.say("starting pods on each side");
        Map<Way, BulkTransfer> ours = ways(karst);
        Map<Way, BulkTransfer> theirs = ways(ovn);
        Map<Way, Map<Turn, List<Double>>> rates = new EnumMap<>(Way.class);
        for (int turn = -1; turn < turns; turn++) {
            if (turn % 5 == 0) {
                contest.say(turn + " of " + turns + " turns of transfers");
            }
            for (Way way : Way.values()) {
                Map<Turn, List<Double>> samples = rates.computeIfAbsent(way, unused -> new EnumMap<>(Turn.class));
                for (int i = 0; i < Turn.values().length; i++) {
                    // Another one begins each time: no place in the order is better for anybody.
                    Turn who = Turn.values()[Math.floorMod(turn + i, Turn.values().length)];
                    double rate =
                            switch (who) {
                                case KARST -> ours.get(way).megabits(BEGIN, TIME);
                                case OVN -> theirs.get(way).megabits(BEGIN, TIME);
                                case KARST_WITHOUT_POLICY -> unrestricted(karst, ours.get(way));
                            };
                    if (turn >= 0) {
                        samples.computeIfAbsent(who, unused -> new ArrayList<>())
                                .add(rate);
                    }
                }
            }
        }
        rates.forEach((way, samples) -> report(contest, way, samples));
        for (Way way : Way.values()) {
            contest.say("what the datapaths do, " + way.text);
            Passage mine = Passage.of(new Datapath(karst.sandbox()), ours.get(way));
            Passage other = Passage.of(new Datapath(ovn.sandbox()), theirs.get(way));
            report(contest, way, mine, other);
        }
    }

    /**
     * What a connection costs the datapaths of both nodes.
     *
     * @param recirculations of a packet, to a tenth
     * @param first the megaflows after the first connection
     * @param more how many the same way has after many connections
     */
    private record Passage(double recirculations, Datapath.Megaflows first, int more) {
        static Passage of(Datapath datapath, BulkTransfer transfer) throws IOException, InterruptedException {
            datapath.purge();
            Datapath.Megaflows[] first = new Datapath.Megaflows[1];
            double[] recirculations = new double[1];
            transfer.during(() -> {
                Thread.sleep(BEGIN.toMillis());
                datapath.clearCounters();
                Thread.sleep(TIME.toMillis());
                recirculations[0] = datapath.recirculations();
                first[0] = datapath.megaflows();
            });
            for (int i = 0; i < CONNECTIONS; i++) {
                transfer.during(() -> {});
            }
            return new Passage(
                    Math.rint(recirculations[0] * 10) / 10,
                    first[0],
                    datapath.megaflows().count());
        }
    }

    private static double unrestricted(KarstSide karst, BulkTransfer transfer)
            throws IOException, InterruptedException {
        for (Policy policy : POLICIES) {
            karst.remove(policy);
        }
        double rate = transfer.megabits(BEGIN, TIME);
        for (Policy policy : POLICIES) {
            karst.add(policy);
        }
        return rate;
    }

    private void report(Contest contest, Way way, Map<Turn, List<Double>> rates) {
        List<Double> karst = rates.get(Turn.KARST);
        List<Double> ovn = rates.get(Turn.OVN);
        List<Double> unrestricted = rates.get(Turn.KARST_WITHOUT_POLICY);
        String what = "TCP, " + way.text + ", ";
        contest.row(what + "policy in force, p50 of " + turns, "Mb/s", Figures.median(karst), Figures.median(ovn));
        contest.row(what + "no policy, p50 of " + turns, "Mb/s", Figures.median(unrestricted));
        ratios(contest, what + "policy in force: Karst / OVN", karst, ovn, 1);
        ratios(contest, what + "Karst with / without policy", karst, unrestricted, 0.9);
    }

    private static void report(Contest contest, Way way, Passage karst, Passage ovn) {
        String what = "TCP, " + way.text + ", policy in force: ";
        contest.row(
                what + "recirculations of a packet",
                "",
                karst.recirculations(),
                ovn.recirculations(),
                Bar.exactly(way.recirculations));
        contest.row(
                what + "megaflows of a connection",
                "",
                karst.first().count(),
                ovn.first().count(),
                Bar.exactly(way.megaflows));
        contest.row(
                what + "megaflows of " + (CONNECTIONS + 1) + " connections",
                "",
                karst.more(),
                ovn.more(),
                Bar.exactly(way.megaflows));
        contest.row(
                what + "masks of megaflows, the node with most",
                "",
                karst.first().masks(),
                ovn.first().masks(),
                Bar.exactly(way.masks));
    }

    private static void ratios(Contest contest, String what, List<Double> ours, List<Double> others, double bar) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / others.get(i));
        }
        Figures.Interval interval = Figures.medianInterval(ratios);
        contest.row(what + ", median of pairs", "", Figures.median(ratios), Bar.atLeast(bar));
        contest.row(what + ", its interval from", "", interval.low());
        contest.row(what + ", its interval to", "", interval.high());
    }
}
