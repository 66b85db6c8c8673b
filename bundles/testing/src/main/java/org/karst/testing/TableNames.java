package org.karst.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.karst.controller.StageStatus;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;

/** Names instead of numbers of tables in the text of flows, so that a golden file reads like a story. */
final class TableNames {
    private static final Pattern REFERENCE = Pattern.compile("(goto_table:|table=|resubmit\\(,)(\\d+)");

    private TableNames() {}

    static Map<Integer, String> of(List<StageStatus> stages) {
        Map<Integer, String> names = new TreeMap<>();
        for (Slot slot : Slot.values()) {
            names.put(slot.gate(), "gate-" + slot);
        }
        for (StageStatus stage : stages) {
            for (TableRef table : stage.tables()) {
                names.put(table.number(), table.name());
            }
        }
        return names;
    }

    static String name(Flow flow, Map<Integer, String> names) {
        return REFERENCE
                .matcher(flow.toString())
                .replaceAll(
                        found -> found.group(1) + names.getOrDefault(Integer.parseInt(found.group(2)), found.group(2)));
    }
}
