package org.karst.controller.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.karst.controller.StageStatus.State;
import org.karst.incremental.Item;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;

/**
 * A stage that guards and whose bundle is away, to be remembered beyond the end of this process: all that a gate needs to lead packets into
 * it.
 *
 * @param stage its name
 * @param feature the feature that brought it
 * @param slot where
 * @param gate which packets enter
 * @param tables its tables
 */
record GuardStageItem(String stage, String feature, Slot slot, Match gate, List<TableRef> tables) implements Item {
    static final String KIND = "stage";
    /** Kind, stage, feature, slot, tables, gate. */
    private static final int WORDS = 6;

    private static final String EVERY_PACKET = "*";

    GuardStageItem {
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(gate, "gate");
        tables = List.copyOf(tables);
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("stage " + stage + " has no table");
        }
    }

    /** What is remembered of a stage: nothing unless it guards and its bundle is away. */
    static Optional<GuardStageItem> of(String name, BoundStage row) {
        return row.state() == State.FROZEN
                ? Optional.of(new GuardStageItem(name, row.feature(), row.slot(), row.gate(), row.tables()))
                : Optional.empty();
    }

    /** The row of a process that knows no more: what the stage left in the switches is not among it. */
    BoundStage row() {
        return new BoundStage(feature, slot, gate, tables, true, State.FROZEN, List.of());
    }

    @Override
    public Object identity() {
        return KIND + " " + stage;
    }

    /** One line, as {@link #parse} reads it. */
    String line() {
        return String.join(
                " ",
                KIND,
                stage,
                feature,
                slot.name(),
                tables.stream()
                        .map(table -> table.offset() + "=" + table.name())
                        .collect(Collectors.joining(",")),
                gate.equals(Match.all()) ? EVERY_PACKET : gate.toString());
    }

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    static GuardStageItem parse(String line) {
        String[] words = line.strip().split(" +", -1);
        if (words.length != WORDS || !words[0].equals(KIND)) {
            throw new IllegalArgumentException(
                    "'" + line + "' should be the word stage, then its name, feature, slot, tables and match");
        }
        Slot slot = Arrays.stream(Slot.values())
                .filter(each -> each.name().equals(words[3]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no slot '" + words[3] + "'"));
        List<TableRef> tables = Arrays.stream(words[4].split(",", -1))
                .map(word -> table(slot, word))
                .toList();
        Match gate = words[5].equals(EVERY_PACKET) ? Match.all() : Match.parse(words[5]);
        return new GuardStageItem(words[1], words[2], slot, gate, tables);
    }

    private static TableRef table(Slot slot, String word) {
        if (!word.matches("[1-7]=.+")) {
            throw new IllegalArgumentException("'" + word + "' should be a table such as 1=EGRESS_SUBJECTS");
        }
        return new TableRef(slot, word.charAt(0) - '0', word.substring(2));
    }
}
