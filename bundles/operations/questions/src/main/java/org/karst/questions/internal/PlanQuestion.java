package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.karst.controller.FeatureRemoval;
import org.karst.controller.Inspection;
import org.karst.incremental.Change;
import org.karst.incremental.Engine;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;
import org.karst.incremental.Settlement;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;
import org.karst.questions.Edit;
import org.karst.questions.Plan;
import org.karst.questions.QuestionException;
import org.karst.unixctl.SwitchControl;

/**
 * What would follow from edits. A fork of the engine would answer only until the controller settles again, and on the writer's
 * thread; so a second engine with the same facts and rules computes everything on a thread of its own, and is forked.
 */
public final class PlanQuestion {
    private final long revision;
    private final Engine engine;
    private final SortedMap<String, FeatureRemoval> removals;
    private final SortedSet<String> nodes;

    private PlanQuestion(
            long revision, Engine engine, SortedMap<String, FeatureRemoval> removals, SortedSet<String> nodes) {
        this.revision = revision;
        this.engine = engine;
        this.removals = removals;
        this.nodes = nodes;
    }

    /** Copies the facts. */
    public static PlanQuestion of(Inspection inspection) {
        SortedSet<String> nodes = new TreeSet<>();
        inspection.read(view -> view.all(World.ATTACHMENTS)).forEach(key -> nodes.add(key.node()));
        return new PlanQuestion(inspection.revision(), inspection.anew(), inspection.removals(), nodes);
    }

    /** As {@link #answer(List, OpenConnections)}, with what the nodes' conntracks remember. */
    public CompletionStage<Plan> answer(List<Edit> edits, Optional<SwitchControl> control, Executor executor) {
        return OpenConnections.ask(control, nodes).thenApplyAsync(open -> answer(edits, open), executor);
    }

    /** Computes everything, makes the edits and computes what follows: takes as long as a start of the controller. */
    private Plan answer(List<Edit> edits, OpenConnections open) {
        if (edits.isEmpty()) {
            throw QuestionException.invalid(
                    "plan what? Give a manifest, an object that goes, labels that change, or a feature that goes");
        }
        engine.settle();
        List<Item> before = engine.items();
        List<Failure> failing = engine.failures();
        Engine then = engine.fork();
        EditRows rows = new EditRows(then, kinds(before), removals);
        edits.forEach(rows::make);
        Settlement settlement = then.settle();
        List<Item> flows = new ArrayList<>(before);
        settlement.changes().stream()
                .filter(change -> change.after() != null)
                .forEach(change -> flows.add(change.after()));
        Decisions decisions = engine.read(view -> Decisions.of(view, flows));
        BitSet admittedNow = engine.read(decisions::admitted);
        BitSet admittedThen = then.read(decisions::admitted);
        return new Plan(
                revision,
                nodes(settlement.changes()),
                decisions.changes(admittedNow, admittedThen),
                open.cut(engine, then),
                open.size(),
                decisions.size(),
                decisions.complete(),
                warnings(edits, settlement, failing, open));
    }

    private static List<Kind<?>> kinds(List<Item> items) {
        List<Kind<?>> kinds = new ArrayList<>();
        items.forEach(item -> {
            if (item instanceof WatchItem watch) {
                kinds.add(watch.kind());
            }
        });
        return kinds;
    }

    private static List<Plan.NodeChange> nodes(List<Change> changes) {
        SortedMap<String, List<Change>> byNode = new TreeMap<>();
        for (Change change : changes) {
            if ((change.after() == null ? change.before() : change.after()) instanceof FlowItem flow) {
                byNode.computeIfAbsent(flow.node(), unused -> new ArrayList<>()).add(change);
            }
        }
        List<Plan.NodeChange> nodes = new ArrayList<>();
        byNode.forEach((node, flows) -> nodes.add(new Plan.NodeChange(
                node,
                flows.stream()
                        .sorted(Comparator.comparingInt(
                                        (Change change) -> flow(change).flow().table())
                                .thenComparing(change -> flow(change).toString()))
                        .map(change -> new Plan.FlowChange(
                                change.kind(), flow(change).flow().toString()))
                        .toList())));
        return nodes;
    }

    private static FlowItem flow(Change change) {
        return (FlowItem) (change.after() == null ? change.before() : change.after());
    }

    private List<String> warnings(
            List<Edit> edits, Settlement settlement, List<Failure> failing, OpenConnections open) {
        List<String> warnings = new ArrayList<>(open.problems());
        for (Edit edit : edits) {
            if (edit instanceof Edit.RemoveFeature removal
                    && removals.get(removal.feature()).guards()) {
                warnings.add(removal.feature()
                        + " guards: when its bundle goes, its flows stay in force until 'karst:release "
                        + removal.feature() + " --open'; this is what would follow from that");
            }
        }
        for (Change change : settlement.changes()) {
            if (change.after() instanceof EventItem event && event.warning()) {
                warnings.add(event.kind() + " " + (event.namespace().isEmpty() ? "" : event.namespace() + "/")
                        + event.name() + ": " + event.message());
            }
        }
        for (Failure failure : settlement.failures()) {
            if (!failing.contains(failure)) {
                warnings.add(failure.definition() + " for " + failure.key() + " would fail: " + failure.message());
            }
        }
        return warnings;
    }
}
