package org.karst.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.karst.bench.report.Bar;
import org.karst.bench.report.Figures;
import org.karst.bench.report.Options;
import org.karst.bench.report.Report;
import org.karst.connectivity.Connectivity;
import org.karst.controller.Inspection;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Facts;
import org.karst.testing.PolicyScale;
import org.karst.testing.PolicyScale.Size;

/**
 * What NetworkPolicy costs in clusters that are larger than what has real switches here: the controller with its features, and switches
 * that only count.
 *
 * <p>Arguments: {@code --json}, {@code --edits N} of each kind.
 */
public final class PolicyScaleBench {
    private static final Size LARGE = new Size(30, 10_000, 10);
    private static final int LARGE_POLICIES = 10_000;
    private static final Size LARGEST = new Size(100, 100_000, 4);
    private static final int LARGEST_POLICIES = 75_000;
    private static final int APPLICATIONS = 5;
    private static final int BLOCKS = 5_000;
    private static final int RANGES = 1_000;
    private static final int PORTS_OF_RANGE = 31;
    /** So many pods, and policies of all kinds about some of them, make rules read all indexes that they ever read. */
    private static final int FIRST = 100;

    /** One that is in no namespace's turn of the others. */
    private static final int ONE_MORE = 1_000_000;

    private PolicyScaleBench() {}

    public static void main(String[] arguments) {
        Options.run(arguments, Map.of("--edits", 300), "", (options, report) -> {
            say("10,000 pods and 10,000 policies");
            large(options.number("--edits"), report);
            say("reading 75,000 policies");
            largest(report);
        });
    }

    private static void large(int edits, Report report) throws Exception {
        List<Consumer<Facts>> policies = new ArrayList<>();
        try (PolicyScale scale = new PolicyScale(LARGE, new Connectivity(), new NetworkPolicyFeature())) {
            for (int i = 0; i < LARGE_POLICIES; i++) {
                policies.add(scale.policy(i, PolicyScale.varied(i, i)));
            }
            scale.write(scale::ground);
            come(scale, policies.subList(0, FIRST));
            go(scale, FIRST); // indexes that were asked for once stay
            int cells = scale.inspect(Inspection::cells);
            double ground = heap();
            double took = come(scale, policies);
            report.add("10,000 pods and policies on 30 nodes, cold", "ms", took);
            report.add("  flows of the fullest node", "", scale.mostFlows());
            report.add("  heap after collection", "MB", heap(), Bar.below(600));
            edits(scale, edits, report);
            oneLarge(scale, report);
            go(scale, LARGE_POLICIES);
            policies.clear();
            report.add("  heap after all of them were deleted", "MB", heap(), Bar.below(ground + 50));
            report.add("  cells too many then", "", scale.inspect(Inspection::cells) - cells, Bar.exactly(0));
            report.add(
                    "  rules that failed",
                    "",
                    scale.inspect(Inspection::failures).size(),
                    Bar.exactly(0));
        }
    }

    /** As many pods as policies, in one message; in milliseconds. */
    private static double come(PolicyScale scale, List<Consumer<Facts>> policies) throws Exception {
        return milliseconds(scale, facts -> {
            IntStream.range(0, policies.size()).forEach(i -> scale.pod(facts, i, i % APPLICATIONS));
            policies.forEach(policy -> policy.accept(facts));
        });
    }

    private static void go(PolicyScale scale, int many) throws Exception {
        scale.write(facts -> IntStream.range(0, many).forEach(i -> {
            scale.removePod(facts, i);
            scale.removePolicy(facts, i);
        }));
    }

    private interface Edit {
        void write(PolicyScale scale, Facts facts, int pod, boolean again);
    }

    private static void edits(PolicyScale scale, int edits, Report report) throws Exception {
        // Twice with other pods each time; the first half warms.
        edits(
                scale,
                "a pod's label changes",
                edits,
                report,
                (some, facts, pod, again) -> some.pod(facts, pod, (pod + (again ? 1 : 0)) % APPLICATIONS));
        edits(
                scale,
                "a pod's address changes",
                edits,
                report,
                (some, facts, pod, again) -> some.pod(facts, pod, pod % APPLICATIONS, again));
        edits(scale, "a pod goes and comes", edits, report, (some, facts, pod, again) -> {
            if (again) {
                some.removePod(facts, pod);
            } else {
                some.pod(facts, pod, pod % APPLICATIONS);
            }
        });
        edits(scale, "a policy changes", edits, report, (some, facts, number, again) -> some.policy(
                        number, PolicyScale.varied(number, again ? number + 1 : number))
                .accept(facts));
    }

    /** Each change is made and taken back, and both are measured. */
    private static void edits(PolicyScale scale, String what, int edits, Report report, Edit edit) throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < edits; i++) {
            if (i == edits / 3) {
                times.clear();
            }
            int number = random.nextInt(LARGE.pods());
            for (boolean again : new boolean[] {true, false}) {
                times.add(milliseconds(scale, facts -> edit.write(scale, facts, number, again)));
            }
        }
        report.add("  " + what + " p50", "ms", Figures.percentile(times, 50));
        report.add("  " + what + " p99", "ms", Figures.percentile(times, 99), Bar.below(50));
    }

    /** One policy that says a great deal. */
    private static void oneLarge(PolicyScale scale, Report report) throws Exception {
        String blocks = IntStream.range(0, BLOCKS)
                .mapToObj(i -> "{ipBlock: {cidr: 198." + (18 + i / 256) + "." + i % 256 + ".0/25}}")
                .collect(Collectors.joining(", "));
        one(
                scale,
                report,
                "one policy with 5,000 CIDRs",
                "{podSelector: {}, ingress: [{from: [" + blocks + "]}]}",
                BLOCKS);
        String ranges = IntStream.range(0, RANGES)
                .mapToObj(i -> "{port: " + (1_000 + 60 * i) + ", endPort: " + (999 + 60 * i + PORTS_OF_RANGE) + "}")
                .collect(Collectors.joining(", "));
        int matches = 10 * RANGES;
        one(
                scale,
                report,
                "one policy with 1,000 port ranges",
                "{podSelector: {}, ingress: [{ports: [" + ranges + "]}]}",
                matches);
    }

    private static void one(PolicyScale scale, Report report, String what, String spec, int matches) throws Exception {
        List<Double> times = new ArrayList<>();
        long flows = 0;
        Consumer<Facts> policy = scale.policy(ONE_MORE, spec);
        for (int i = 0; i < 7; i++) {
            long before = scale.sent();
            times.add(milliseconds(scale, policy));
            flows = scale.sent() - before;
            scale.write(facts -> scale.removePolicy(facts, ONE_MORE));
        }
        report.add(what, "ms", Figures.median(times), Bar.below(200));
        // Ten pods of a namespace are on ten nodes.
        report.add("  flows on each of 10 nodes", "", flows / 10.0, Bar.below(matches + 100));
    }

    /** Policies alone, as others measure it: nothing else is computed of the pods. */
    private static void largest(Report report) throws Exception {
        List<Consumer<Facts>> policies = new ArrayList<>();
        try (PolicyScale scale = new PolicyScale(LARGEST, new NetworkPolicyFeature())) {
            for (int i = 0; i < LARGEST_POLICIES; i++) {
                policies.add(scale.policy(i, PolicyScale.guarded(i, LARGEST.namespaces())));
            }
            say("100,000 pods and 75,000 policies from scratch");
            System.gc();
            double before = processorTime(scale);
            double took = milliseconds(scale, facts -> {
                scale.ground(facts);
                IntStream.range(0, LARGEST.pods()).forEach(i -> scale.pod(facts, i, i % LARGEST.podsOfNamespace()));
                policies.forEach(policy -> policy.accept(facts));
            });
            report.add("100,000 pods, 75,000 policies, 25,000 namespaces, 100 nodes", "ms", took, Bar.below(6_000));
            report.add("  of it the writer's processor time", "ms", processorTime(scale) - before);
            report.add("  flows of the fullest node", "", scale.mostFlows());
            report.add("  heap after collection", "MB", heap(), Bar.below(1_500));
        }
    }

    private static double milliseconds(PolicyScale scale, Consumer<Facts> step) throws Exception {
        long start = System.nanoTime();
        scale.write(step);
        return Figures.millisecondsSince(start);
    }

    /** Of the one thread that writes, which other processes do not make longer. */
    private static double processorTime(PolicyScale scale) throws Exception {
        return scale.inspect(any -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()) / 1e6;
    }

    private static void say(String progress) {
        System.err.println("karst: " + progress);
    }

    /** Used heap in MB when all that can go has gone. */
    private static double heap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        System.gc();
        return Math.round((runtime.totalMemory() - runtime.freeMemory()) / 1e4) / 1e2;
    }
}
