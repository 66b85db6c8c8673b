package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Family;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Action;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.CtState;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * CONNTRACK and COMMIT: each packet is looked up in the connection tracker; an admitted connection is remembered from its
 * first packet on, with the verdicts that admitted it in its label.
 */
final class Tracking {
    private static final TableRef TRACK = new TableRef(Slot.CONNTRACK, 1, "TRACK");
    private static final TableRef TRACK_IPV6 = new TableRef(Slot.CONNTRACK, 2, "TRACK_IPV6");
    private static final TableRef COMMIT = new TableRef(Slot.COMMIT, 1, "COMMIT");
    private static final TableRef EGRESS = new TableRef(Slot.COMMIT, 2, "COMMIT_EGRESS");
    private static final TableRef INGRESS = new TableRef(Slot.COMMIT, 3, "COMMIT_INGRESS");
    private static final TableRef RECORD = new TableRef(Slot.COMMIT, 4, "COMMIT_RECORD");
    /** Scratch: the port of the pod that opened the connection. */
    private static final FieldRange SOURCE = Field.REG10.range(0, 15);
    /** Scratch: the port of the pod that the connection was opened to. */
    private static final FieldRange DESTINATION = Field.REG11.range(0, 15);

    private Tracking() {}

    static List<Stage> stages() {
        return List.of(track(Family.IPV4, TRACK), track(Family.IPV6, TRACK_IPV6), commit());
    }

    private static Stage track(Family family, TableRef table) {
        String name = "track-" + family.name().toLowerCase(Locale.ROOT);
        Action ct = new Action.Ct(
                false, Abi.ZONE_POD.range(), Slot.CONNTRACK.following().map(Slot::gate), List.of());
        Flow flow = Flow.in(table).when(Match.of(family)).then(ct);
        return Stage.of(
                name,
                Slot.CONNTRACK,
                Match.of(family),
                List.of(table),
                List.of(new Rule<>(
                        name,
                        Scope.ZONE,
                        Keys.of(Topology.NODE_NAMES),
                        (view, node) -> List.of(FlowItem.on(node, flow)))));
    }

    private static Stage commit() {
        return Stage.of(
                "commit",
                Slot.COMMIT,
                Match.all(),
                List.of(COMMIT, EGRESS, INGRESS, RECORD),
                List.of(
                        new Rule<>("commit", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Tracking::connections),
                        new Rule<>("commit-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS), Tracking::verdicts)));
    }

    private static List<Item> connections(View view, String node) {
        Match valid = Match.all().with(CtState.TRK).without(CtState.INV);
        Match stale = valid.without(CtState.NEW).and(Abi.STALE, true);
        List<Flow> flows = new ArrayList<>();
        for (Match forward : List.of(valid.with(CtState.NEW), stale.without(CtState.RPL))) {
            flows.add(Flow.in(COMMIT)
                    .priority(10)
                    .when(forward)
                    .then(
                            new Action.Move(Field.IN_PORT.whole(), SOURCE),
                            new Action.Move(Abi.OUTPUT_PORT.range(), DESTINATION),
                            new Action.Goto(EGRESS.number())));
        }
        flows.add(Flow.in(COMMIT)
                .priority(10)
                .when(stale.with(CtState.RPL))
                .then(
                        new Action.Move(Field.IN_PORT.whole(), DESTINATION),
                        new Action.Move(Abi.OUTPUT_PORT.range(), SOURCE),
                        new Action.Goto(EGRESS.number())));
        flows.add(Flow.in(COMMIT).then(Slot.COMMIT.next()));
        flows.add(Flow.in(EGRESS).then(new Action.Goto(INGRESS.number())));
        flows.add(Flow.in(INGRESS).then(new Action.Goto(RECORD.number())));
        for (Family family : Family.values()) {
            List<Action> labels = List.of(
                    new Action.Move(Abi.EGRESS_VERDICT.range(), Abi.LABEL_EGRESS.range()),
                    new Action.Move(Abi.INGRESS_VERDICT.range(), Abi.LABEL_INGRESS.range()));
            List<Action> all = new ArrayList<>(labels);
            all.add(new Action.Move(first(Abi.ORIGIN.range(), 3), Abi.MARK_ORIGIN.range()));
            all.add(new Action.Move(Abi.EXEMPT.range(), Abi.MARK_EXEMPT.range()));
            flows.add(Flow.in(RECORD)
                    .priority(10)
                    .when(Match.of(family).with(CtState.TRK, CtState.NEW).without(CtState.INV))
                    .then(commit(all)));
            flows.add(Flow.in(RECORD).when(Match.of(family)).then(commit(labels)));
        }
        return flows.stream().map(flow -> (Item) FlowItem.on(node, flow)).toList();
    }

    private static FieldRange first(FieldRange range, int bits) {
        return range.field().range(range.from(), range.from() + bits - 1);
    }

    private static Action commit(List<Action> exec) {
        return new Action.Ct(true, Abi.ZONE_POD.range(), Slot.COMMIT.following().map(Slot::gate), exec);
    }

    /** What is written of the connections of one pod. */
    private static List<Item> verdicts(View view, AttachmentKey key) {
        long egress = view.get(Verdicts.SUM, new Subject(key, Direction.EGRESS));
        long ingress = view.get(Verdicts.SUM, new Subject(key, Direction.INGRESS));
        if (egress == 0 && ingress == 0) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        Verdicts.port(view, key).ifPresent(port -> {
            if (egress != 0) {
                items.add(FlowItem.on(
                        key.node(),
                        Flow.in(EGRESS)
                                .priority(10)
                                .when(Verdicts.port(SOURCE, port))
                                .set(Abi.EGRESS_VERDICT, egress)
                                .then(new Action.Goto(INGRESS.number()))));
            }
            if (ingress != 0) {
                items.add(FlowItem.on(
                        key.node(),
                        Flow.in(INGRESS)
                                .priority(10)
                                .when(Verdicts.port(DESTINATION, port))
                                .set(Abi.INGRESS_VERDICT, ingress)
                                .then(new Action.Goto(RECORD.number()))));
            }
        });
        return items;
    }
}
