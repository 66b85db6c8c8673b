package org.karst.questions.internal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.karst.controller.Inspection;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Subject;
import org.karst.pipeline.Topology;
import org.karst.questions.QuestionException;
import org.karst.questions.TraceRequest;

/**
 * Where a traced packet begins, where it shall arrive, and what the rules say of it.
 *
 * @param revision the settlement of this picture
 * @param request what was asked
 * @param from who sends
 * @param to who shall receive
 * @param source the address of the sender
 * @param destination the address of the receiver
 * @param node where the packet enters a switch
 * @param inPort by which port
 * @param packet how it looks there, as {@code ofproto/trace} takes it
 * @param arrival the name of the port by which it arrives
 * @param judgements by slot: on the node of the sender those of egress, on that of the receiver those of ingress
 */
public record TraceStart(
        long revision,
        TraceRequest request,
        TraceEnd from,
        TraceEnd to,
        Ip source,
        Ip destination,
        String node,
        int inPort,
        String packet,
        String arrival,
        SortedMap<Slot, Judgement> judgements) {
    private static final int SOURCE_PORT = 40_000;
    private static final int TTL = 64;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REQUEST_V6 = 128;

    /** Reads a request; fails if an end of it does not exist. */
    public static Supplier<TraceStart> of(Inspection inspection, TraceRequest request) {
        long revision = inspection.revision();
        TraceStart start = inspection.read(view -> of(view, revision, request));
        return () -> start;
    }

    private static TraceStart of(View view, long revision, TraceRequest request) {
        TraceEnd from = TraceEnd.find(view, request.source());
        TraceEnd to = TraceEnd.find(view, request.destination());
        if (!from.isPod() && !to.isPod()) {
            throw QuestionException.invalid(from.name() + " and " + to.name()
                    + " are no pods of the cluster's network: what they send each other does not pass through it");
        }
        Family family = family(request, from, to);
        Ip source = TraceEnd.of(from.sources(), family).orElseThrow();
        Ip destination = TraceEnd.of(to.targets(), family).orElseThrow();
        if (from.isPod() && from.attachment().equals(to.attachment())) {
            throw QuestionException.invalid(
                    from.name() + " reaches itself without the network, and no policy can forbid that");
        }
        String node = from.isOutside() ? to.node() : from.node();
        // What is neither a pod nor this node is what some node's kernel lets in: it begins where it is received.
        String port = from.port(view);
        int number = Topology.ofport(view, node, port)
                .orElseThrow(() -> QuestionException.notFound("the switch of node " + node + " has no port " + port
                        + " yet; karst:nodes and karst:pods tell how far it is"));
        String packet = packet(
                request,
                family,
                mac(from.mac(view, node), node),
                mac(TraceEnd.neighbour(view, node, destination), node),
                source,
                destination);
        SortedMap<Slot, Judgement> judgements = new TreeMap<>();
        Connection connection = connection(request, family, source, destination);
        from.attachment().ifPresent(key -> judgements.putAll(judge(view, key, Direction.EGRESS, connection)));
        to.attachment().ifPresent(key -> judgements.putAll(judge(view, key, Direction.INGRESS, connection)));
        return new TraceStart(
                revision, request, from, to, source, destination, node, number, packet, to.port(view), judgements);
    }

    private static SortedMap<Slot, Judgement> judge(
            View view, AttachmentKey key, Direction direction, Connection connection) {
        return Judge.ask(view, new Subject(key, direction), connection);
    }

    private static MacAddress mac(Optional<MacAddress> found, String node) {
        return found.orElseThrow(() ->
                QuestionException.notFound("node " + node + " has no subnet yet; karst:nodes tells how far it is"));
    }

    private static Family family(TraceRequest request, TraceEnd from, TraceEnd to) {
        return Arrays.stream(Family.values())
                .filter(family -> request.family().isEmpty() || request.family().get() == family)
                .filter(family -> TraceEnd.of(from.sources(), family).isPresent()
                        && TraceEnd.of(to.targets(), family).isPresent())
                .findFirst()
                .orElseThrow(() -> QuestionException.invalid(from.name() + " and " + to.name()
                        + (request.family().isEmpty()
                                ? " have no family of addresses in common"
                                : " have not both an " + name(request.family().get()) + " address")));
    }

    private static String name(Family family) {
        return switch (family) {
            case IPV4 -> "IPv4";
            case IPV6 -> "IPv6";
        };
    }

    private static Connection connection(TraceRequest request, Family family, Ip source, Ip destination) {
        boolean icmp = request.protocol() == TraceRequest.Protocol.ICMP;
        int echo = family == Family.IPV4 ? ECHO_REQUEST : ECHO_REQUEST_V6;
        return new Connection(
                source,
                destination,
                request.protocol().number(family),
                icmp ? echo : SOURCE_PORT,
                icmp ? 0 : request.port());
    }

    private static String packet(
            TraceRequest request, Family family, MacAddress from, MacAddress to, Ip source, Ip destination) {
        boolean six = family == Family.IPV6;
        String name = request.protocol() + (six ? "6" : "");
        String ports =
                switch (request.protocol()) {
                    case ICMP ->
                        six
                                ? "icmpv6_type=" + ECHO_REQUEST_V6 + ",icmpv6_code=0"
                                : "icmp_type=" + ECHO_REQUEST + ",icmp_code=0";
                    case TCP, UDP, SCTP ->
                        String.format(
                                Locale.ROOT,
                                "%1$s_src=%2$d,%1$s_dst=%3$d",
                                request.protocol(),
                                SOURCE_PORT,
                                request.port());
                };
        String ip = six ? "ipv6" : "nw";
        return name + ",dl_src=" + from + ",dl_dst=" + to + "," + ip + "_src=" + source + "," + ip + "_dst="
                + destination + ",nw_ttl=" + TTL + "," + ports;
    }

    /** What the rules say in the slots of a node. */
    SortedMap<Slot, Judgement> judgementsOn(String place) {
        SortedMap<Slot, Judgement> here = new TreeMap<>(judgements);
        // Egress slots come before routing, ingress slots after it.
        if (!place.equals(from.node())) {
            here.headMap(Slot.ROUTING).clear();
        }
        if (!place.equals(to.node())) {
            here.tailMap(Slot.ROUTING).clear();
        }
        return here;
    }
}
