package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.karst.controller.Inspection;
import org.karst.controller.StageStatus;
import org.karst.incremental.Item;
import org.karst.model.PodKey;
import org.karst.pipeline.Action;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.questions.FlowCounters;
import org.karst.questions.FlowCounters.Counters;
import org.karst.questions.FlowFilter;
import org.karst.questions.Flows;
import org.karst.questions.QuestionException;

/**
 * Flows that somebody asked for.
 *
 * @param revision the number of the settlement that wants them
 * @param flows sorted
 * @param places the names of the tables
 */
public record FlowSelection(long revision, List<FlowItem> flows, Map<Integer, String> places) {
    private static final long PATIENCE_SECONDS = 5;
    private static final Comparator<FlowItem> ORDER = Comparator.comparing(FlowItem::node)
            .thenComparing(item -> item.flow().table())
            .thenComparing(item -> -item.flow().priority())
            .thenComparing(item -> item.flow().match().toString());

    public FlowSelection {
        flows = List.copyOf(flows);
    }

    /** Those that pass a filter. */
    public static Supplier<FlowSelection> of(Inspection inspection, FlowFilter filter) {
        filter.node().ifPresent(name -> Overview.requireNode(inspection, name));
        Optional<Slot> slot = filter.slot().map(FlowSelection::slot);
        Optional<PodKey> pod = filter.pod().map(FlowSelection::pod);
        Optional<PodPlace> place = pod.map(key -> inspection.read(view -> PodPlace.find(view, key)));
        long revision = inspection.revision();
        List<Item> items = inspection.items();
        List<StageStatus> stages = inspection.stages();
        return () -> {
            List<FlowItem> flows = new ArrayList<>();
            for (Item item : items) {
                if (item instanceof FlowItem flow
                        && (filter.node().isEmpty() || filter.node().get().equals(flow.node()))
                        && (slot.isEmpty() || Slot.ofTable(flow.flow().table()).equals(slot))
                        && (place.isEmpty() || place.get().holds(flow))) {
                    flows.add(flow);
                }
            }
            flows.sort(ORDER);
            return new FlowSelection(revision, flows, places(stages));
        };
    }

    /** {@code SLOT/TABLE} for each table, {@code SLOT/gate} for the gates. */
    static Map<Integer, String> places(List<StageStatus> stages) {
        Map<Integer, String> places = new HashMap<>();
        for (Slot slot : Slot.values()) {
            places.put(slot.gate(), slot + "/gate");
        }
        for (StageStatus stage : stages) {
            for (TableRef table : stage.tables()) {
                places.put(table.number(), table.slot() + "/" + table.name());
            }
        }
        return places;
    }

    private static Slot slot(String name) {
        return Arrays.stream(Slot.values())
                .filter(slot -> slot.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> QuestionException.notFound("there is no slot " + name.toUpperCase(Locale.ROOT)
                        + "; there are "
                        + Arrays.stream(Slot.values()).map(Slot::name).collect(Collectors.joining(", "))));
    }

    /** Reads namespace/name. */
    static PodKey pod(String text) {
        String[] parts = text.strip().split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw QuestionException.invalid("'" + text.strip() + "' names no pod: expected NAMESPACE/NAME");
        }
        return new PodKey(parts[0], parts[1]);
    }

    /** The answer, without what the switches have counted. */
    public Flows answer() {
        return answer(Map.of());
    }

    private Flows answer(Map<FlowItem.Identity, Counters> counted) {
        return new Flows(
                revision,
                flows.stream()
                        .map(item -> row(item, Optional.ofNullable(counted.get(item.identity()))))
                        .toList());
    }

    private Flows.Row row(FlowItem item, Optional<Counters> counters) {
        Flow flow = item.flow();
        return new Flows.Row(
                item.node(),
                places.getOrDefault(flow.table(), ""),
                flow.table(),
                flow.priority(),
                flow.match().toString(),
                flow.actions().isEmpty()
                        ? "drop"
                        : flow.actions().stream().map(Action::toString).collect(Collectors.joining(",")),
                item.cookie().toString(),
                counters);
    }

    /** The answer; flows of a switch that cannot be asked have no counters. */
    public CompletionStage<Flows> answer(FlowCounters source) {
        Set<String> nodes = new TreeSet<>();
        flows.forEach(item -> nodes.add(item.node()));
        CompletableFuture<Map<FlowItem.Identity, Counters>> all = CompletableFuture.completedFuture(new HashMap<>());
        for (String node : nodes) {
            all = all.thenCombine(ask(source, node), (known, more) -> {
                known.putAll(more);
                return known;
            });
        }
        return all.thenApply(this::answer);
    }

    private static CompletionStage<Map<FlowItem.Identity, Counters>> ask(FlowCounters source, String node) {
        return source.counters(node)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(Map.of(), PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> Map.of());
    }
}
