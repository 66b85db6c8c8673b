package org.karst.openflow.internal.node;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.karst.incremental.Change;
import org.karst.openflow.Difference;
import org.karst.openflow.InstalledFlow;
import org.karst.openflow.SwitchStatus;
import org.karst.openflow.internal.codec.InboundMessage;
import org.karst.openflow.internal.codec.RequestEncoder;
import org.karst.openflow.internal.codec.RequestEncoder.BundleCommand;
import org.karst.openflow.internal.connection.SwitchLink;
import org.karst.openflow.internal.node.Verification.Purpose;
import org.karst.pipeline.Meter;
import org.karst.pipeline.PacketOut;
import org.karst.pipeline.Pruning;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's switch: what is wanted of it and what it holds outlive the link; the conversation is a small state machine.
 *
 * <pre>
 *   ABSENT --link--> DUMPING --dump complete--> IDLE --difference--> SENDING
 *                       ^                        ^                      |
 *                       |                        +----barrier reply-----+
 *                       +--RESTING <--nothing of the bundle was taken---+
 * </pre>
 *
 * SENDING is one exchange: meters, a bundle from its opening to its commit, a barrier. A flow that the switch refuses is not
 * part of the bundle; if the commit is refused, nothing of it is there. Confined to the driver's thread.
 */
public final class NodeSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSwitch.class);
    /** Few enough that a bundle takes a few milliseconds, so that newer changes get in between. */
    private static final int LARGEST_BUNDLE = 2_000;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
    private static final long SILENCE_BEFORE_ECHO = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_SILENCE = TimeUnit.SECONDS.toNanos(15);
    private static final long SHORTEST_REST = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(30);
    /** Spreads hash codes of similar names over a long time: the golden ratio in 64 bits. */
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private static final int MOST_LOGGED = 10;
    private static final int LONGEST_TEXT = 1_000;

    private enum Phase {
        ABSENT,
        DUMPING,
        IDLE,
        SENDING,
        RESTING
    }

    private final String node;
    private final NodeListener listener;
    private final FlowLedger flows;
    private final MeterLedger meters;
    private final Map<Integer, DumpCollector> dumps = new HashMap<>();
    private final Verifications verifications;
    private final long verificationPeriod;

    private Phase phase = Phase.ABSENT;
    private SwitchLink link;
    private Pruning pruning = Pruning.NOTHING;
    private Round round;
    private int flowDumpXid;
    private long phaseSince = System.nanoTime();
    private long lastVerified;
    private int failures;
    private long datapathId;
    private long acknowledged;
    private long bundles;
    private long flowMods;
    private long bundleBytes;
    private long bytesOfPastLinks;

    /**
     * A node without a switch yet.
     *
     * @param verificationPeriod how long after one verification the next is due; zero: none is due ever
     */
    public NodeSwitch(String node, NodeListener listener, Duration verificationPeriod) {
        this.node = node;
        this.listener = listener;
        this.flows = new FlowLedger(node);
        this.meters = new MeterLedger(node);
        this.verifications = new Verifications(node, flows, meters, listener);
        this.verificationPeriod = verificationPeriod.toNanos();
        // The nodes of a cluster are not verified all at once.
        this.lastVerified = System.nanoTime()
                - (this.verificationPeriod == 0 ? 0 : Math.floorMod(node.hashCode() * SPREAD, this.verificationPeriod));
    }

    /** Takes what changed for this node in a settlement: flows and meters. */
    public void apply(long revision, List<Change> flowChanges, List<Change> meterChanges, Pruning newPruning) {
        pruning = newPruning;
        flows.want(revision, flowChanges);
        flows.prune(newPruning);
        for (Change change : meterChanges) {
            if (change.after() instanceof Meter meter) {
                meters.want(meter);
            } else {
                meters.unwant(((Meter.Identity) change.identity()).number());
            }
        }
        proceed();
    }

    /** Takes the switch with this link as the node's; a link that it had before is closed. */
    public void connect(SwitchLink newLink, long newDatapathId) {
        disconnect("another connection of the same switch");
        link = newLink;
        datapathId = newDatapathId;
        failures = 0;
        ByteBuf out = link.buffer();
        RequestEncoder.setConfig(out, link.nextXid());
        RequestEncoder.setPacketInFormat(out, link.nextXid());
        link.send(out);
        dump();
    }

    /** Closes the link, if there is one. */
    public void disconnect(String reason) {
        if (link != null) {
            LOG.info("node {}: the connection of its switch at {} is closed: {}", node, link, reason);
            SwitchLink old = link;
            gone(old);
            old.close();
        }
    }

    /** The link has ended. */
    public void gone(SwitchLink old) {
        if (link != old) {
            return;
        }
        bytesOfPastLinks += link.bytesSent();
        link = null;
        round = null;
        flows.forget();
        meters.forget();
        dumps.values().forEach(dump -> dump.fail("node " + node + ": its switch has disconnected"));
        dumps.clear();
        verifications.fail("node " + node + ": its switch has disconnected");
        enter(Phase.ABSENT);
    }

    public boolean isConnectedBy(SwitchLink candidate) {
        return link == candidate;
    }

    /** Whether nothing is left to remember. */
    public boolean isForgettable() {
        return link == null && flows.wanted() == 0 && meters.isEmpty();
    }

    private void enter(Phase next) {
        phase = next;
        phaseSince = System.nanoTime();
    }

    private void dump() {
        round = null;
        verifications.restart();
        flows.forget();
        meters.forget();
        enter(Phase.DUMPING);
        ByteBuf out = link.buffer();
        RequestEncoder.meterDescriptionRequest(out, link.nextXid());
        flowDumpXid = link.nextXid();
        RequestEncoder.flowDescriptionRequest(out, flowDumpXid);
        link.send(out);
    }

    /** Compares all that the switch holds with all that is wanted of it, and makes right what differs if that is asked for. */
    private void verify(Verification verification) {
        if (link == null) {
            verification.result.completeExceptionally(
                    new IllegalStateException("node " + node + ": its switch is not connected"));
            return;
        }
        verifications.add(verification);
        startVerifications();
    }

    private void startVerifications() {
        if (phase == Phase.IDLE || phase == Phase.SENDING) {
            verifications.start(link, round);
        }
    }

    /**
     * Verifies and heals.
     *
     * @param removeForeign whether what is not ours goes too
     * @param result all that differed, with whether it was made right
     */
    public void verify(boolean removeForeign, CompletableFuture<List<Difference>> result) {
        lastVerified = System.nanoTime();
        verify(new Verification(removeForeign ? Purpose.HEAL_AND_REMOVE_FOREIGN : Purpose.HEAL, result));
    }

    /** Verifies and changes nothing. */
    public void inspect(CompletableFuture<List<Difference>> result) {
        verify(new Verification(Purpose.LOOK, result));
    }

    /** Takes what the switch said on its link. */
    public void receive(InboundMessage message) {
        if (message instanceof InboundMessage.FlowDescriptions part) {
            receive(part);
        } else if (message instanceof InboundMessage.MeterDescriptions part) {
            if (!verifications.receive(part)) {
                meters.observe(part.meters());
            }
        } else if (message instanceof InboundMessage.GroupDescriptions part) {
            verifications.receive(part);
        } else if (message instanceof InboundMessage.BundleReply reply) {
            if (phase == Phase.SENDING && reply.xid() == round.commitXid) {
                round.isCommitted = true;
            }
        } else if (message instanceof InboundMessage.BarrierReply reply) {
            if (phase == Phase.SENDING && reply.xid() == round.barrierXid) {
                concluded();
            } else {
                verifications.receive(reply);
                verifications.finish(pruning);
            }
        } else if (message instanceof InboundMessage.Refusal refusal) {
            refused(refusal);
        }
    }

    private void receive(InboundMessage.FlowDescriptions part) {
        DumpCollector dump = dumps.get(part.xid());
        if (dump != null) {
            dump.add(part.flows());
            if (!part.more()) {
                dumps.remove(part.xid()).complete();
            }
        } else if (phase == Phase.DUMPING && part.xid() == flowDumpXid) {
            phaseSince = System.nanoTime();
            flows.observe(part.flows());
            if (!part.more()) {
                dumped();
            }
        } else {
            verifications.receive(part).ifPresent(verification -> {
                verifications.complete(verification, link);
                proceed();
            });
        }
    }

    private void dumped() {
        int different = flows.compare();
        LOG.info(
                "node {}: its switch holds {} of our flows and {} others; {} to be made equal",
                node,
                flows.size(),
                flows.foreign(),
                different);
        enter(Phase.IDLE);
        proceed();
        startVerifications();
    }

    /** Sends the next part of what differs, or acknowledges if nothing does. */
    private void proceed() {
        if (phase != Phase.IDLE) {
            return;
        }
        List<MeterLedger.MeterChange> needed = meters.takeNeeded();
        long since = flows.firstDue();
        List<FlowChange> changes = flows.take(LARGEST_BUNDLE);
        if (!changes.isEmpty()) {
            send(needed, changes, since);
            return;
        }
        List<MeterLedger.MeterChange> unneeded = pruning.everything() ? meters.takeUnneeded() : List.of();
        if (needed.isEmpty() && unneeded.isEmpty()) {
            acknowledge();
            return;
        }
        round = new Round(needed, List.of(), since, link.nextXids(Round.xids(needed.size(), 0)));
        ByteBuf out = link.buffer();
        writeMeters(out, needed);
        for (MeterLedger.MeterChange change : unneeded) {
            RequestEncoder.meterMod(out, link.nextXid(), change.command(), change.meter());
        }
        barrier(out);
    }

    private void writeMeters(ByteBuf out, List<MeterLedger.MeterChange> changes) {
        for (int i = 0; i < changes.size(); i++) {
            MeterLedger.MeterChange change = changes.get(i);
            RequestEncoder.meterMod(out, round.meterXid(i), change.command(), change.meter());
        }
    }

    private void send(List<MeterLedger.MeterChange> needed, List<FlowChange> changes, long since) {
        round = new Round(needed, changes, since, link.nextXids(Round.xids(needed.size(), changes.size())));
        ByteBuf out = link.buffer();
        writeMeters(out, needed);
        RequestEncoder.bundleControl(out, round.openXid(), round.bundle, BundleCommand.OPEN);
        for (int i = 0; i < changes.size(); i++) {
            FlowChange change = changes.get(i);
            try {
                RequestEncoder.bundledFlowMod(
                        out, round.flowXid(i), round.bundle, change.command(), change.flow(), change.cookie());
            } catch (IllegalArgumentException e) {
                LOG.error("node {}: the flow {} cannot be sent: {}", node, text(change), e.getMessage());
                round.refused.add(i);
            }
        }
        RequestEncoder.bundleControl(out, link.nextXid(), round.bundle, BundleCommand.CLOSE);
        round.commitXid = link.nextXid();
        RequestEncoder.bundleControl(out, round.commitXid, round.bundle, BundleCommand.COMMIT);
        barrier(out);
    }

    private void barrier(ByteBuf out) {
        round.barrierXid = link.nextXid();
        RequestEncoder.barrierRequest(out, round.barrierXid);
        round.bytes = out.readableBytes();
        verifications.sent(round);
        link.send(out);
        enter(Phase.SENDING);
    }

    /** All that was sent has been judged and, if it was taken, done. */
    private void concluded() {
        Round done = round;
        if (!done.changes.isEmpty() && !done.isCommitted) {
            fallBack();
            return;
        }
        round = null;
        failures = 0;
        flows.done(done.taken());
        done.refused.forEach(index -> flows.refuse(done.changes.get(index)));
        if (!done.changes.isEmpty()) {
            bundles++;
            flowMods += done.taken().size();
            bundleBytes += done.bytes;
            listener.committed(System.nanoTime() - done.startedAt);
        }
        enter(Phase.IDLE);
        acknowledge();
        proceed();
    }

    /** The switch is as it was before the bundle: leaves out what it refused, or starts over after a rest. */
    private void fallBack() {
        Round failed = round;
        round = null;
        flows.undone(failed.changes, failed.since);
        failed.refused.forEach(index -> flows.refuse(failed.changes.get(index)));
        if (!failed.refused.isEmpty()) {
            enter(Phase.IDLE);
            proceed();
            return;
        }
        failures++;
        LOG.warn(
                "node {}: its switch refused a bundle of {} flows: {}; it is asked again what it holds after a rest",
                node,
                failed.changes.size(),
                failed.failure);
        enter(Phase.RESTING);
    }

    private static String text(FlowChange change) {
        String text = change.flow().toString();
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    private void refused(InboundMessage.Refusal refusal) {
        int flow = round == null ? -1 : round.flowIndex(refusal.xid());
        int meter = round == null ? -1 : round.meterIndex(refusal.xid());
        if (flow >= 0) {
            round.refused.add(flow);
            if (round.refused.size() <= MOST_LOGGED) {
                FlowChange change = round.changes.get(flow);
                LOG.error("node {}: its switch refused {} {}: {}", node, change.command(), text(change), refusal);
            }
        } else if (meter >= 0) {
            LOG.error("node {}: its switch refused {}: {}", node, round.meters.get(meter), refusal);
        } else if (round != null && round.failure == null && dumps.get(refusal.xid()) == null) {
            round.failure = refusal.toString();
        } else {
            DumpCollector dump = dumps.remove(refusal.xid());
            if (dump != null) {
                dump.fail("node " + node + ": its switch refused to tell its flows: " + refusal);
            } else if (!verifications.refused(refusal)) {
                LOG.warn("node {}: its switch refused a request: {}", node, refusal);
            }
        }
    }

    private void acknowledge() {
        long revision = flows.firstDue() - 1;
        if (revision > acknowledged) {
            acknowledged = revision;
        }
        if (revision > 0) {
            listener.acknowledged(node, revision);
        }
        verifications.finish(pruning);
    }

    /** To be called about every second, at least. */
    public void tick() {
        if (link == null) {
            return;
        }
        long now = System.nanoTime();
        long silence = now - link.lastHeard();
        boolean waiting = phase == Phase.DUMPING || phase == Phase.SENDING;
        if (silence > LONGEST_SILENCE) {
            disconnect("nothing heard for " + TimeUnit.NANOSECONDS.toSeconds(silence) + " s");
        } else if (waiting && now - phaseSince > PATIENCE) {
            disconnect("no answer for " + TimeUnit.NANOSECONDS.toSeconds(now - phaseSince) + " s while " + phase);
        } else if (phase == Phase.RESTING && now - phaseSince > rest()) {
            dump();
        } else if (phase == Phase.IDLE && verificationPeriod > 0 && now - lastVerified > verificationPeriod) {
            verify(false, new CompletableFuture<>());
        } else if (silence > SILENCE_BEFORE_ECHO) {
            ByteBuf out = link.buffer();
            RequestEncoder.echoRequest(out, link.nextXid());
            link.send(out);
        }
    }

    private long rest() {
        return Math.min(LONGEST_REST, SHORTEST_REST << Math.min(failures, 16));
    }

    /** Asks the switch for all its flows, ours and others. */
    public void dump(CompletableFuture<List<InstalledFlow>> result) {
        if (link == null) {
            result.completeExceptionally(new IllegalStateException("node " + node + ": its switch is not connected"));
            return;
        }
        int xid = link.nextXid();
        dumps.put(xid, new DumpCollector(result));
        ByteBuf out = link.buffer();
        RequestEncoder.flowDescriptionRequest(out, xid);
        link.send(out);
    }

    /** Sends a packet; answers whether it was handed over. */
    public boolean send(PacketOut packet) {
        if (link == null || !link.isWritable()) {
            return false;
        }
        ByteBuf out = link.buffer();
        try {
            RequestEncoder.packetOut(out, link.nextXid(), packet);
        } catch (IllegalArgumentException e) {
            out.release();
            LOG.warn("node {}: a packet cannot be sent: {}", node, e.getMessage());
            return false;
        }
        link.send(out);
        return true;
    }

    /** How it stands. */
    public SwitchStatus status() {
        return new SwitchStatus(
                node,
                datapathId,
                link != null,
                link == null ? "" : link.peer(),
                phase.name(),
                flows.wanted(),
                flows.size(),
                flows.foreign(),
                flows.refused(),
                flows.queued(),
                bundles,
                flowMods,
                bundleBytes,
                bytesOfPastLinks + (link == null ? 0 : link.bytesSent()),
                acknowledged);
    }
}
