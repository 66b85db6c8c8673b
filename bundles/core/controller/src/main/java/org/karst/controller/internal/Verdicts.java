package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Bits;
import org.karst.pipeline.CtState;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Register;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * VERDICT: connections that were admitted pass by the policy slots, as long as they carry the verdict in force.
 *
 * <p>The label of a connection holds, for each direction, a hash of all that its pod's policies decide. Equal: the packet
 * has been judged. Unequal: a packet of the original direction goes through the policy slots like a first one, and COMMIT
 * writes the new hash if it gets there; a reply waits while the connection's first packet, made up from it, goes through the
 * policy slots, and passes if that one gets to their end. So nothing is ever flushed, translated connections stay whole, and
 * what is denied now stops in both directions.
 */
final class Verdicts {
    /** The verdict in force: 0 if no policy is about the subject, else 1 to 2^32 − 1. */
    static final Query<Subject, Long> SUM = Query.of("verdicts", Verdicts::sum);

    /** Judged egress ends at this gate, where firewalls begin: they look at first packets alone. */
    private static final Slot EGRESS_END = Slot.EGRESS_FIREWALL;

    static final Slot INGRESS_BEGIN = Slot.INGRESS_ADMIN;
    private static final Slot INGRESS_END = Slot.QOS_INGRESS;

    private static final TableRef ADDRESSES = new TableRef(Slot.VERDICT, 1, "VERDICT_ADDRESSES");
    private static final TableRef DIRECTIONS = new TableRef(Slot.VERDICT, 2, "VERDICT_DIRECTIONS");
    private static final TableRef EGRESS = new TableRef(Slot.VERDICT, 3, "VERDICT_EGRESS");
    private static final TableRef EGRESS_STALE = new TableRef(Slot.VERDICT, 4, "VERDICT_EGRESS_STALE");
    private static final TableRef INGRESS = new TableRef(Slot.VERDICT, 5, "VERDICT_INGRESS");
    private static final TableRef INGRESS_STALE = new TableRef(Slot.VERDICT, 6, "VERDICT_INGRESS_STALE");
    private static final TableRef END = new TableRef(Slot.VERDICT, 7, "VERDICT_END");

    /** Scratch: the port of the pod that opened the connection. */
    private static final FieldRange SOURCE = Field.REG10.range(0, 15);
    /** Scratch: the port of the pod that the connection was opened to. */
    private static final FieldRange DESTINATION = Field.REG11.range(0, 15);
    /** Scratch: the port of the pod whose address the packet is sent to. */
    private static final FieldRange ADDRESSEE = Field.REG12.range(0, 15);

    private static final int POD = 100;
    private static final int FRESH = 110;
    private static final int EXCEPTION = 200;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;

    private Verdicts() {}

    static Stage stage() {
        return Stage.of(
                "verdict",
                Slot.VERDICT,
                Match.all(),
                List.of(ADDRESSES, DIRECTIONS, EGRESS, EGRESS_STALE, INGRESS, INGRESS_STALE, END),
                List.of(
                        new Rule<>("verdict", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Verdicts::node),
                        new Rule<>("verdict-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS), Verdicts::pod)));
    }

    private static long sum(View view, Subject subject) {
        long sum = 0;
        boolean any = false;
        for (long verdict : verdicts(view, subject).values()) {
            any |= verdict != 0;
            sum = 31 * sum + verdict;
        }
        long folded = (sum ^ sum >>> 32) & 0xffff_ffffL;
        return any && folded == 0 ? 1 : folded;
    }

    /** By place: of features that are bound, and of those that left theirs in force. */
    private static SortedMap<String, Long> verdicts(View view, Subject subject) {
        SortedMap<String, Long> verdicts = new TreeMap<>();
        for (String feature : view.all(DepartedFeature.DEPARTED)) {
            view.get(DepartedFeature.DEPARTED, feature).ifPresent(left -> left.verdicts()
                    .forEach((name, values) -> verdicts.put(name, values.getOrDefault(subject, 0L))));
        }
        for (String name : view.all(World.VERDICTS)) {
            view.get(World.VERDICTS, name).ifPresent(query -> verdicts.put(name, view.get(query, subject)));
        }
        return verdicts;
    }

    /** Where a stage comes to its end while a connection is judged: it was admitted. */
    static List<Flow> ends() {
        return List.of(end(EGRESS_END, Abi.EGRESS_JUDGED), end(INGRESS_END, Abi.INGRESS_JUDGED));
    }

    private static Flow end(Slot slot, Register<Boolean> judged) {
        return Flow.inGate(slot)
                .priority(EXCEPTION)
                .when(Match.all().and(Abi.JUDGE, true))
                .set(judged, true);
    }

    static Optional<Integer> port(View view, AttachmentKey key) {
        return view.get(World.ATTACHMENTS, key)
                .flatMap(attachment -> Topology.ofport(view, key.node(), attachment.port()));
    }

    static Match port(FieldRange scratch, int port) {
        return Match.all().and(scratch.field(), Bits.of(port), scratch.mask());
    }

    private static List<Item> node(View view, String node) {
        List<Flow> flows = new ArrayList<>();
        flows.add(Flow.in(ADDRESSES)
                .then(new Action.SetField(ADDRESSEE, Bits.ZERO), new Action.Goto(DIRECTIONS.number())));
        directions(flows);
        flows.add(Flow.in(EGRESS).then(new Action.Goto(INGRESS.number())));
        judgement(
                flows, EGRESS_STALE, Abi.EGRESS_JUDGED, Slot.VERDICT.following().orElseThrow(), INGRESS);
        flows.add(Flow.in(INGRESS).priority(EXCEPTION).when(reply().and(Abi.EGRESS_JUDGED, false)));
        flows.add(Flow.in(INGRESS)
                .priority(EXCEPTION)
                .when(Match.all().and(Abi.MARK_EXEMPT, true).and(Abi.EGRESS_JUDGED, true))
                .set(Abi.INGRESS_JUDGED, true)
                .then(new Action.Goto(END.number())));
        flows.add(Flow.in(INGRESS).then(new Action.Goto(END.number())));
        judgement(flows, INGRESS_STALE, Abi.INGRESS_JUDGED, INGRESS_BEGIN, END);
        flows.add(Flow.in(END).priority(EXCEPTION).when(reply().and(Abi.INGRESS_JUDGED, false)));
        flows.add(Flow.in(END).then(Slot.VERDICT.next()));
        return flows.stream().map(flow -> (Item) FlowItem.on(node, flow)).toList();
    }

    private static Match reply() {
        return Match.all().with(CtState.TRK, CtState.RPL).without(CtState.INV);
    }

    /** Errors about a connection pass; replies pass unless a verdict is stale; what is invalid is judged like a first packet. */
    private static void directions(List<Flow> flows) {
        flows.add(Flow.in(DIRECTIONS)
                .priority(EXCEPTION)
                .when(Match.all().with(CtState.TRK, CtState.REL).without(CtState.INV))
                .set(Abi.EGRESS_JUDGED, true)
                .set(Abi.INGRESS_JUDGED, true)
                .then(new Action.Goto(END.number())));
        flows.add(Flow.in(DIRECTIONS)
                .priority(POD)
                .when(reply())
                .then(new Action.Move(ADDRESSEE, SOURCE), new Action.Move(Field.IN_PORT.whole(), DESTINATION))
                .set(Abi.EGRESS_JUDGED, true)
                .set(Abi.INGRESS_JUDGED, true)
                .then(new Action.Goto(EGRESS.number())));
        flows.add(Flow.in(DIRECTIONS)
                .priority(POD)
                .when(Match.all().with(CtState.TRK).without(CtState.INV, CtState.RPL))
                .then(
                        new Action.Move(Field.IN_PORT.whole(), SOURCE),
                        new Action.Move(ADDRESSEE, DESTINATION),
                        new Action.Goto(EGRESS.number())));
        flows.add(Flow.in(DIRECTIONS).then(new Action.Goto(END.number())));
    }

    /** A stale reply waits while the connection's first packet is judged. */
    private static void judgement(
            List<Flow> flows, TableRef table, Register<Boolean> judged, Slot begin, TableRef after) {
        for (Family family : Family.values()) {
            for (int protocol : new int[] {TCP, UDP, SCTP}) {
                Match match = reply().and(Field.ETH_TYPE, Match.of(family).value(Field.ETH_TYPE))
                        .and(Field.NW_PROTO, protocol);
                flows.add(judgement(table, match, judged, begin, after, tuple(family, protocol))
                        .priority(EXCEPTION));
            }
            Match match = reply().and(Field.ETH_TYPE, Match.of(family).value(Field.ETH_TYPE));
            flows.add(judgement(table, match, judged, begin, after, tuple(family, 0))
                    .priority(POD));
        }
        flows.add(Flow.in(table).then(new Action.Goto(after.number())));
    }

    private static Flow judgement(
            TableRef table, Match match, Register<Boolean> judged, Slot begin, TableRef after, List<Field[]> tuple) {
        Flow flow = Flow.in(table).when(match).set(Abi.JUDGE, true).set(judged, false);
        for (Field[] ends : tuple) {
            flow = flow.then(new Action.Push(ends[0].whole()), new Action.Push(ends[1].whole()));
        }
        for (Field[] ends : tuple) {
            flow = flow.then(
                    new Action.Push(ends[0].whole()),
                    new Action.Push(ends[1].whole()),
                    new Action.Pop(ends[0].whole()),
                    new Action.Pop(ends[1].whole()));
        }
        flow = flow.then(new Action.Resubmit(begin.gate()));
        for (int i = tuple.size() - 1; i >= 0; i--) {
            flow = flow.then(new Action.Pop(tuple.get(i)[1].whole()), new Action.Pop(tuple.get(i)[0].whole()));
        }
        return flow.set(Abi.JUDGE, false).then(new Action.Goto(after.number()));
    }

    /** Source and destination: addresses, and ports where the protocol has them. */
    private static List<Field[]> tuple(Family family, int protocol) {
        Field[] addresses =
                switch (family) {
                    case IPV4 -> new Field[] {Field.NW_SRC, Field.NW_DST};
                    case IPV6 -> new Field[] {Field.IPV6_SRC, Field.IPV6_DST};
                };
        return switch (protocol) {
            case TCP -> List.of(addresses, new Field[] {Field.TCP_SRC, Field.TCP_DST});
            case UDP -> List.of(addresses, new Field[] {Field.UDP_SRC, Field.UDP_DST});
            case SCTP -> List.of(addresses, new Field[] {Field.SCTP_SRC, Field.SCTP_DST});
            default -> List.<Field[]>of(addresses);
        };
    }

    /** For a pod that some policy is about: which packets are about it, and which of them have been judged. */
    private static List<Item> pod(View view, AttachmentKey key) {
        long egress = view.get(SUM, new Subject(key, Direction.EGRESS));
        long ingress = view.get(SUM, new Subject(key, Direction.INGRESS));
        Optional<Integer> port = egress == 0 && ingress == 0 ? Optional.empty() : port(view, key);
        if (port.isEmpty()) {
            return List.of();
        }
        List<Flow> flows = new ArrayList<>();
        for (Ip address : view.get(World.ATTACHMENTS, key).map(Attachment::ips).orElse(List.of())) {
            flows.add(Flow.in(ADDRESSES)
                    .priority(POD)
                    .when(Match.all().destination(address.single()))
                    .then(new Action.SetField(ADDRESSEE, Bits.of(port.get())), new Action.Goto(DIRECTIONS.number())));
        }
        if (egress != 0) {
            flows.add(Flow.in(EGRESS)
                    .priority(FRESH)
                    .when(port(SOURCE, port.get()).and(Abi.LABEL_EGRESS, egress))
                    .set(Abi.EGRESS_JUDGED, true)
                    .then(new Action.Goto(INGRESS.number())));
            flows.add(Flow.in(EGRESS)
                    .priority(POD)
                    .when(port(SOURCE, port.get()))
                    .set(Abi.STALE, true)
                    .then(new Action.Goto(EGRESS_STALE.number())));
        }
        if (ingress != 0) {
            flows.add(Flow.in(INGRESS)
                    .priority(FRESH)
                    .when(port(DESTINATION, port.get()).and(Abi.LABEL_INGRESS, ingress))
                    .set(Abi.INGRESS_JUDGED, true)
                    .then(new Action.Goto(END.number())));
            flows.add(Flow.in(INGRESS)
                    .priority(POD)
                    .when(port(DESTINATION, port.get()))
                    .set(Abi.STALE, true)
                    .then(new Action.Goto(INGRESS_STALE.number())));
        }
        return flows.stream().map(flow -> (Item) FlowItem.on(key.node(), flow)).toList();
    }
}
