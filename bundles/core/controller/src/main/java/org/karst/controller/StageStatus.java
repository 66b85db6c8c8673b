package org.karst.controller;

import java.util.List;
import java.util.Objects;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;

/**
 * A stage, as it stands in the pipeline.
 *
 * @param name the stage
 * @param feature the feature that brought it
 * @param slot where
 * @param gate which packets enter
 * @param tables its tables
 * @param state whether its bundle runs
 */
public record StageStatus(String name, String feature, Slot slot, Match gate, List<TableRef> tables, State state) {
    /** The life of a stage. */
    public enum State {
        /** Its bundle runs. */
        BOUND,
        /** Its bundle stopped; its flows stay in force until the grace is over or another takes them. */
        DEPARTED,
        /** Its bundle is gone: packets pass by, its flows go after a revalidation. */
        BYPASSED,
        /** Its bundle is gone, and it guards: it stays in force until it is released. */
        FROZEN
    }

    public StageStatus {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(feature, "feature");
        tables = List.copyOf(tables);
    }
}
