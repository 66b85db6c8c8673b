package org.karst.controller;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.karst.incremental.View;

/** The controller, as commands and REST see it. */
public interface Controller {
    /**
     * Runs a question on the writer's thread between two steps.
     *
     * @param question short: it holds up the writer; copies what it needs and leaves the work to the caller's thread
     */
    <T> CompletionStage<T> inspect(Function<? super Inspection, ? extends T> question);

    /**
     * Waits until all that was posted before has settled, a condition holds, and what follows from that is true in the world.
     *
     * @param condition asked after each settlement
     * @param driver the driver whose targets must have acknowledged; empty for all
     * @param patience after this the result fails with a {@link java.util.concurrent.TimeoutException} that says who lacks
     * @return the revision that is true, or a newer one
     */
    CompletionStage<Long> acknowledged(Predicate<? super View> condition, Optional<String> driver, Duration patience);

    /**
     * Computes all that is wanted from scratch, on a thread of its own, and compares it with what the engine has kept up to
     * date. Takes as much memory as the engine has, for as long as it runs.
     */
    CompletionStage<Recomputation> recompute();

    /**
     * Takes a feature that guards, and whose bundle is away, out of the packets' way: what it denied passes from then on. Its flows go
     * after a revalidation.
     *
     * @param name of the feature, or of one of its stages
     * @return the names of the stages; fails with an {@link IllegalArgumentException} with a sentence if nothing of that name is frozen
     */
    CompletionStage<List<String>> release(String name);

    /** What the loop has done so far. */
    LoopStatistics statistics();
}
