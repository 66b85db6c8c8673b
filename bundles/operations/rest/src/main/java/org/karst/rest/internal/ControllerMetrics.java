package org.karst.rest.internal;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.controller.DampedUnit;
import org.karst.controller.Inspection;
import org.karst.controller.LoopStatistics;
import org.karst.controller.Recomputation;
import org.karst.incremental.Item;
import org.karst.incremental.View;
import org.karst.pipeline.Durations;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;

/** What the controller tells Prometheus: copied on the writer, counted elsewhere. */
record ControllerMetrics(
        boolean ready,
        long revision,
        SortedMap<String, Integer> cells,
        int failures,
        int conflicts,
        long held,
        List<Item> items,
        SortedMap<String, Long> evaluations,
        SortedMap<Target, Long> changed,
        SortedMap<Target, Long> acknowledged,
        SortedMap<String, FlowDrift> drift,
        SortedMap<String, SortedMap<String, Durations>> driverTimes,
        Optional<Recomputation> recomputation) {

    static ControllerMetrics of(Inspection inspection) {
        return new ControllerMetrics(
                inspection.notReady().isEmpty(),
                inspection.revision(),
                inspection.cellsByDefinition(),
                inspection.failures().size(),
                inspection.conflicts().size(),
                inspection.damped().stream().filter(DampedUnit::held).count(),
                inspection.itemsInNoOrder(),
                inspection.evaluations(),
                inspection.changed(),
                inspection.acknowledged(),
                inspection.read(ControllerMetrics::drift),
                inspection.driverTimes(),
                inspection.recomputation());
    }

    private static SortedMap<String, FlowDrift> drift(View view) {
        SortedMap<String, FlowDrift> rows = new TreeMap<>();
        view.all(World.DRIFT).forEach(node -> view.get(World.DRIFT, node).ifPresent(row -> rows.put(node, row)));
        return rows;
    }

    void add(MetricSnapshots.Builder all, LoopStatistics loop) {
        all.metricSnapshot(MetricFamily.gauge("karst_ready", "Whether nothing is missing: 1 or 0.", ready ? 1 : 0));
        all.metricSnapshot(MetricFamily.gauge("karst_revision", "The number of the last settlement.", revision));
        all.metricSnapshot(MetricFamily.gauge(
                "karst_cells",
                "How many values the engine remembers, by table, index, query and rule.",
                byLabel("definition", cells)));
        all.metricSnapshot(MetricFamily.gauge("karst_failures", "Units and queries that fail now.", failures));
        all.metricSnapshot(
                MetricFamily.gauge("karst_conflicts", "Identities of which units want unequal things now.", conflicts));
        all.metricSnapshot(MetricFamily.gauge(
                "karst_held_units", "Units that are held now because they chase their own echo.", held));
        all.metricSnapshot(MetricFamily.counter(
                "karst_holds", "How often a unit was held because it chased its own echo.", loop.holds()));
        all.metricSnapshot(MetricFamily.gauge("karst_items", "How many items are wanted, by kind.", itemsByKind()));
        all.metricSnapshot(MetricFamily.gauge(
                "karst_object_warnings",
                "Objects of which something cannot be applied, by kind and reason; an Event names the field.",
                warnings()));
        all.metricSnapshot(
                MetricFamily.gauge("karst_flows", "How many flows are wanted, by node and slot.", flowsBySlot()));
        all.metricSnapshot(MetricFamily.gauge(
                "karst_drift_flows",
                "Flows, groups and meters that differed when a switch was last verified, by node and difference.",
                driftByKind()));
        recomputation.ifPresent(last -> all.metricSnapshot(MetricFamily.gauge(
                "karst_recomputation_mismatches",
                "Items that differed when everything was last computed from scratch.",
                last.differing())));
        all.metricSnapshot(MetricFamily.counter(
                "karst_evaluations",
                "How often rules and queries ran to their end.",
                byLabel("definition", evaluations)));
        all.metricSnapshot(MetricFamily.gauge(
                "karst_target_unacknowledged_revisions",
                "How many settlements a target is behind what changed for it; 0 when it is up to date.",
                behind()));
        all.metricSnapshot(
                MetricFamily.counter("karst_steps", "Steps of the writer that had something to do.", loop.steps()));
        all.metricSnapshot(MetricFamily.counter("karst_messages", "Messages that the writer took.", loop.messages()));
        all.metricSnapshot(MetricFamily.counter(
                "karst_failed_messages", "Messages to the writer that ended with an error.", loop.failedMessages()));
        all.metricSnapshot(
                MetricFamily.gauge("karst_waiting_messages", "Messages that wait for the writer.", loop.waiting()));
        all.metricSnapshot(
                MetricFamily.histogram("karst_settle_seconds", "How long settlements took.", loop.settleTimes()));
        all.metricSnapshot(MetricFamily.histogram(
                "karst_step_seconds", "How long steps of the writer took that had something to do.", loop.stepTimes()));
        all.metricSnapshot(MetricFamily.histogram(
                "karst_await_seconds",
                "How long CNI and others waited until what they asked for was true in the world.",
                loop.awaitTimes()));
        all.metricSnapshot(MetricFamily.histogram(
                "karst_driver_seconds",
                "How long what drivers do takes: the verbs of CNI until they are answered, bundles until the barrier"
                        + " is.",
                byDriverAndWork()));
        all.metricSnapshot(MetricFamily.histogram(
                "karst_event_to_acknowledged_seconds",
                "From the posting of an event until a target acknowledged what changed by it, by driver.",
                byLabel("driver", loop.reactionTimes())));
    }

    private Map<Labels, Durations> byDriverAndWork() {
        Map<Labels, Durations> points = new HashMap<>();
        driverTimes.forEach((driver, times) ->
                times.forEach((work, durations) -> points.put(Labels.of("driver", driver, "work", work), durations)));
        return points;
    }

    private static <T> Map<Labels, T> byLabel(String label, SortedMap<String, T> values) {
        Map<Labels, T> points = new HashMap<>();
        values.forEach((name, value) -> points.put(Labels.of(label, name), value));
        return points;
    }

    private Map<Labels, Integer> itemsByKind() {
        Map<Class<?>, Integer> counts = new HashMap<>();
        items.forEach(item -> counts.merge(item.getClass(), 1, Integer::sum));
        Map<Labels, Integer> points = new HashMap<>();
        counts.forEach((type, count) -> points.put(Labels.of("kind", type.getSimpleName()), count));
        return points;
    }

    private Map<Labels, Integer> warnings() {
        Map<Labels, Integer> points = new HashMap<>();
        for (Item item : items) {
            if (item instanceof EventItem event && event.warning()) {
                points.merge(Labels.of("kind", event.kind(), "reason", event.reason()), 1, Integer::sum);
            }
        }
        return points;
    }

    private Map<Labels, Integer> driftByKind() {
        Map<Labels, Integer> points = new HashMap<>();
        drift.forEach((node, row) -> {
            points.put(Labels.of("node", node, "difference", "missing"), row.missing());
            points.put(Labels.of("node", node, "difference", "altered"), row.altered());
            points.put(Labels.of("node", node, "difference", "unwanted"), row.unwanted());
            points.put(Labels.of("node", node, "difference", "foreign"), row.foreign());
        });
        return points;
    }

    private record Place(String node, int slot) {}

    private Map<Labels, Integer> flowsBySlot() {
        Map<Place, Integer> counts = new HashMap<>();
        for (Item item : items) {
            if (item instanceof FlowItem flow) {
                counts.merge(new Place(flow.node(), flow.flow().table() / Slot.TABLES), 1, Integer::sum);
            }
        }
        Map<Labels, Integer> points = new HashMap<>();
        counts.forEach((place, count) -> points.put(
                Labels.of(
                        "node",
                        place.node(),
                        "slot",
                        Slot.ofTable(place.slot() * Slot.TABLES).map(Slot::name).orElse("none")),
                count));
        return points;
    }

    private Map<Labels, Long> behind() {
        Map<Labels, Long> points = new HashMap<>();
        changed.forEach((target, last) -> points.put(
                Labels.of("driver", target.driver(), "place", target.place()),
                Math.max(0, last - acknowledged.getOrDefault(target, 0L))));
        return points;
    }
}
