package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.karst.controller.Inspection;
import org.karst.incremental.Explanation;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;
import org.karst.model.PodKey;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.PlacedItem;
import org.karst.pipeline.Topology;
import org.karst.questions.QuestionException;
import org.karst.questions.Why;

/** A question why something is wanted: first what it is about, then the reasons. */
public abstract sealed class WhyQuestion {
    private static final String POD = "pod";
    /** What a person reads through; a pod has some dozen items. */
    private static final int MOST_ITEMS = 200;

    private final String subject;

    private WhyQuestion(String subject) {
        this.subject = subject;
    }

    /**
     * Reads a question.
     *
     * @param subject a flow as ovs-ofctl(8) prints it, or {@code pod NAMESPACE/NAME}
     * @param node the node in question; empty for any
     */
    public static WhyQuestion parse(String subject, Optional<String> node) {
        String text = subject.strip();
        if (text.isEmpty()) {
            throw QuestionException.invalid(
                    "why what? Expected a flow as ovs-ofctl dump-flows prints it, or pod NAMESPACE/NAME");
        }
        String[] words = text.split("\\s+", 2);
        return words[0].equals(POD)
                ? new OfPod(FlowSelection.pod(words.length == 1 ? "" : words[1]), node)
                : new OfFlow(FlowLine.parse(text), node);
    }

    /** Which items it is about; fails if there is none. */
    public abstract Supplier<List<Item>> candidates(Inspection inspection);

    /** The reasons for these items, which may be gone by now. */
    public Supplier<Why> explain(Inspection inspection, List<Item> items) {
        long revision = inspection.revision();
        Map<Item, List<String>> nodes = equalElsewhere(items);
        List<Explanation> explanations = nodes.keySet().stream()
                .limit(MOST_ITEMS)
                .flatMap(item -> inspection.why(item.identity()).stream())
                .toList();
        List<Failure> failures = inspection.failures();
        Map<Integer, String> places = FlowSelection.places(inspection.stages());
        return () -> new Why(
                revision,
                subject,
                explanations.stream()
                        .map(each -> explained(each, failures, places, nodes.getOrDefault(each.item(), List.of())))
                        .toList(),
                Math.max(0, nodes.size() - MOST_ITEMS));
    }

    /** The items to explain, each with the nodes where the same flow is. */
    Map<Item, List<String>> equalElsewhere(List<Item> items) {
        Map<Item, List<String>> all = new LinkedHashMap<>();
        items.forEach(item -> all.put(item, List.of()));
        return all;
    }

    private static Why.Explained explained(
            Explanation explanation, List<Failure> failures, Map<Integer, String> places, List<String> alsoOn) {
        Item item = explanation.item();
        return new Why.Explained(
                text(item),
                item instanceof FlowItem flow ? places.getOrDefault(flow.flow().table(), "") : "",
                explanation.owners().stream()
                        .map(owner -> owner(owner, item, failures))
                        .toList(),
                alsoOn);
    }

    private static Why.Owner owner(Explanation.Owner owner, Item wins, List<Failure> failures) {
        return new Why.Owner(
                owner.rule(),
                owner.key().toString(),
                owner.changed(),
                owner.item().equals(wins) ? Optional.empty() : Optional.of(text(owner.item())),
                failures.stream()
                        .filter(failure -> failure.definition().equals(owner.rule())
                                && failure.key().equals(owner.key()))
                        .map(Failure::message)
                        .findFirst(),
                owner.facts().stream()
                        .map(fact -> new Why.Read(fact.definition(), fact.key().toString(), fact.changed()))
                        .toList());
    }

    private static String text(Item item) {
        return item instanceof FlowItem || !(item instanceof PlacedItem placed)
                ? item.toString()
                : placed.node() + ": " + item;
    }

    private static final class OfPod extends WhyQuestion {
        private final PodKey pod;
        private final Optional<String> node;

        OfPod(PodKey pod, Optional<String> node) {
            super("pod " + pod);
            this.pod = pod;
            this.node = node;
        }

        @Override
        public Supplier<List<Item>> candidates(Inspection inspection) {
            node.ifPresent(name -> Overview.requireNode(inspection, name));
            PodPlace place = inspection.read(view -> PodPlace.find(view, pod));
            List<Item> items = inspection.items();
            return () -> {
                List<Item> found = items.stream()
                        .filter(place::holds)
                        .filter(item -> node.isEmpty()
                                || item instanceof PlacedItem placed
                                        && placed.node().equals(node.get()))
                        .toList();
                if (found.isEmpty()) {
                    throw QuestionException.notFound("nothing is wanted for pod " + pod
                            + node.map(name -> " on node " + name).orElse("") + " yet");
                }
                return found;
            };
        }
    }

    private static final class OfFlow extends WhyQuestion {
        private final FlowLine line;
        private final Optional<String> node;

        OfFlow(FlowLine line, Optional<String> node) {
            super(line.toString());
            this.line = line;
            this.node = node;
        }

        @Override
        public Supplier<List<Item>> candidates(Inspection inspection) {
            node.ifPresent(name -> Overview.requireNode(inspection, name));
            SortedSet<String> names = new TreeSet<>(Overview.nodeNames(inspection));
            names.removeIf(name -> node.isPresent() && !node.get().equals(name));
            List<Item> found = new ArrayList<>();
            for (String name : names) {
                number(inspection, name)
                        .flatMap(port -> inspection.item(
                                new FlowItem.Identity(name, line.table(), line.priority(), line.match(port))))
                        .ifPresent(found::add);
            }
            if (found.isEmpty()) {
                throw QuestionException.notFound(
                        (node.isEmpty() ? "no node shall have" : "node " + node.get() + " shall not have")
                                + " a flow with " + line
                                + "; if a switch has it, it is somebody else's or about to go");
            }
            return () -> found;
        }

        /** The number of the port that is named, 0 if none is; empty if the node has no such port. */
        private Optional<Integer> number(Inspection inspection, String name) {
            return line.portName().isEmpty()
                    ? Optional.of(0)
                    : inspection.read(
                            view -> Topology.ofport(view, name, line.portName().get()));
        }

        /** The same flow on many nodes has the same reasons but for the node's name: one is told. */
        @Override
        Map<Item, List<String>> equalElsewhere(List<Item> items) {
            List<String> others =
                    items.stream().skip(1).map(item -> ((FlowItem) item).node()).toList();
            return Map.of(items.get(0), others);
        }
    }
}
