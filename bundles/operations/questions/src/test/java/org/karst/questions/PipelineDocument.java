package org.karst.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Origin;
import org.karst.pipeline.Register;

/** Writes docs/pipeline.md: slots, tables and registers as the code has them. */
final class PipelineDocument {
    private PipelineDocument() {}

    /** The lines of the document. */
    static List<String> lines(Slots slots) {
        List<String> lines = new ArrayList<>();
        lines.add("# The pipeline");
        lines.add("");
        lines.add(
                "Generated from `Slot`, `Abi` and the stages of the features; a test of `org.karst.questions` fails when this"
                        + " file is stale. Why the order is as it is: [architecture.md](architecture.md).");
        lines.add("");
        lines.add(
                "A packet passes the slots from top to bottom. Slot *n* owns the OpenFlow tables 8n to 8n+7; table 8n is its"
                        + " gate, which leads packets into the first table of the stage whose gate match takes them. What happens to"
                        + " packets that no stage takes stands in the column *otherwise*. Each stage goes on at the gate of the"
                        + " following slot. `karst:slots` shows the same of a running controller.");
        lines.add("");
        lines.add("## Slots and stages");
        lines.add("");
        lines.add("| gate | slot | otherwise | stage | feature | takes | tables |");
        lines.add("|---:|---|---|---|---|---|---|");
        slots.slots().forEach(row -> add(lines, row));
        lines.add("");
        lines.add("## Registers");
        lines.add("");
        lines.add(
                "What one slot writes and another reads. All other bits of reg0 to reg9 are free and may be used only once they"
                        + " are declared here; reg10 to reg15 are scratch inside a slot.");
        addRegisters(lines, "Of a packet: ", "registers", Field.REG0);
        addRegisters(lines, "Of a connection: ", "ct_mark", Field.CT_MARK);
        addRegisters(lines, "Of a connection: ", "ct_label", Field.CT_LABEL);
        lines.add("");
        lines.add("`ORIGIN` and `MARK_ORIGIN` hold:");
        lines.add("");
        for (Origin origin : Origin.values()) {
            lines.add("- " + origin.ordinal() + " " + origin);
        }
        lines.add("");
        lines.add("Conntrack zones from " + Abi.CLUSTER_ZONE + " up belong to Karst; " + Abi.CLUSTER_ZONE
                + " is that of the cluster's own network.");
        return lines;
    }

    private static void add(List<String> lines, Slots.Row row) {
        String gate = "| " + row.table() + " | " + row.slot() + " | "
                + row.otherwise().name().toLowerCase(Locale.ROOT) + " |";
        if (row.stages().isEmpty()) {
            lines.add(gate + " | | | |");
        }
        for (Slots.StageRow stage : row.stages()) {
            boolean first = stage.equals(row.stages().get(0));
            List<String> tables = stage.tables().stream()
                    .map(table -> table.table() + " " + table.name())
                    .toList();
            lines.add((first ? gate : "| | | |") + " " + stage.name() + " | " + stage.feature() + " | "
                    + (stage.gate().isEmpty() ? "all" : "`" + stage.gate() + "`") + " | " + String.join(", ", tables)
                    + " |");
        }
    }

    private static void addRegisters(List<String> lines, String whose, String heading, Field field) {
        lines.add("");
        lines.add("### " + whose + heading);
        lines.add("");
        lines.add("| name | bits |");
        lines.add("|---|---|");
        for (Register<?> register : Abi.registers()) {
            FieldRange range = register.range();
            boolean connection = range.field() == Field.CT_MARK || range.field() == Field.CT_LABEL;
            if (range.field() == field || field == Field.REG0 && !connection) {
                lines.add("| " + register.name() + " | " + range.field().fieldName()
                        + (range.from() == range.to()
                                ? "[" + range.from() + "]"
                                : "[" + range.from() + ".." + range.to() + "]")
                        + " |");
            }
        }
    }
}
