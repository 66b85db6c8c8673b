package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.karst.controller.Inspection;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.pipeline.AppliedPolicies;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Direction;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Rehearsal;
import org.karst.pipeline.Slot;
import org.karst.pipeline.World;
import org.karst.questions.FlowCounters;
import org.karst.questions.FlowCounters.Counters;
import org.karst.questions.PodPolicies;
import org.karst.questions.QuestionException;

/**
 * What policies say of a pod, before the switch has told what it counted.
 *
 * @param revision the settlement of this picture
 * @param pod the pod
 * @param node where it is
 * @param applied by direction and slot
 * @param rehearsed those in dry run, by direction and slot
 * @param warnings about policies of its namespace and of the cluster
 */
public record PolicyQuestion(
        long revision,
        PodKey pod,
        String node,
        Map<Direction, Map<Slot, AppliedPolicies>> applied,
        Map<Direction, Map<Slot, List<AppliedPolicies.Policy>>> rehearsed,
        List<String> warnings) {
    private static final long PATIENCE_SECONDS = 5;

    /** Reads the name of a pod and looks its policies up. */
    public static Supplier<PolicyQuestion> of(Inspection inspection, String name) {
        PodKey pod = FlowSelection.pod(name);
        AttachmentKey subject = inspection.read(view -> subject(view, pod));
        Map<Direction, Map<Slot, AppliedPolicies>> applied = new LinkedHashMap<>();
        Map<Direction, Map<Slot, List<AppliedPolicies.Policy>>> rehearsed = new LinkedHashMap<>();
        for (Direction direction : Direction.values()) {
            Map<Slot, AppliedPolicies> slots = inspection.read(view -> applied(view, direction, subject));
            applied.put(direction, slots);
            rehearsed.put(direction, inspection.read(view -> rehearsed(view, direction, subject, slots)));
        }
        List<EventItem> events = inspection.items().stream()
                .filter(EventItem.class::isInstance)
                .map(EventItem.class::cast)
                .toList();
        long revision = inspection.revision();
        return () -> new PolicyQuestion(
                revision, pod, subject.node(), applied, rehearsed, warnings(events, pod, applied, rehearsed));
    }

    private static AttachmentKey subject(View view, PodKey pod) {
        SortedSet<AttachmentKey> attachments = view.find(World.ATTACHMENTS_BY_POD, pod);
        if (!attachments.isEmpty()) {
            return attachments.first();
        }
        boolean hostNetwork = view.get(World.PODS.table(), pod)
                .orElseThrow(() -> QuestionException.notFound("there is no pod " + pod + "; karst:pods lists them"))
                .hostNetwork();
        throw QuestionException.notFound(
                hostNetwork
                        ? "pod " + pod + " uses its node's network: no policy is about it"
                        : "pod " + pod + " has no interface yet; karst:pods tells how far it is");
    }

    private static Map<Slot, AppliedPolicies> applied(View view, Direction direction, AttachmentKey subject) {
        Map<Slot, AppliedPolicies> applied = new LinkedHashMap<>();
        for (Judge judge : Judge.of(view, direction)) {
            applied.put(judge.slot(), judge.judging().applied(view, subject));
        }
        return applied;
    }

    /** Those that would be about a subject, and are in dry run. */
    private static Map<Slot, List<AppliedPolicies.Policy>> rehearsed(
            View view, Direction direction, AttachmentKey subject, Map<Slot, AppliedPolicies> applied) {
        Map<Slot, List<AppliedPolicies.Policy>> rehearsed = new EnumMap<>(Slot.class);
        for (Judge judge : Rehearsal.judges(view, direction)) {
            Set<String> enforced = applied.getOrDefault(judge.slot(), AppliedPolicies.NONE).policies().stream()
                    .map(policy -> policy.reference().toString())
                    .collect(Collectors.toSet());
            rehearsed.put(
                    judge.slot(),
                    judge.judging().applied(view, subject).policies().stream()
                            .filter(policy ->
                                    !enforced.contains(policy.reference().toString()))
                            .toList());
        }
        return rehearsed;
    }

    /** The warnings that stand about other policies in the pod's namespace, or in none. */
    private static List<String> warnings(
            List<EventItem> events,
            PodKey pod,
            Map<Direction, Map<Slot, AppliedPolicies>> applied,
            Map<Direction, Map<Slot, List<AppliedPolicies.Policy>>> rehearsed) {
        Set<String> told = Stream.concat(
                        applied.values().stream()
                                .flatMap(slots -> slots.values().stream())
                                .flatMap(each -> each.policies().stream()),
                        rehearsed.values().stream()
                                .flatMap(slots -> slots.values().stream())
                                .flatMap(List::stream))
                .map(policy -> policy.reference().toString())
                .collect(Collectors.toSet());
        return events.stream()
                .filter(event -> event.warning()
                        && event.kind().endsWith("Policy")
                        && (event.namespace().equals(pod.namespace())
                                || event.namespace().isEmpty()))
                .filter(event -> !told.contains(name(event)))
                .map(event -> name(event) + ": " + event.message())
                .toList();
    }

    private static String name(EventItem event) {
        return event.kind() + " " + (event.namespace().isEmpty() ? "" : event.namespace() + "/") + event.name();
    }

    /** The answer, with what the switch has counted if it can be asked. */
    public CompletionStage<PodPolicies> answer(FlowCounters source) {
        return source.counters(node)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(Map.of(), PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> Map.of())
                .thenApply(this::answer);
    }

    /** The answer without what the switch has counted. */
    public CompletionStage<PodPolicies> answer() {
        return CompletableFuture.completedFuture(answer(Map.of()));
    }

    private PodPolicies answer(Map<FlowItem.Identity, Counters> counted) {
        List<PodPolicies.Side> sides = new ArrayList<>();
        applied.forEach((direction, slots) -> {
            List<PodPolicies.Tier> tiers = new ArrayList<>();
            slots.forEach((slot, each) -> {
                List<AppliedPolicies.Policy> inDryRun = rehearsed.get(direction).getOrDefault(slot, List.of());
                if (each.isolated() || !each.policies().isEmpty() || !inDryRun.isEmpty()) {
                    tiers.add(tier(slot, each, inDryRun, counted));
                }
            });
            sides.add(new PodPolicies.Side(
                    direction, slots.values().stream().anyMatch(AppliedPolicies::isolated), tiers));
        });
        return new PodPolicies(revision, pod.toString(), node, sides, warnings);
    }

    private static PodPolicies.Tier tier(
            Slot slot,
            AppliedPolicies applied,
            List<AppliedPolicies.Policy> inDryRun,
            Map<FlowItem.Identity, Counters> counted) {
        List<PodPolicies.Policy> policies = new ArrayList<>();
        applied.policies().forEach(policy -> policies.add(policy(policy, false, counted)));
        // Flows that count may be there for policies that are in force; those in dry run have decided nothing.
        inDryRun.forEach(policy -> policies.add(policy(policy, true, Map.of())));
        return new PodPolicies.Tier(slot, applied.isolated(), policies, sum(applied.denying(), counted));
    }

    private static PodPolicies.Policy policy(
            AppliedPolicies.Policy policy, boolean dryRun, Map<FlowItem.Identity, Counters> counted) {
        return new PodPolicies.Policy(
                policy.reference().toString(),
                dryRun,
                policy.rules().stream()
                        .map(rule -> new PodPolicies.Rule(
                                rule.reference().index().orElse(0),
                                rule.outcome(),
                                rule.words(),
                                sum(rule.counting(), counted)))
                        .toList(),
                policy.problems());
    }

    private static Optional<Long> sum(List<FlowItem.Identity> flows, Map<FlowItem.Identity, Counters> counted) {
        long packets = 0;
        boolean any = false;
        for (FlowItem.Identity flow : flows) {
            Counters counters = counted.get(flow);
            if (counters != null) {
                any = true;
                packets += counters.packets();
            }
        }
        return any ? Optional.of(packets) : Optional.empty();
    }
}
