package org.karst.controller;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The controller, as commands and REST see it. */
public interface Controller {
    /**
     * Runs a question on the writer's thread between two steps.
     *
     * @param question short: it holds up the writer; copies what it needs and leaves the work to the caller's thread
     */
    <T> CompletionStage<T> inspect(Function<? super Inspection, ? extends T> question);

    /** What the loop has done so far. */
    LoopStatistics statistics();
}
