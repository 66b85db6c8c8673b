package org.karst.questions;

import java.util.List;
import org.karst.questions.internal.TextTable;

/**
 * The nodes.
 *
 * @param revision the number of the settlement that this is a picture of
 * @param nodes sorted by name
 */
public record Nodes(long revision, List<Row> nodes) implements Answer {
    /**
     * A node.
     *
     * @param name its name
     * @param addresses its addresses of type InternalIP
     * @param subnets the subnets of its pods
     * @param connected whether its switch is connected by OpenFlow
     * @param attachments how many interfaces of containers are attached
     * @param flows how many flows are wanted on it
     * @param behind the drivers that have not made the newest revision true there
     */
    public record Row(
            String name,
            List<String> addresses,
            List<String> subnets,
            boolean connected,
            int attachments,
            int flows,
            List<String> behind) {
        public Row {
            addresses = List.copyOf(addresses);
            subnets = List.copyOf(subnets);
            behind = List.copyOf(behind);
        }
    }

    public Nodes {
        nodes = List.copyOf(nodes);
    }

    @Override
    public String text() {
        TextTable table = new TextTable("NODE", "ADDRESSES", "SUBNETS", "SWITCH", "INTERFACES", "FLOWS", "BEHIND");
        for (Row row : nodes) {
            table.row(
                    row.name(),
                    TextTable.list(row.addresses()),
                    TextTable.list(row.subnets()),
                    row.connected() ? "connected" : "not connected",
                    Integer.toString(row.attachments()),
                    Integer.toString(row.flows()),
                    TextTable.list(row.behind()));
        }
        return table.text("no nodes");
    }
}
