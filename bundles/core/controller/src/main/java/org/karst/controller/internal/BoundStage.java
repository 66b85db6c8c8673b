package org.karst.controller.internal;

import java.util.List;
import java.util.Objects;
import org.karst.controller.StageStatus.State;
import org.karst.incremental.Item;
import org.karst.incremental.Table;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;

/**
 * A stage as a fact: what the gates need to know of it, and what it leaves in the world while its bundle is away. It holds
 * nothing of the bundle's code.
 *
 * @param feature the feature that brought it
 * @param slot where
 * @param gate which packets enter
 * @param tables its tables
 * @param guard whether it stays in force when its bundle goes
 * @param state whether its bundle runs
 * @param left the items that it wanted when its bundle went
 */
record BoundStage(
        String feature, Slot slot, Match gate, List<TableRef> tables, boolean guard, State state, List<Item> left) {
    /** By the stage's name. */
    static final Table<String, BoundStage> STAGES = Table.named("stages");

    BoundStage {
        Objects.requireNonNull(slot, "slot");
        tables = List.copyOf(tables);
        left = List.copyOf(left);
    }

    static BoundStage of(String feature, Stage stage) {
        return new BoundStage(
                feature, stage.slot(), stage.gate(), stage.tables(), stage.guard(), State.BOUND, List.of());
    }

    int number() {
        return tables.get(0).number();
    }

    /** Whether packets are led into it. */
    boolean inForce() {
        return switch (state) {
            case BOUND, DEPARTED, FROZEN -> true;
            case BYPASSED -> false;
        };
    }

    BoundStage leaving(State next, List<Item> items) {
        return new BoundStage(feature, slot, gate, tables, guard, next, items);
    }
}
