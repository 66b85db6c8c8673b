package org.karst.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.karst.controller.Inspection;
import org.karst.pipeline.Feature;

/** The laws that each scenario of each feature must keep, whatever it is about. */
public final class Laws {
    private static final int SHUFFLES = 5;

    private Laws() {}

    /**
     * Runs a scenario in many ways and compares with the plain one: reversed, shuffled, one row at a time, removed and added
     * again in the same and in another step, removed wholly. In each way, {@link Run} also compares with a computation from
     * scratch after each step.
     *
     * @param features makes fresh features for each run
     * @throws AssertionError with the way and the first difference
     */
    public static void check(Cluster cluster, Supplier<Feature[]> features) {
        List<Edit<?, ?>> edits = cluster.edits();
        List<String> expected = wanted(List.of(edits), features);
        List<Edit<?, ?>> reversed = new ArrayList<>(edits);
        Collections.reverse(reversed);
        same("reversed", expected, wanted(List.of(reversed), features));
        same("one row at a time", expected, wanted(oneByOne(edits), features));
        same("one row at a time, reversed", expected, wanted(oneByOne(reversed), features));
        for (int seed = 0; seed < SHUFFLES; seed++) {
            List<Edit<?, ?>> shuffled = new ArrayList<>(edits);
            Random random = new Random(seed);
            Collections.shuffle(shuffled, random);
            same("shuffled with seed " + seed, expected, wanted(split(shuffled, random), features));
        }
        List<List<Edit<?, ?>>> twice = new ArrayList<>(List.of(edits));
        edits.forEach(edit -> twice.add(List.of(edit.removal(), edit)));
        edits.forEach(edit -> {
            twice.add(List.of(edit.removal()));
            twice.add(List.of(edit));
        });
        same("each row removed and added again", expected, wanted(twice, features));
        leavesNothing(edits, features);
    }

    private static void leavesNothing(List<Edit<?, ?>> edits, Supplier<Feature[]> features) {
        try (Run run = new Run(features.get())) {
            List<String> before = run.wanted();
            int cells = run.inspect(Inspection::cells);
            run.step(edits);
            run.step(edits.stream().map(Edit::removal).toList());
            same("all rows removed", before, run.wanted());
            int after = run.inspect(Inspection::cells);
            if (after != cells) {
                throw new AssertionError(
                        "the engine remembers " + after + " cells after all rows went, " + cells + " before");
            }
        }
    }

    private static List<String> wanted(List<List<Edit<?, ?>>> steps, Supplier<Feature[]> features) {
        try (Run run = new Run(features.get())) {
            steps.forEach(run::step);
            List<?> failures = run.inspect(Inspection::failures);
            if (!failures.isEmpty()) {
                throw new AssertionError("units failed: " + failures);
            }
            return run.wanted();
        }
    }

    private static List<List<Edit<?, ?>>> oneByOne(List<Edit<?, ?>> edits) {
        List<List<Edit<?, ?>>> steps = new ArrayList<>();
        edits.forEach(edit -> steps.add(List.of(edit)));
        return steps;
    }

    private static List<List<Edit<?, ?>>> split(List<Edit<?, ?>> edits, Random random) {
        List<List<Edit<?, ?>>> steps = new ArrayList<>();
        for (int from = 0; from < edits.size(); ) {
            int to = Math.min(edits.size(), from + 1 + random.nextInt(4));
            steps.add(edits.subList(from, to));
            from = to;
        }
        return steps;
    }

    private static void same(String way, List<String> expected, List<String> actual) {
        if (expected.equals(actual)) {
            return;
        }
        List<String> missing = new ArrayList<>(expected);
        missing.removeAll(actual);
        List<String> unexpected = new ArrayList<>(actual);
        unexpected.removeAll(expected);
        throw new AssertionError(way + ": missing " + missing + ", unexpected " + unexpected);
    }
}
