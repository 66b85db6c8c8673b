package org.karst.controller.internal;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.karst.controller.Inspection;
import org.karst.controller.Recomputation;
import org.karst.incremental.Engine;
import org.karst.incremental.Item;
import org.karst.incremental.Table;
import org.karst.pipeline.Mailbox;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recomputation of all that is wanted, beside the loop: the writer only copies the rows.
 *
 * @param facts all rows and rules, nothing evaluated; empty where units keep what they wanted in better times, which a
 *     computation from scratch cannot know
 * @param skipped why it is empty
 * @param items what is wanted
 * @param revision of which settlement
 */
record Recomputing(Optional<Engine> facts, Optional<String> skipped, List<Item> items, long revision) {
    private static final Logger LOG = LoggerFactory.getLogger(Recomputing.class);
    /** The one row {@link #KEY}: the last recomputation. */
    static final Table<String, Recomputation> LAST = Table.named("recomputation");

    static final String KEY = "last";

    static CompletionStage<Recomputation> run(Loop loop, Clock clock) {
        CompletionStage<Recomputing> copied = loop.inspect(Recomputing::of);
        return copied.thenApplyAsync(copy -> copy.compare(clock), Recomputing::start)
                .thenApply(outcome -> {
                    if (outcome.differing() > 0) {
                        LOG.error("{}", outcome);
                    }
                    loop.post(Mailbox.Lane.FACTS, facts -> facts.put(LAST, KEY, outcome));
                    return outcome;
                });
    }

    /** A thread that ends with its task: there is one every ten minutes. */
    private static void start(Runnable task) {
        Thread made = new Thread(task, "karst-recomputation");
        made.setDaemon(true);
        made.start();
    }

    private static Recomputing of(Inspection inspection) {
        int failing = inspection.failures().size();
        int held =
                (int) inspection.damped().stream().filter(unit -> unit.held()).count();
        Optional<String> skipped = failing + held == 0
                ? Optional.empty()
                : Optional.of("nothing was computed anew: " + failing + " units or queries fail and " + held
                        + " units are held, and these keep what they wanted before");
        return new Recomputing(
                skipped.isEmpty() ? Optional.of(inspection.anew()) : Optional.empty(),
                skipped,
                skipped.isEmpty() ? inspection.items() : List.of(),
                inspection.revision());
    }

    private Recomputation compare(Clock clock) {
        long started = System.nanoTime();
        TreeSet<String> mismatches = new TreeSet<>();
        int differing = 0;
        if (facts.isPresent()) {
            facts.get().settle();
            Map<Object, Item> anew = new HashMap<>();
            facts.get().items().forEach(item -> anew.put(item.identity(), item));
            for (Item item : items) {
                Item other = anew.remove(item.identity());
                if (!item.equals(other)) {
                    differing++;
                    tell(
                            mismatches,
                            other == null
                                    ? "wanted, but not when computed anew: " + item
                                    : "wanted is " + item + ", computed anew it is " + other);
                }
            }
            differing += anew.size();
            anew.values().forEach(item -> tell(mismatches, "not wanted, but when computed anew: " + item));
        }
        return new Recomputation(
                revision,
                clock.instant(),
                Duration.ofNanos(System.nanoTime() - started),
                items.size(),
                List.copyOf(mismatches),
                differing,
                skipped);
    }

    private static void tell(TreeSet<String> mismatches, String sentence) {
        if (mismatches.size() < Recomputation.MOST_TOLD) {
            mismatches.add(sentence);
        }
    }
}
