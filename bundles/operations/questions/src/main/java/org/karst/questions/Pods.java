package org.karst.questions;

import java.util.List;
import org.karst.questions.internal.TextTable;

/**
 * The pods and their interfaces: one row for each interface, and one for each pod that has none.
 *
 * @param revision the number of the settlement that this is a picture of
 * @param pods sorted by namespace, name and interface
 */
public record Pods(long revision, List<Row> pods) implements Answer {
    /**
     * A pod's interface.
     *
     * @param pod namespace/name
     * @param node its node, "" while it is not scheduled
     * @param addresses of the interface, else as the pod's status tells
     * @param port the name of the node's end, "" if there is none
     * @param ofport the OpenFlow number of the port, 0 while it has none
     * @param mac of the container's end, "" if there is none
     * @param mtu of both ends, 0 if there are none
     * @param container the container's ID and the interface's name in it, "" if there is none
     * @param state how far it is
     */
    public record Row(
            String pod,
            String node,
            List<String> addresses,
            String port,
            int ofport,
            String mac,
            int mtu,
            String container,
            State state) {
        public Row {
            addresses = List.copyOf(addresses);
        }
    }

    /** How far a pod's interface is. */
    public enum State {
        /** No node yet. */
        NOT_SCHEDULED,
        /** The API has no node of the name that it is bound to. */
        NODE_UNKNOWN,
        /** It uses the node's own network. */
        HOST_NETWORK,
        /** Its containers have ended. */
        FINISHED,
        /** The container runtime has not asked for an interface. */
        NOT_ATTACHED,
        /** The switch has not given the port a number yet. */
        PORT_MISSING,
        /** The port has its number. */
        ATTACHED
    }

    public Pods {
        pods = List.copyOf(pods);
    }

    @Override
    public String text() {
        TextTable table = new TextTable("POD", "NODE", "ADDRESSES", "PORT", "NUMBER", "MAC", "MTU", "STATE");
        for (Row row : pods) {
            table.row(
                    row.pod(),
                    row.node(),
                    TextTable.list(row.addresses()),
                    row.port(),
                    TextTable.number(row.ofport()),
                    row.mac(),
                    TextTable.number(row.mtu()),
                    TextTable.words(row.state()));
        }
        return table.text("no pods");
    }
}
