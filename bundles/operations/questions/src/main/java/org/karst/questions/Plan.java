package org.karst.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.karst.incremental.Change;

/**
 * What would follow from a change.
 *
 * @param revision the number of the settlement that it starts from
 * @param nodes the nodes whose flows would change
 * @param verdicts connections between pods that would be decided otherwise
 * @param cut connections that are open and would be cut
 * @param open how many open connections were looked at
 * @param checked how many connections were compared
 * @param complete whether these were all; if not, only those among the first pods were
 * @param warnings what would not work, a sentence each
 */
public record Plan(
        long revision,
        List<NodeChange> nodes,
        List<VerdictChange> verdicts,
        List<CutConnection> cut,
        int open,
        long checked,
        boolean complete,
        List<String> warnings)
        implements Answer {
    private static final int MOST_LINES = 40;

    /**
     * What would change in a node's switch.
     *
     * @param node its name
     * @param flows sorted by table
     */
    public record NodeChange(String node, List<FlowChange> flows) {
        public NodeChange {
            flows = List.copyOf(flows);
        }
    }

    /**
     * A flow that would change.
     *
     * @param kind how
     * @param flow as ovs-ofctl(8) takes it; of a modified one what it becomes
     */
    public record FlowChange(Change.Kind kind, String flow) {}

    /**
     * Connections that would be decided otherwise.
     *
     * @param source namespace/name
     * @param destination namespace/name
     * @param traffic protocol and ports, as {@code tcp 81-442}
     * @param admitted whether they would be admitted, and are not now
     */
    public record VerdictChange(String source, String destination, String traffic, boolean admitted) {}

    /**
     * A connection that is open and would be cut.
     *
     * @param source who opened it: NAMESPACE/NAME (ADDRESS), or an address
     * @param destination to whom
     * @param traffic protocol and ports, as {@code tcp 40000 to 80}
     */
    public record CutConnection(String source, String destination, String traffic) {}

    public Plan {
        nodes = List.copyOf(nodes);
        verdicts = List.copyOf(verdicts);
        cut = List.copyOf(cut);
        warnings = List.copyOf(warnings);
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        for (NodeChange node : nodes) {
            lines.add("node " + node.node() + ": " + count(node, Change.Kind.ADDED) + ", "
                    + count(node, Change.Kind.MODIFIED) + ", " + count(node, Change.Kind.REMOVED));
            node.flows().stream()
                    .limit(MOST_LINES)
                    .forEach(flow -> lines.add("  " + sign(flow.kind()) + " " + flow.flow()));
            more(lines, node.flows().size());
        }
        if (nodes.isEmpty()) {
            lines.add("no flow would change");
        }
        lines.add("");
        lines.add(verdicts.isEmpty() ? "no connection between pods would be decided otherwise" : "decided otherwise:");
        verdicts.stream()
                .limit(MOST_LINES)
                .forEach(each -> lines.add("  " + (each.admitted() ? "+ admitted" : "- denied") + "  " + each.source()
                        + " to " + each.destination() + " " + each.traffic()));
        more(lines, verdicts.size());
        lines.add(cut.isEmpty() ? "no open connection would be cut" : "open connections that would be cut:");
        cut.stream()
                .limit(MOST_LINES)
                .forEach(
                        each -> lines.add("  x " + each.source() + " to " + each.destination() + " " + each.traffic()));
        more(lines, cut.size());
        lines.add("(" + checked + " kinds of connections compared"
                + (complete ? "" : ", among the first pods only: there are too many for all")
                + "; of connections with nodes and outside only those that are open: " + open
                + " open ones looked at)");
        warnings.forEach(warning -> lines.add("! " + warning));
        return String.join("\n", lines);
    }

    private static void more(List<String> lines, int size) {
        if (size > MOST_LINES) {
            lines.add("  and " + (size - MOST_LINES) + " more; --json has all");
        }
    }

    private static String count(NodeChange node, Change.Kind kind) {
        return node.flows().stream().filter(flow -> flow.kind() == kind).count() + " "
                + kind.name().toLowerCase(Locale.ROOT);
    }

    private static String sign(Change.Kind kind) {
        return switch (kind) {
            case ADDED -> "+";
            case MODIFIED -> "~";
            case REMOVED -> "-";
        };
    }
}
