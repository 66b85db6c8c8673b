package org.karst.openflow.internal.node;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One exchange with the switch: meters, a bundle of flows, a barrier.
 *
 * <p>The bundle's messages have consecutive transaction numbers, so a refusal names the flow it is about.
 */
final class Round {
    final List<FlowChange> changes;
    final List<MeterLedger.MeterChange> meters;
    final long since;
    final int firstXid;
    final int bundle;
    final long startedAt = System.nanoTime();
    /** Which of the changes the switch refused. */
    final SortedSet<Integer> refused = new TreeSet<>();
    /** Why the opening, the closing or the commit was refused, null if none was. */
    String failure;

    /** Whether the switch has committed the bundle. */
    boolean isCommitted;

    /** How long the whole exchange is on the wire. */
    int bytes;

    int commitXid;
    int barrierXid;

    /**
     * A round.
     *
     * @param meters meters to be made first; their numbers come before those of the flows
     * @param changes the flows
     * @param since the revision in which the oldest of them became due
     * @param firstXid the first of the transaction numbers
     */
    Round(List<MeterLedger.MeterChange> meters, List<FlowChange> changes, long since, int firstXid) {
        this.meters = meters;
        this.changes = changes;
        this.since = since;
        this.firstXid = firstXid;
        this.bundle = firstXid;
    }

    int meterXid(int index) {
        return firstXid + index;
    }

    int openXid() {
        return firstXid + meters.size();
    }

    int flowXid(int index) {
        return openXid() + 1 + index;
    }

    /** How many transaction numbers meters, opening and flows take. */
    static int xids(int meters, int flows) {
        return meters + 1 + flows;
    }

    /** The flow with this transaction number, −1 if it is none of them. */
    int flowIndex(int xid) {
        int index = xid - flowXid(0);
        return index >= 0 && index < changes.size() ? index : -1;
    }

    /** The meter with this transaction number, −1 if it is none of them. */
    int meterIndex(int xid) {
        int index = xid - firstXid;
        return index >= 0 && index < meters.size() ? index : -1;
    }

    /** The changes without those that the switch refused. */
    List<FlowChange> taken() {
        if (refused.isEmpty()) {
            return changes;
        }
        return IntStream.range(0, changes.size())
                .filter(index -> !refused.contains(index))
                .mapToObj(changes::get)
                .toList();
    }
}
