package org.karst.auditlog;

import java.util.ArrayList;
import java.util.List;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.Origin;
import org.karst.pipeline.Register;
import org.karst.pipeline.Rehearsal;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * The flows: for a subject of which something is to be told, EGRESS and INGRESS ask the policy slots as VERDICT does for
 * replies, with JUDGE set, so that nothing is done about the packet; the tables behind them see by the JUDGED bit whether it got
 * through, send their copy, and clear the bit. The copy is sent because the namespace wants to know of that verdict, or because the rule that
 * they came by says TELL. Of a subject in dry run the first packet of each connection is sent up, with a
 * meter of its own so that it takes no room from what is really decided: only the controller knows what would be decided.
 */
final class AuditStage {
    private static final TableRef EGRESS = new TableRef(Slot.AUDIT, 1, "AUDIT_EGRESS");
    private static final TableRef EGRESS_SAID = new TableRef(Slot.AUDIT, 2, "AUDIT_EGRESS_SAID");
    private static final TableRef INGRESS = new TableRef(Slot.AUDIT, 3, "AUDIT_INGRESS");
    private static final TableRef INGRESS_SAID = new TableRef(Slot.AUDIT, 4, "AUDIT_INGRESS_SAID");

    private static final int EXCEPTION = 200;
    private static final int REHEARSED = 110;
    private static final int SUBJECT = 100;
    private static final int ADDRESSEE = 90;
    private static final int TOLD = 50;
    private static final int ADMITTED = 10;

    private final int rate;

    /**
     * The stage.
     *
     * @param rate how many packets a second a node may send to the controller
     */
    AuditStage(int rate) {
        this.rate = rate;
    }

    /** The tables of a direction. */
    private record Side(
            Direction direction,
            TableRef first,
            TableRef said,
            Register<Boolean> judged,
            Register<Boolean> decided,
            Slot policies,
            Action passing) {
        static final Side EGRESS_SIDE = new Side(
                Direction.EGRESS,
                EGRESS,
                EGRESS_SAID,
                Abi.EGRESS_JUDGED,
                Abi.EGRESS_DECIDED,
                Slot.EGRESS_ADMIN,
                new Action.Goto(INGRESS.number()));
        static final Side INGRESS_SIDE = new Side(
                Direction.INGRESS,
                INGRESS,
                INGRESS_SAID,
                Abi.INGRESS_JUDGED,
                Abi.INGRESS_DECIDED,
                Slot.INGRESS_ADMIN,
                Slot.AUDIT.next());

        /** What the policy slots would judge: not what they have judged already, nor what they exempt. */
        Match unjudged(Ip subject) {
            return of(subject).and(judged, false);
        }

        /** Runs the policy slots for their verdict alone; they will be asked again, and by then nobody has decided yet. */
        Action[] asking() {
            return new Action[] {
                write(Abi.JUDGE, true),
                write(Abi.TELL, false),
                new Action.Resubmit(policies.gate()),
                write(Abi.JUDGE, false),
                write(decided, false),
                new Action.Goto(said.number())
            };
        }

        /** Sends a copy of what they said so of; what they admit goes on. */
        Flow onward(Flow flow, Verdict verdict) {
            Flow told = flow.then(AuditAnswer.of(direction, verdict).ask(Stage.meter(EGRESS)));
            return verdict == Verdict.ALLOW ? told.set(judged, false).then(passing) : told.then(Slot.AUDIT.next());
        }

        private static Action write(Register<Boolean> register, boolean value) {
            return new Action.SetField(register.range(), register.encode(value));
        }

        /** What they said of that. */
        Match said(Ip subject, Verdict verdict) {
            return of(subject).and(judged, verdict == Verdict.ALLOW);
        }

        private Match of(Ip subject) {
            return switch (direction) {
                case EGRESS -> Match.all().source(subject.single());
                case INGRESS -> Match.all().destination(subject.single()).and(Abi.EXEMPT, false);
            };
        }
    }

    Stage stage() {
        return Stage.of(
                        "audit-log",
                        Slot.AUDIT,
                        Match.all(),
                        List.of(EGRESS, EGRESS_SAID, INGRESS, INGRESS_SAID),
                        List.of(
                                new Rule<>("audit-log", Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::node),
                                new Rule<>(
                                        "audit-log-subjects",
                                        Scope.ZONE,
                                        Keys.of(World.ATTACHMENTS),
                                        AuditStage::subjects)))
                .answering(AuditAnswer.all().toArray(Answer[]::new));
    }

    private List<Item> node(View view, String node) {
        List<Item> items = new ArrayList<>();
        items.add(new Meter(node, Stage.meter(EGRESS), rate, rate));
        items.add(new Meter(node, Stage.meter(EGRESS_SAID), rate, rate));
        List<Flow> flows = List.of(
                Flow.in(EGRESS)
                        .priority(EXCEPTION)
                        .when(Match.all().and(Abi.JUDGE, true))
                        .then(Slot.AUDIT.next()),
                Flow.in(EGRESS).then(new Action.Goto(INGRESS.number())),
                Flow.in(INGRESS).then(Slot.AUDIT.next()),
                admitted(Side.EGRESS_SIDE),
                toldByRule(Side.EGRESS_SIDE, Verdict.ALLOW),
                toldByRule(Side.EGRESS_SIDE, Verdict.DROP),
                Flow.in(EGRESS_SAID).then(Slot.AUDIT.next()),
                admitted(Side.INGRESS_SIDE),
                toldByRule(Side.INGRESS_SIDE, Verdict.ALLOW),
                toldByRule(Side.INGRESS_SIDE, Verdict.DROP),
                Flow.in(INGRESS_SAID).then(Slot.AUDIT.next()));
        flows.forEach(flow -> items.add(FlowItem.on(node, flow)));
        return items;
    }

    /** It was asked for its own sake: the packet itself is still to be judged. */
    private static Flow admitted(Side side) {
        return Flow.in(side.said())
                .priority(ADMITTED)
                .when(Match.all().and(side.judged(), true))
                .set(side.judged(), false)
                .then(side.passing());
    }

    /** A rule says that its policy wants to know, whatever the namespace wants. */
    private static Flow toldByRule(Side side, Verdict verdict) {
        Match match = Match.all().and(side.judged(), verdict == Verdict.ALLOW).and(Abi.TELL, true);
        return side.onward(Flow.in(side.said()).priority(TOLD).when(match), verdict);
    }

    private static List<Item> subjects(View view, AttachmentKey key) {
        List<Flow> flows = new ArrayList<>();
        for (Side side : List.of(Side.EGRESS_SIDE, Side.INGRESS_SIDE)) {
            Subject subject = new Subject(key, side.direction());
            AuditLogging logging = Subjects.logging(view, subject);
            boolean asked = logging.isOn() || Judge.isLogged(view, subject);
            boolean rehearsed = Rehearsal.isAbout(view, subject);
            if (asked || rehearsed) {
                for (Ip address :
                        view.get(World.ATTACHMENTS, key).map(Attachment::ips).orElse(List.of())) {
                    flows.addAll(flows(side, address, asked, rehearsed));
                    flows.addAll(told(side, address, logging));
                }
            }
        }
        return flows.stream().map(flow -> (Item) FlowItem.on(key.node(), flow)).toList();
    }

    private static List<Flow> flows(Side side, Ip address, boolean asked, boolean rehearsed) {
        List<Flow> flows = new ArrayList<>();
        Match unjudged = side.unjudged(address);
        if (side.direction() == Direction.INGRESS) {
            // What the source may not send never gets there, whether anybody wants to know of that or not.
            Flow unsent = Flow.in(EGRESS).priority(ADDRESSEE).when(unjudged.and(Abi.EGRESS_JUDGED, false));
            flows.add(unsent.then(Side.EGRESS_SIDE.asking()));
        }
        if (asked) {
            flows.add(Flow.in(side.first()).priority(SUBJECT).when(unjudged).then(side.asking()));
        }
        if (rehearsed) {
            flows.add(Flow.in(side.first())
                    .priority(REHEARSED)
                    .when(unjudged.and(Abi.MARK_ORIGIN, Origin.UNKNOWN))
                    .then(AuditAnswer.rehearsing(side.direction()).ask(Stage.meter(EGRESS_SAID)))
                    .then(asked ? side.asking() : new Action[] {side.passing()}));
        }
        return flows;
    }

    /** What the namespace wants to know. */
    private static List<Flow> told(Side side, Ip address, AuditLogging logging) {
        List<Flow> flows = new ArrayList<>();
        for (Verdict verdict : logging.severities().keySet()) {
            Flow flow = Flow.in(side.said()).priority(SUBJECT).when(side.said(address, verdict));
            flows.add(side.onward(flow, verdict));
        }
        return flows;
    }
}
