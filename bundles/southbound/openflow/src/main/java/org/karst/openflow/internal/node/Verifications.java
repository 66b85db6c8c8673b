package org.karst.openflow.internal.node;

import io.netty.buffer.ByteBuf;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.karst.openflow.Difference;
import org.karst.openflow.Difference.Kind;
import org.karst.openflow.internal.codec.FlowDescription;
import org.karst.openflow.internal.codec.GroupDescription;
import org.karst.openflow.internal.codec.InboundMessage;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.karst.openflow.internal.connection.SwitchLink;
import org.karst.openflow.internal.node.Verification.Purpose;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.Pruning;

/**
 * The verifications of one node's switch that are under way. What a dump shows goes to the ledgers as at a connect, so what
 * differs is healed by the queue that all changes take. Confined to the driver's thread.
 */
final class Verifications {
    private static final Comparator<Difference> ORDER = Comparator.comparing(Difference::kind)
            .thenComparing(each -> each.table().orElse(-1))
            .thenComparing(Difference::text);

    private final String node;
    private final FlowLedger flows;
    private final MeterLedger meters;
    private final NodeListener listener;
    /** Those that have not asked yet, because the switch is being asked what it holds at all. */
    private final List<Verification> waiting = new ArrayList<>();
    /** Those whose dump is on its way. */
    private final List<Verification> asking = new ArrayList<>();
    /** Those that know what differs and wait until it is made right. */
    private final List<Verification> healing = new ArrayList<>();

    Verifications(String node, FlowLedger flows, MeterLedger meters, NodeListener listener) {
        this.node = node;
        this.flows = flows;
        this.meters = meters;
        this.listener = listener;
    }

    void add(Verification verification) {
        waiting.add(verification);
    }

    /** Asks the switch for all that wait. */
    void start(SwitchLink link, Round round) {
        for (Verification verification : waiting) {
            if (round != null) {
                verification.sent(round.changes, round.meters);
            }
            ByteBuf out = link.buffer();
            verification.meterXid = link.nextXid();
            RequestEncoder.meterDescriptionRequest(out, verification.meterXid);
            verification.groupXid = link.nextXid();
            RequestEncoder.groupDescriptionRequest(out, verification.groupXid);
            // Last, because its answer ends the verification: a switch answers in order.
            verification.flowXid = link.nextXid();
            RequestEncoder.flowDescriptionRequest(out, verification.flowXid);
            link.send(out);
            asking.add(verification);
        }
        waiting.clear();
    }

    /** The ledgers are about to be filled anew: whoever has asked asks again after that. */
    void restart() {
        Stream.concat(asking.stream(), healing.stream()).forEach(verification -> {
            verification.clear();
            waiting.add(verification);
        });
        asking.clear();
        healing.clear();
    }

    void fail(String reason) {
        restart();
        List<Verification> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(each -> each.result.completeExceptionally(new IllegalStateException(reason)));
    }

    /** Something was sent to the switch. */
    void sent(Round round) {
        asking.forEach(verification -> verification.sent(round.changes, round.meters));
    }

    private static Optional<Verification> first(List<Verification> all, Predicate<Verification> condition) {
        return all.stream().filter(condition).findFirst();
    }

    /** Whether these meters were for a verification. */
    boolean receive(InboundMessage.MeterDescriptions part) {
        Optional<Verification> asker = first(asking, each -> each.meterXid == part.xid());
        asker.ifPresent(verification -> verification.observe(node, part.meters()));
        return asker.isPresent();
    }

    void receive(InboundMessage.GroupDescriptions part) {
        first(asking, each -> each.groupXid == part.xid())
                .ifPresent(verification -> verification.groups.addAll(part.groups()));
    }

    /** Takes a part of a dump, if it was for a verification; answers which one is complete by that. */
    Optional<Verification> receive(InboundMessage.FlowDescriptions part) {
        Optional<Verification> asker = first(asking, each -> each.flowXid == part.xid());
        asker.ifPresent(verification -> flows.sort(part.flows(), verification.flows, verification.foreign::add));
        return asker.filter(verification -> !part.more());
    }

    /** A switch may refuse to tell groups or meters; what it does not tell is not compared. */
    boolean refused(InboundMessage.Refusal refusal) {
        int xid = refusal.xid();
        Optional<Verification> asker =
                first(asking, each -> each.meterXid == xid || each.groupXid == xid || each.flowXid == xid);
        asker.ifPresent(verification -> {
            asking.remove(verification);
            verification.result.completeExceptionally(new IllegalStateException(
                    "node " + node + ": its switch refused to tell what it holds: " + refusal));
        });
        // Removals have the numbers before their barrier.
        Optional<Verification> remover = first(
                healing,
                each -> each.barrierXid != 0 && xid < each.barrierXid && xid >= each.barrierXid - removals(each));
        remover.ifPresent(verification -> verification.refusal = refusal.toString());
        return asker.isPresent() || remover.isPresent();
    }

    private static int removals(Verification verification) {
        return (int) cookies(verification).count() + verification.groups.size();
    }

    private record Place(int table, long cookie) {}

    /** Flows of others are removed by table and cookie: their matches may have no words here. */
    private static Stream<Place> cookies(Verification verification) {
        return verification.foreign.stream()
                .map(flow -> new Place(flow.table(), flow.cookie().bits()))
                .distinct();
    }

    /** Its dump is complete: finds what differs, and queues and sends what makes it right. */
    void complete(Verification verification, SwitchLink link) {
        asking.remove(verification);
        verification.foreign.removeIf(flow -> flows.wants(flow));
        verification.findings = flows.compare(verification.flows, verification.underWay);
        verification.others = meters.compare(verification.meters, verification.metersUnderWay);
        if (verification.purpose == Purpose.LOOK) {
            verification.result.complete(differences(verification, false));
            return;
        }
        flows.adopt(verification.flows, verification.underWay);
        flows.queue(verification.findings);
        flows.countForeign(verification.foreign.size());
        meters.adopt(verification.meters, verification.metersUnderWay);
        verification.due = flows.revision();
        healing.add(verification);
        if (verification.purpose == Purpose.HEAL_AND_REMOVE_FOREIGN && removals(verification) > 0) {
            ByteBuf out = link.buffer();
            cookies(verification)
                    .forEach(
                            place -> RequestEncoder.deleteByCookie(out, link.nextXid(), place.table(), place.cookie()));
            for (GroupDescription group : verification.groups) {
                RequestEncoder.deleteGroup(out, link.nextXid(), group.number());
            }
            verification.barrierXid = link.nextXid();
            RequestEncoder.barrierRequest(out, verification.barrierXid);
            link.send(out);
        }
    }

    void receive(InboundMessage.BarrierReply reply) {
        first(healing, each -> each.barrierXid == reply.xid()).ifPresent(verification -> {
            verification.barrierXid = 0;
            flows.countForeign(0);
        });
    }

    /** To be called whenever something came true: answers those whose differences are made right, as far as they can be. */
    void finish(Pruning pruning) {
        List<Verification> done = healing.stream()
                .filter(each -> each.barrierXid == 0 && flows.firstDue() > each.due)
                .toList();
        healing.removeAll(done);
        for (Verification verification : done) {
            List<Difference> differences = differences(verification, pruning.everything());
            listener.verified(node, drift(differences));
            verification.result.complete(differences);
        }
    }

    private List<Difference> differences(Verification verification, boolean everythingMayGo) {
        boolean heals = verification.purpose != Purpose.LOOK;
        boolean removed = verification.purpose == Purpose.HEAL_AND_REMOVE_FOREIGN && verification.refusal == null;
        List<Difference> all = new ArrayList<>();
        verification.findings.forEach(finding -> all.add(finding.difference(heals && flows.isRight(finding))));
        verification.others.forEach(
                meter -> all.add(meter.withRepaired(heals && (meter.kind() != Kind.UNWANTED || everythingMayGo))));
        for (FlowDescription flow : verification.foreign) {
            all.add(Finding.foreign(node, flow, removed));
        }
        verification.groups.forEach(group -> all.add(Finding.plain(Kind.FOREIGN, group.toString(), "", removed)));
        all.sort(ORDER);
        return List.copyOf(all);
    }

    private static FlowDrift drift(List<Difference> differences) {
        List<Difference> told = differences.stream()
                .filter(each -> each.kind() != Kind.FOREIGN || !each.repaired())
                .toList();
        return new FlowDrift(
                count(told, Kind.MISSING),
                count(told, Kind.ALTERED),
                count(told, Kind.UNWANTED),
                count(told, Kind.FOREIGN),
                (int) told.stream()
                        .filter(each -> each.kind() != Kind.FOREIGN && !each.repaired())
                        .count(),
                told.isEmpty() ? "" : told.get(0).text(),
                Clock.systemUTC().instant());
    }

    private static int count(List<Difference> differences, Kind kind) {
        return (int) differences.stream().filter(each -> each.kind() == kind).count();
    }
}
