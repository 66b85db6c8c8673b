package org.karst.openflow.internal.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.karst.openflow.Difference;
import org.karst.openflow.Difference.Kind;
import org.karst.openflow.internal.codec.MeterDescription;
import org.karst.openflow.internal.codec.RequestEncoder.MeterCommand;
import org.karst.pipeline.Meter;

/**
 * The meters of one node: those wanted and those that the switch holds. A meter has no cookie: all meters of an integration
 * bridge are ours.
 */
final class MeterLedger {
    private final String node;
    private final Map<Integer, Meter> wanted = new TreeMap<>();
    private final Map<Integer, Optional<Meter>> held = new TreeMap<>();

    MeterLedger(String node) {
        this.node = node;
    }

    /** One meter-mod to be sent. */
    record MeterChange(MeterCommand command, Meter meter) {}

    void want(Meter meter) {
        wanted.put(meter.number(), meter);
    }

    void unwant(int number) {
        wanted.remove(number);
    }

    void forget() {
        held.clear();
    }

    void observe(List<MeterDescription> meters) {
        meters.forEach(meter -> held.put(meter.number(), read(node, meter)));
    }

    /** What a description says, empty if it is none that is ever wanted. */
    static Optional<Meter> read(String node, MeterDescription meter) {
        return meter.ordinary()
                ? Optional.of(new Meter(node, meter.number(), meter.packetsPerSecond(), meter.burst()))
                : Optional.empty();
    }

    /** What was seen of meters that differs from what is wanted; those that were sent meanwhile are left out. */
    List<Difference> compare(Map<Integer, Optional<Meter>> seen, Set<Integer> underWay) {
        List<Difference> differences = new ArrayList<>();
        wanted.forEach((number, meter) -> {
            Optional<Meter> there = seen.get(number);
            if (underWay.contains(number) || Optional.of(meter).equals(there)) {
                return;
            }
            differences.add(
                    there == null
                            ? Finding.plain(Kind.MISSING, text(meter), "", false)
                            : Finding.plain(
                                    Kind.ALTERED,
                                    text(meter),
                                    there.map(MeterLedger::text).orElse("a meter of another kind"),
                                    false));
        });
        seen.forEach((number, meter) -> {
            if (!wanted.containsKey(number) && !underWay.contains(number)) {
                differences.add(Finding.plain(
                        Kind.UNWANTED, meter.map(MeterLedger::text).orElse("meter=" + number), "", false));
            }
        });
        return differences;
    }

    /** As ovs-ofctl(8) takes it. */
    private static String text(Meter meter) {
        return "meter=" + meter.number() + ",pktps,burst,stats,band=type=drop,rate=" + meter.packetsPerSecond()
                + ",burst_size=" + meter.burst();
    }

    /** Believes what was seen, apart from what was sent meanwhile. */
    void adopt(Map<Integer, Optional<Meter>> seen, Set<Integer> underWay) {
        held.keySet().retainAll(underWay);
        seen.forEach((number, meter) -> {
            if (!underWay.contains(number)) {
                held.put(number, meter);
            }
        });
    }

    /** What has to be made before flows that name it; counted as done. */
    List<MeterChange> takeNeeded() {
        List<MeterChange> changes = new ArrayList<>();
        for (Meter meter : wanted.values()) {
            Optional<Meter> there = held.get(meter.number());
            if (there == null || !there.equals(Optional.of(meter))) {
                changes.add(new MeterChange(there == null ? MeterCommand.ADD : MeterCommand.MODIFY, meter));
                held.put(meter.number(), Optional.of(meter));
            }
        }
        return changes;
    }

    /** What may go once no flow names it; counted as done. */
    List<MeterChange> takeUnneeded() {
        List<MeterChange> changes = new ArrayList<>();
        held.keySet().removeIf(number -> {
            if (wanted.containsKey(number)) {
                return false;
            }
            changes.add(new MeterChange(MeterCommand.DELETE, new Meter(node, number, 0, 0)));
            return true;
        });
        return changes;
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }
}
