package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.incremental.Item;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Field;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Match;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;
import org.karst.questions.Plan;

/**
 * Which connections between pods are admitted, of each kind that policies can tell apart: protocols, and ports up to the next
 * one that some flow names.
 *
 * @param pods the pods that are compared with each other
 * @param kinds protocols and ports
 * @param complete whether these are all pods
 */
record Decisions(SortedMap<AttachmentKey, Attachment> pods, List<Probe> kinds, boolean complete) {
    private static final long MOST = 200_000;
    private static final int LARGEST_PORT = 0xffff;
    private static final int SOURCE_PORT = 40_000;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO_REQUEST_V6 = 128;

    /** A protocol and ports that no flow tells apart. */
    record Probe(int protocol, int first, int last) {
        private String text() {
            String ports = first == last ? String.valueOf(first) : first + "-" + last;
            return switch (protocol) {
                case Connection.TCP -> "tcp " + ports;
                case Connection.UDP -> "udp " + ports;
                case Connection.SCTP -> "sctp " + ports;
                default -> "icmp";
            };
        }
    }

    /** Where other ports of a protocol begin. */
    private record Start(int protocol, int port) implements Comparable<Start> {
        @Override
        public int compareTo(Start other) {
            return protocol == other.protocol
                    ? Integer.compare(port, other.port)
                    : Integer.compare(protocol, other.protocol);
        }
    }

    /** Chooses what to compare: by the ports that flows before and after name. */
    static Decisions of(View view, Collection<Item> flows) {
        SortedSet<Start> starts = new TreeSet<>();
        starts.add(new Start(Connection.ICMP, 0));
        for (int protocol : List.of(Connection.TCP, Connection.UDP, Connection.SCTP)) {
            starts.add(new Start(protocol, 1));
        }
        flows.forEach(item -> {
            if (item instanceof FlowItem flow) {
                add(flow.flow().match(), starts);
            }
        });
        List<Probe> kinds = probes(List.copyOf(starts));
        SortedMap<AttachmentKey, Attachment> pods = new TreeMap<>();
        boolean complete = true;
        for (AttachmentKey key : view.all(World.ATTACHMENTS)) {
            long next = pods.size() + 1L;
            if (next * next * kinds.size() > MOST) {
                complete = false;
                break;
            }
            view.get(World.ATTACHMENTS, key).ifPresent(row -> pods.put(key, row));
        }
        return new Decisions(pods, kinds, complete);
    }

    private static List<Probe> probes(List<Start> starts) {
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            Start start = starts.get(i);
            boolean last = i + 1 == starts.size() || starts.get(i + 1).protocol() != start.protocol();
            probes.add(new Probe(
                    start.protocol(),
                    start.port(),
                    last ? LARGEST_PORT : starts.get(i + 1).port() - 1));
        }
        return probes;
    }

    private static void add(Match match, SortedSet<Start> starts) {
        port(match, Field.TCP_DST, Connection.TCP, starts);
        port(match, Field.UDP_DST, Connection.UDP, starts);
        port(match, Field.SCTP_DST, Connection.SCTP, starts);
    }

    /** A masked range begins at its value, and another kind of traffic begins behind it. */
    private static void port(Match match, Field field, int protocol, SortedSet<Start> starts) {
        if (match.has(field)) {
            int first = (int) match.value(field).low();
            int last = first | (int) (~match.mask(field).low() & LARGEST_PORT);
            starts.add(new Start(protocol, Math.max(1, first)));
            if (last < LARGEST_PORT) {
                starts.add(new Start(protocol, last + 1));
            }
        }
    }

    long size() {
        return (long) pods.size() * Math.max(0, pods.size() - 1) * kinds.size();
    }

    /** Which of them are admitted, in the order of {@link #changes}. */
    BitSet admitted(View view) {
        BitSet admitted = new BitSet();
        int at = 0;
        for (var from : pods.entrySet()) {
            for (var to : pods.entrySet()) {
                if (from.getKey().equals(to.getKey())) {
                    continue;
                }
                for (Probe probe : kinds) {
                    admitted.set(
                            at++, isAdmitted(view, from.getKey(), from.getValue(), to.getKey(), to.getValue(), probe));
                }
            }
        }
        return admitted;
    }

    private static boolean isAdmitted(
            View view, AttachmentKey from, Attachment source, AttachmentKey to, Attachment destination, Probe probe) {
        for (Family family : Family.values()) {
            if (source.ip(family).isPresent() && destination.ip(family).isPresent()) {
                Connection connection = connection(
                        source.ip(family).get(), destination.ip(family).get(), probe);
                return passes(view, new Subject(from, Direction.EGRESS), connection)
                        && passes(view, new Subject(to, Direction.INGRESS), connection);
            }
        }
        return false;
    }

    private static Connection connection(Ip source, Ip destination, Probe probe) {
        boolean six = source.family() == Family.IPV6;
        return probe.protocol() == Connection.ICMP
                ? new Connection(
                        source,
                        destination,
                        six ? Connection.ICMPV6 : Connection.ICMP,
                        six ? ECHO_REQUEST_V6 : ECHO_REQUEST,
                        0)
                : new Connection(source, destination, probe.protocol(), SOURCE_PORT, probe.first());
    }

    private static boolean passes(View view, Subject subject, Connection connection) {
        return Judge.ask(view, subject, connection).values().stream()
                .noneMatch(judgement -> judgement.outcome() == Judgement.Outcome.DENY);
    }

    /** What differs between two. */
    List<Plan.VerdictChange> changes(BitSet before, BitSet after) {
        List<Plan.VerdictChange> changes = new ArrayList<>();
        int at = 0;
        for (var from : pods.entrySet()) {
            for (var to : pods.entrySet()) {
                if (from.getKey().equals(to.getKey())) {
                    continue;
                }
                for (Probe probe : kinds) {
                    if (before.get(at) != after.get(at)) {
                        changes.add(new Plan.VerdictChange(
                                from.getValue().pod().toString(),
                                to.getValue().pod().toString(),
                                probe.text(),
                                after.get(at)));
                    }
                    at++;
                }
            }
        }
        return changes;
    }
}
