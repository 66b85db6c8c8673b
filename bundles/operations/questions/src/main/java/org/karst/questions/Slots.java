package org.karst.questions;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.karst.controller.StageStatus;
import org.karst.pipeline.Slot;
import org.karst.questions.internal.TextTable;

/**
 * The slots of the pipeline in the order in which a packet passes them, with the stages that live there.
 *
 * @param revision the number of the settlement that this is a picture of
 * @param slots all of them
 */
public record Slots(long revision, List<Row> slots) implements Answer {
    /**
     * A slot.
     *
     * @param slot its name
     * @param table the number of its gate
     * @param otherwise what happens to packets that no stage takes
     * @param stages who lives there
     * @param flows how many flows are wanted in its tables, on all nodes
     */
    public record Row(Slot slot, int table, Slot.Default otherwise, List<StageRow> stages, int flows) {
        public Row {
            stages = List.copyOf(stages);
        }
    }

    /**
     * A stage.
     *
     * @param name the stage
     * @param feature who brought it
     * @param gate which packets enter, as ovs-ofctl(8) writes it; "" for all
     * @param state whether its bundle runs
     * @param tables its tables
     * @param flows how many flows are wanted in them, on all nodes
     */
    public record StageRow(
            String name, String feature, String gate, StageStatus.State state, List<TableRow> tables, int flows) {
        public StageRow {
            tables = List.copyOf(tables);
        }
    }

    /**
     * A table.
     *
     * @param table its OpenFlow number
     * @param name its name
     */
    public record TableRow(int table, String name) {}

    public Slots {
        slots = List.copyOf(slots);
    }

    @Override
    public String text() {
        TextTable table =
                new TextTable("TABLE", "SLOT", "OTHERWISE", "STAGE", "FEATURE", "GATE", "STATE", "TABLES", "FLOWS");
        for (Row row : slots) {
            String gate = Integer.toString(row.table());
            String otherwise = row.otherwise().name().toLowerCase(Locale.ROOT);
            if (row.stages().isEmpty()) {
                table.row(gate, row.slot().name(), otherwise, "", "", "", "", "", Integer.toString(row.flows()));
            }
            for (StageRow stage : row.stages()) {
                boolean first = stage.equals(row.stages().get(0));
                table.row(
                        first ? gate : "",
                        first ? row.slot().name() : "",
                        first ? otherwise : "",
                        stage.name(),
                        stage.feature(),
                        stage.gate().isEmpty() ? "all" : stage.gate(),
                        stage.state().name().toLowerCase(Locale.ROOT),
                        stage.tables().stream()
                                .map(each -> each.table() + ":" + each.name())
                                .collect(Collectors.joining(" ")),
                        Integer.toString(stage.flows()));
            }
        }
        return table.text("no slots");
    }
}
