package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.karst.model.Ip;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.karst.questions.QuestionException;
import org.karst.questions.Trace;
import org.karst.unixctl.ControlException;
import org.karst.unixctl.PacketTrace;
import org.karst.unixctl.SwitchControl;

/** Follows a packet from switch to switch. It belongs to one question; its steps come one after the other. */
public final class TraceWalk {
    private static final int MOST_HOPS = 4;
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MILLISECONDS = 100;

    private final TraceStart start;
    private final SwitchControl control;
    private final Function<String, CompletionStage<TracedSwitch>> switches;
    private final List<Trace.Hop> hops = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    /** A packet at the door of a switch. */
    private record Arriving(String node, int inPort, String packet) {
        String flow() {
            return "in_port=" + inPort + "," + packet;
        }
    }

    /** How it ends: where it arrived, or why it does not. */
    private record End(boolean admitted, String outcome) {}

    /** A walk from here. */
    public TraceWalk(
            TraceStart start, SwitchControl control, Function<String, CompletionStage<TracedSwitch>> switches) {
        this.start = start;
        this.control = control;
        this.switches = switches;
    }

    /** Takes it. */
    public CompletionStage<Trace> trace() {
        return follow(new Arriving(start.node(), start.inPort(), start.packet()))
                .thenApply(this::answer);
    }

    private Trace answer(End end) {
        return new Trace(
                start.revision(),
                start.from().answer(start.source()),
                start.to().answer(start.destination()),
                start.request().protocol().toString(),
                start.request().port(),
                end.admitted(),
                end.outcome(),
                hops,
                warnings);
    }

    private CompletionStage<End> follow(Arriving arriving) {
        if (hops.size() == MOST_HOPS) {
            return CompletableFuture.completedFuture(
                    new End(false, "after " + MOST_HOPS + " nodes it is still on its way: it goes round in circles"));
        }
        return switches.apply(arriving.node())
                .thenCompose(known -> ask(arriving, 1).thenCompose(trace -> passed(known, arriving, trace)));
    }

    private CompletionStage<PacketTrace> ask(Arriving arriving, int attempt) {
        return control.call(arriving.node(), "ofproto/trace", World.INTEGRATION_BRIDGE, arriving.flow())
                .exceptionally(failure -> {
                    throw refusal(failure);
                })
                .thenApply(PacketTrace::parse)
                .thenCompose(trace -> trace.unresolved() && attempt < ATTEMPTS
                        ? CompletableFuture.supplyAsync(
                                        () -> attempt + 1,
                                        CompletableFuture.delayedExecutor(PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS))
                                .thenCompose(next -> ask(arriving, next))
                        : CompletableFuture.completedFuture(trace));
    }

    private static RuntimeException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ControlException refused
                ? QuestionException.unavailable(refused.getMessage()
                        + "; is ovs-vswitchd running there, and does etc/org.karst.unixctl.cfg name its"
                        + " control socket?")
                : new CompletionException(cause);
    }

    private CompletionStage<End> passed(TracedSwitch known, Arriving arriving, PacketTrace trace) {
        String enters = known.describe(known.port(arriving.inPort()));
        boolean dropped = trace.outputs().isEmpty();
        List<Trace.Visit> visits = known.story().visits(trace, start.judgementsOn(known.node()), dropped);
        visits.forEach(visit -> compare(known.node(), visit));
        if (dropped) {
            String why = reason(known.node(), visits);
            hops.add(new Trace.Hop(known.node(), enters, arriving.flow(), visits, "it does not leave"));
            return CompletableFuture.completedFuture(new End(false, why));
        }
        PacketTrace.Output output = trace.outputs().get(0);
        String port = known.port(output.port());
        boolean tunnel = port.equals(Topology.TUNNEL_PORT);
        String next =
                tunnel ? known.nodesByAddress().getOrDefault(output.tunnel().destination(), "") : "";
        hops.add(new Trace.Hop(
                known.node(),
                enters,
                arriving.flow(),
                visits,
                "out by " + known.describe(port)
                        + (tunnel ? " to " + output.tunnel().destination() : "")));
        if (!tunnel) {
            return CompletableFuture.completedFuture(arrived(known, port));
        }
        if (next.isEmpty()) {
            return CompletableFuture.completedFuture(new End(
                    false,
                    "node " + known.node() + " sends it into a tunnel to "
                            + output.tunnel().destination() + ", which is the address of no node"));
        }
        return switches.apply(next).thenCompose(there -> follow(tunnelled(known, output, there)));
    }

    private static Arriving tunnelled(TracedSwitch from, PacketTrace.Output output, TracedSwitch to) {
        String destination = output.tunnel().destination();
        String source = output.tunnel().source().isEmpty()
                ? from.tunnelAddress().map(Ip::toString).orElse("")
                : output.tunnel().source();
        String outer = destination.contains(":") ? "tun_ipv6" : "tun";
        return new Arriving(
                to.node(),
                to.tunnelPort()
                        .orElseThrow(() -> QuestionException.notFound("the switch of node " + to.node()
                                + " has no tunnel port yet; karst:nodes tells how far it is")),
                outer + "_src=" + source + "," + outer + "_dst=" + destination + "," + output.packet());
    }

    private End arrived(TracedSwitch known, String port) {
        boolean there = port.equals(start.arrival())
                && (start.to().isOutside() || start.to().node().equals(known.node()));
        if (!there) {
            return new End(
                    false,
                    "node " + known.node() + " sends it out by " + known.describe(port) + ", which is not where "
                            + start.to().name() + " is");
        }
        return new End(
                true,
                start.to().isOutside()
                        ? "node " + known.node() + " takes it, and sends it on by its own routes"
                        : "it arrives at " + start.to().name() + " by " + known.describe(port));
    }

    private static String reason(String node, List<Trace.Visit> visits) {
        if (visits.isEmpty()) {
            return "node " + node + " drops it before any stage takes it";
        }
        Trace.Visit last = visits.get(visits.size() - 1);
        String place = "dropped on node " + node + " in slot " + last.slot()
                + (last.stage().isEmpty() ? "" : " by stage " + last.stage());
        Optional<Trace.Verdict> denied = last.verdict().filter(verdict -> verdict.outcome() == Outcome.DENY);
        if (denied.isPresent()) {
            Trace.Verdict verdict = denied.get();
            return place
                    + verdict.responsible().map(rule -> ", because of " + rule).orElse("")
                    + (verdict.reason().isEmpty() ? "" : ": " + verdict.reason());
        }
        Trace.Met met = last.flows().get(last.flows().size() - 1);
        return place + ": "
                + (met.priority().filter(priority -> priority > 0).isEmpty()
                        ? "no flow of table " + met.table() + " is about it"
                        : "by the flow table=" + met.table() + ",priority="
                                + met.priority().get() + "," + met.match());
    }

    /** The rules and the flows must say the same. */
    private void compare(String node, Trace.Visit visit) {
        visit.verdict().map(Trace.Verdict::outcome).ifPresent(outcome -> {
            if (visit.dropped() != (outcome == Outcome.DENY)) {
                warnings.add("in slot " + visit.slot() + " on node " + node + " the rules say "
                        + TextTable.words(outcome) + ", but the switch " + (visit.dropped() ? "drops" : "admits")
                        + " the packet: they have just changed (ask again), or karst:status names what has failed");
            }
        });
    }
}
