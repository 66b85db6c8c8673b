package org.karst.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.openflow.Difference.Kind;
import org.karst.questions.internal.TextTable;

/**
 * What the switches hold, compared with what is wanted of them; and what is wanted, compared with what is wanted when it is
 * computed from scratch.
 *
 * @param revision the number of the settlement that was computed anew
 * @param nodes the nodes whose switches were verified
 * @param notVerified a sentence for each node whose switch could not be
 * @param recomputation how the computation from scratch ended, a sentence
 * @param mismatches sentences about items that differ when they are computed anew
 * @param differences what differed in switches, by node, kind, table and text
 */
public record FlowVerification(
        long revision,
        List<String> nodes,
        List<String> notVerified,
        String recomputation,
        List<String> mismatches,
        List<Row> differences)
        implements Answer {
    /**
     * A difference.
     *
     * @param node the node
     * @param kind what differed
     * @param place slot and name of the table; "" for a group or a meter
     * @param table the OpenFlow number of the table; empty for a group or a meter
     * @param flow as it shall be, or as it is if nobody wants it, as ovs-ofctl(8) takes it; a group or meter likewise
     * @param found what the switch had instead; "" unless altered
     * @param owner whose it is: the rule and the unit that want it, or the stage whose cookie it has
     * @param cookie the cookie, hexadecimal
     * @param repaired whether the switch is as it shall be now
     */
    public record Row(
            String node,
            Kind kind,
            String place,
            Optional<Integer> table,
            String flow,
            String found,
            String owner,
            String cookie,
            boolean repaired) {
        private String outcome() {
            return switch (kind) {
                case MISSING, ALTERED, UNWANTED -> repaired ? "repaired" : "not repaired yet";
                case FOREIGN -> repaired ? "removed" : "left alone";
            };
        }
    }

    public FlowVerification {
        nodes = List.copyOf(nodes);
        notVerified = List.copyOf(notVerified);
        mismatches = List.copyOf(mismatches);
        differences = List.copyOf(differences);
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(nodes.size() + (nodes.size() == 1 ? " switch" : " switches") + " verified: "
                + (differences.isEmpty() ? "all as wanted" : differences.size() + " differences"));
        notVerified.forEach(sentence -> lines.add("not verified: " + sentence));
        lines.add(recomputation);
        mismatches.forEach(sentence -> lines.add("- " + sentence));
        if (!differences.isEmpty()) {
            TextTable table = new TextTable("NODE", "DIFFERENCE", "PLACE", "OWNER", "OUTCOME", "FLOW");
            for (Row row : differences) {
                table.row(
                        row.node(),
                        TextTable.words(row.kind()),
                        row.place(),
                        row.owner(),
                        row.outcome(),
                        row.flow() + (row.found().isEmpty() ? "" : "   instead of " + row.found()));
            }
            lines.add(table.text(""));
        }
        return String.join("\n", lines);
    }
}
