package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.karst.controller.Inspection;
import org.karst.controller.Recomputation;
import org.karst.controller.StageStatus;
import org.karst.incremental.Explanation;
import org.karst.openflow.Difference;
import org.karst.pipeline.FlowItem;
import org.karst.questions.FlowVerification;
import org.karst.questions.FlowVerifier;
import org.karst.questions.QuestionException;

/**
 * Which switches to verify, and what to tell of them.
 *
 * @param node the only node; empty for all
 * @param removeForeign whether what is not ours goes too
 */
public record VerificationQuestion(Optional<String> node, boolean removeForeign) {
    private static final int PATIENCE_SECONDS = 100;
    /** Whose a flow is, is asked on the writer: for so many. */
    private static final int MOST_EXPLAINED = 1_000;

    /** What one switch answered. */
    public record Outcome(String node, List<Difference> differences, Optional<String> failure) {}

    /** The names of the nodes in question. */
    public Supplier<List<String>> nodes(Inspection inspection) {
        node.ifPresent(name -> Overview.requireNode(inspection, name));
        SortedSet<String> names = Overview.nodeNames(inspection);
        names.removeIf(name -> node.isPresent() && !node.get().equals(name));
        return () -> List.copyOf(names);
    }

    /** Verifies the switches of these nodes, all at once. */
    public CompletionStage<List<Outcome>> verify(FlowVerifier verifier, List<String> names) {
        CompletableFuture<List<Outcome>> all = CompletableFuture.completedFuture(List.of());
        for (String name : names) {
            all = all.thenCombine(verify(verifier, name), (known, more) -> {
                List<Outcome> longer = new ArrayList<>(known);
                longer.add(more);
                return longer;
            });
        }
        return all;
    }

    private CompletionStage<Outcome> verify(FlowVerifier verifier, String name) {
        return verifier.verify(name, removeForeign)
                .toCompletableFuture()
                .copy()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .handle((differences, failure) -> failure == null
                        ? new Outcome(name, differences, Optional.empty())
                        : new Outcome(name, List.of(), Optional.of(sentence(name, failure))));
    }

    private static String sentence(String name, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause instanceof TimeoutException
                ? "node " + name + ": no answer in " + PATIENCE_SECONDS + " s"
                : String.valueOf(cause.getMessage());
    }

    /** Tells whose the differences are. */
    public Supplier<FlowVerification> answer(
            Inspection inspection, List<Outcome> outcomes, Recomputation recomputation) {
        Map<FlowItem.Identity, String> owners = new HashMap<>();
        outcomes.stream()
                .flatMap(outcome -> outcome.differences().stream())
                .flatMap(difference -> difference.identity().stream())
                .limit(MOST_EXPLAINED)
                .forEach(identity -> inspection
                        .why(identity)
                        .map(VerificationQuestion::owner)
                        .ifPresent(owner -> owners.put(identity, owner)));
        List<StageStatus> stages = inspection.stages();
        return () -> {
            Map<Integer, String> places = FlowSelection.places(stages);
            SortedMap<Integer, String> stagesByNumber = new TreeMap<>();
            stages.forEach(stage -> stagesByNumber.put(stage.tables().get(0).number(), stage.name()));
            Function<Difference, String> whose = difference ->
                    difference.identity().map(owners::get).orElseGet(() -> owner(difference, stagesByNumber));
            List<FlowVerification.Row> rows = new ArrayList<>();
            for (Outcome outcome : outcomes) {
                outcome.differences().forEach(difference -> rows.add(row(outcome.node(), difference, places, whose)));
            }
            return new FlowVerification(
                    recomputation.revision(),
                    outcomes.stream()
                            .filter(outcome -> outcome.failure().isEmpty())
                            .map(Outcome::node)
                            .toList(),
                    outcomes.stream()
                            .flatMap(outcome -> outcome.failure().stream())
                            .toList(),
                    recomputation.toString(),
                    recomputation.mismatches(),
                    rows);
        };
    }

    private static String owner(Explanation explanation) {
        Explanation.Owner first = explanation.owners().get(0);
        return "rule " + first.rule() + " of " + first.key();
    }

    private static String owner(Difference difference, SortedMap<Integer, String> stagesByNumber) {
        return difference
                .cookie()
                .stage()
                .map(number -> stagesByNumber.containsKey(number)
                        ? "stage " + stagesByNumber.get(number)
                        : "a stage " + number + " that is not there")
                .orElseGet(() -> switch (difference.kind()) {
                    case MISSING, ALTERED, UNWANTED -> "";
                    case FOREIGN ->
                        difference.table().isEmpty() ? "not Karst's" : "not Karst's: cookie " + difference.cookie();
                });
    }

    private static FlowVerification.Row row(
            String node, Difference difference, Map<Integer, String> places, Function<Difference, String> whose) {
        return new FlowVerification.Row(
                node,
                difference.kind(),
                difference
                        .table()
                        .map(table -> places.getOrDefault(table, "table " + table))
                        .orElse(""),
                difference.table(),
                difference.text(),
                difference.found(),
                whose.apply(difference),
                difference.cookie().toString(),
                difference.repaired());
    }

    /** Nobody can verify. */
    public static QuestionException noVerifier() {
        return QuestionException.notFound("no switch can be verified: the OpenFlow driver does not run");
    }
}
