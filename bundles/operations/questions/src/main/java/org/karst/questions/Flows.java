package org.karst.questions;

import java.util.List;
import java.util.Optional;
import org.karst.questions.internal.TextTable;

/**
 * Flows that are wanted.
 *
 * @param revision the number of the settlement that this is a picture of
 * @param flows sorted by node, table, falling priority and match
 */
public record Flows(long revision, List<Row> flows) implements Answer {
    /**
     * A flow on a node.
     *
     * @param node the node
     * @param place slot and name of the table
     * @param table the OpenFlow number of the table
     * @param priority 0–65535
     * @param match as ovs-ofctl(8) writes it; "" for every packet
     * @param actions as ovs-ofctl(8) writes them
     * @param cookie the cookie, hexadecimal
     * @param counters what the switch has counted; empty if the switch does not hold the flow or cannot be asked
     */
    public record Row(
            String node,
            String place,
            int table,
            int priority,
            String match,
            String actions,
            String cookie,
            Optional<FlowCounters.Counters> counters) {
        /** As ovs-ofctl(8) takes it, and {@code karst:why} too. */
        public String flow() {
            return "table=" + table + ",priority=" + priority + (match.isEmpty() ? "" : "," + match) + " actions="
                    + actions;
        }
    }

    public Flows {
        flows = List.copyOf(flows);
    }

    @Override
    public String text() {
        boolean counted = flows.stream().anyMatch(row -> row.counters().isPresent());
        TextTable table = counted
                ? new TextTable("NODE", "PLACE", "PACKETS", "AGE", "FLOW")
                : new TextTable("NODE", "PLACE", "FLOW");
        for (Row row : flows) {
            if (counted) {
                table.row(
                        row.node(),
                        row.place(),
                        row.counters()
                                .map(each -> Long.toString(each.packets()))
                                .orElse(""),
                        row.counters().map(each -> each.seconds() + " s").orElse(""),
                        row.flow());
            } else {
                table.row(row.node(), row.place(), row.flow());
            }
        }
        return table.text("no flows");
    }
}
