package org.karst.sandbox.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.karst.sandbox.Place;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.chaos.StreamReport.Gap;
import org.karst.sandbox.chaos.StreamReport.Window;

/** What a run of chaos holds against a cluster, and what not. */
class JudgementTest {
    private static final long MILLI = 1_000_000;
    private static final Place PLACE = new Place("a", "a", Optional.of("10.0.0.1"), Optional.empty());

    private static StreamReport report(Stream.Kind kind, Gap... gaps) {
        Stream stream = new Stream(kind.name(), PLACE, InetAddress.getLoopbackAddress(), kind);
        return new StreamReport(stream, 1_000, 900, List.of(gaps));
    }

    private static Gap gap(long from, long to) {
        return new Gap(from * MILLI, to * MILLI, 7);
    }

    private static Window window(long from, long to) {
        return new Window(from * MILLI, to * MILLI);
    }

    @Test
    void aLossIsHeldAgainstTheClusterUnlessTheMachineOrADeathExplainsIt() {
        StreamReport control = report(Stream.Kind.CONTROL, gap(10_000, 10_100), gap(10_500, 10_600));
        StreamReport allowed = report(
                Stream.Kind.ALLOWED,
                gap(1_000, 1_100),
                gap(5_000, 5_100),
                gap(9_900, 10_700),
                gap(20_000, 20_100),
                gap(30_000, 30_004));
        Verdict verdict = Verdict.of(
                List.of(control, allowed), List.of(window(900, 1_200)), List.of(window(29_990, 30_001)), false, 0);
        assertThat(verdict.lost()).as("those at 5 and at 20 s").isEqualTo(14);
        assertThat(verdict.noise())
                .as("between two losses of the control that are close together, and while a switch waited")
                .isEqualTo(14);
        assertThat(verdict.complaints())
                .containsExactly("ALLOWED: 7 lost at 5.000 s in 100 ms, 7 lost at 20.000 s in 100 ms"
                        + " (losses were expected from 0.900 to 1.200 s)");
        StreamReport stray = report(Stream.Kind.ALLOWED, gap(5_000, 5_100));
        assertThat(Verdict.of(List.of(control, stray), List.of(), List.of(), false, 0)
                        .lost())
                .as("few, in a trial in which the control lost more")
                .isZero();
        assertThat(Verdict.of(List.of(report(Stream.Kind.CONTROL), stray), List.of(), List.of(), false, 0)
                        .complaints())
                .hasSize(1);
        StreamReport both = report(Stream.Kind.ALLOWED, gap(5_000, 5_100), gap(30_000, 30_004));
        assertThat(Verdict.of(List.of(both), List.of(), List.of(window(29_990, 30_001)), false, 0)
                        .noise())
                .as("few, in a trial in which a switch had to wait for a processor")
                .isEqualTo(14);
        StreamReport tunnelled = report(Stream.Kind.TUNNELLED, gap(5_000, 5_100), gap(6_000, 6_200));
        assertThat(Verdict.of(List.of(tunnelled), List.of(), List.of(), true, 0).complaints())
                .as("the switch reads its routes when links move, which is soon done")
                .containsExactly("TUNNELLED: 7 lost at 6.000 s in 200 ms");
        assertThat(Verdict.of(List.of(tunnelled), List.of(), List.of(), false, 0)
                        .lost())
                .isEqualTo(14);
        assertThat(Verdict.of(List.of(report(Stream.Kind.FORBIDDEN)), List.of(), List.of(), false, 0)
                        .complaints())
                .containsExactly("FORBIDDEN: 900 of 1000 came back, though a policy forbids it");
    }

    @Test
    void whoWroteAFlowFirstIsNoDifferenceAndWhoseStageItIsIsOne() {
        String flow = " duration=7.5s, table=9, n_packets=1, n_bytes=60, priority=1,ip actions=drop\n";
        FlowDump one = dump("cookie=0x4b09000100000001," + flow);
        assertThat(one.differencesFrom(dump("cookie=0x4b09000200000002," + flow)))
                .isEmpty();
        assertThat(one.changesTo(dump("cookie=0x4b09000200000002," + flow))).hasSize(2);
        assertThat(one.differencesFrom(dump("cookie=0x4b0a000100000001," + flow)))
                .hasSize(2);
        assertThat(one.differencesFrom(dump("cookie=0x0," + flow))).hasSize(2);
    }

    private static FlowDump dump(String text) {
        return new FlowDump(
                new TreeMap<>(Map.of("n", FlowDump.parse(text, 10))),
                new TreeMap<>(Map.of("n", new TreeMap<>())),
                new TreeMap<>(Map.of("n", List.of())));
    }

    @Test
    void aProcessMayRememberWhatItServesAndNothingMore() {
        Holdings young = new Holdings(new TreeMap<>(Map.of("pods", 4)), Optional.of(1_000L), Optional.of(90L), 10, 10);
        assertThat(young.leaks(young)).isEmpty();
        Holdings old = new Holdings(
                new TreeMap<>(Map.of("pods", 4, "address-pools", 2)), Optional.of(1_090L), Optional.of(91L), 20, 20);
        assertThat(old.leaks(young)).isEmpty();
        Holdings leaking = new Holdings(
                new TreeMap<>(Map.of("pods", 5, "new", 1)), Optional.of(2_000L), Optional.of(120L), 100, 100);
        assertThat(leaking.leaks(young)).hasSize(6).contains("1 more cells of pods, a fresh process has 4");
    }

    @Test
    void theSeedAloneDecidesTheOrderAndEachRoundHasAll() {
        List<SandboxNode> nodes = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            nodes.add(new SandboxNode("node-" + number, number, PLACE, null, "", List.of(), Map.of()));
        }
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        List<String> other = new ArrayList<>();
        Set<Disturbance> round = EnumSet.noneOf(Disturbance.class);
        Schedule one = new Schedule(1, nodes);
        Schedule same = new Schedule(1, nodes);
        Schedule different = new Schedule(2, nodes);
        for (int i = 0; i < Disturbance.values().length; i++) {
            Schedule.Entry entry = one.next();
            round.add(entry.disturbance());
            first.add(words(entry));
            second.add(words(same.next()));
            other.add(words(different.next()));
        }
        assertThat(round).containsExactly(Disturbance.values());
        assertThat(second).isEqualTo(first).isNotEqualTo(other);
    }

    private static String words(Schedule.Entry entry) {
        return entry.disturbance() + " " + entry.node().name() + " "
                + entry.random().nextInt(1_000);
    }
}
