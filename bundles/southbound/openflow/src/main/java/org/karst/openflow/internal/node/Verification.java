package org.karst.openflow.internal.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.karst.openflow.Difference;
import org.karst.openflow.internal.codec.FlowDescription;
import org.karst.openflow.internal.codec.GroupDescription;
import org.karst.openflow.internal.codec.MeterDescription;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Meter;

/**
 * One comparison of all that a switch holds with all that is wanted of it, while changes go on: what was sent between the
 * question and the answer may be in the answer or not, so it is not judged.
 */
final class Verification {
    /** What is done about differences. */
    enum Purpose {
        LOOK,
        HEAL,
        HEAL_AND_REMOVE_FOREIGN
    }

    final Purpose purpose;
    final CompletableFuture<List<Difference>> result;
    /** Flows of ours, and others in the place of a wanted one. */
    final Map<FlowItem.Identity, Held> flows = new HashMap<>();

    final List<FlowDescription> foreign = new ArrayList<>();
    final Map<Integer, Optional<Meter>> meters = new HashMap<>();
    final List<GroupDescription> groups = new ArrayList<>();
    final Set<FlowItem.Identity> underWay = new HashSet<>();
    /** Meters that were sent meanwhile. */
    final Set<Integer> metersUnderWay = new HashSet<>();

    int meterXid;
    int groupXid;
    int flowXid;

    /** What was found, once the dump is complete. */
    List<Finding> findings = List.of();

    List<Difference> others = List.of();
    /** The revision up to which the switch must have been told everything for the findings to be healed. */
    long due;
    /** The barrier behind the removal of what is foreign, 0 if there is none to wait for. */
    int barrierXid;
    /** How the switch refused to remove something, null if it did not. */
    String refusal;

    Verification(Purpose purpose, CompletableFuture<List<Difference>> result) {
        this.purpose = purpose;
        this.result = result;
    }

    /** Starts over: what was seen so far is worth nothing. */
    void clear() {
        flows.clear();
        foreign.clear();
        meters.clear();
        groups.clear();
        underWay.clear();
        metersUnderWay.clear();
    }

    void observe(String node, List<MeterDescription> more) {
        more.forEach(meter -> meters.put(meter.number(), MeterLedger.read(node, meter)));
    }

    void sent(List<FlowChange> changes, List<MeterLedger.MeterChange> meterChanges) {
        changes.forEach(change -> underWay.add(change.identity()));
        meterChanges.forEach(change -> metersUnderWay.add(change.meter().number()));
    }
}
