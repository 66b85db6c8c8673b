package org.karst.questions.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.pipeline.Match;
import org.karst.questions.QuestionException;

/**
 * A line that {@code ovs-ofctl dump-flows} or {@code karst:flows} printed: what tells which flow it is, and nothing of what
 * the switch counted or the flow does.
 *
 * @param table the table
 * @param priority the priority
 * @param conditions the match with a port's name perhaps in place of its number
 */
public record FlowLine(int table, int priority, List<String> conditions) {
    /** What ovs-ofctl leaves out when it prints a flow. */
    private static final int DEFAULT_PRIORITY = 32_768;

    /** What ovs-ofctl(8) prints of a flow besides its match (section "Flow Syntax" and dump-flows). */
    private static final Set<String> NOT_MATCHED = Set.of(
            "cookie",
            "duration",
            "n_packets",
            "n_bytes",
            "idle_age",
            "hard_age",
            "idle_timeout",
            "hard_timeout",
            "importance",
            "send_flow_rem",
            "reset_counts",
            "check_overlap",
            "no_packet_counts",
            "no_byte_counts");

    /** Commas and spaces between words; the value of packet_type has a comma in brackets. */
    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+(?![^(]*\\))");

    private static final Pattern PORT_NAME = Pattern.compile("in_port=\"?([^\"\\d][^\"]*)\"?");
    private static final Set<String> RESERVED_PORTS =
            Set.of("IN_PORT", "TABLE", "NORMAL", "FLOOD", "ALL", "CONTROLLER", "LOCAL", "ANY");

    public FlowLine {
        conditions = List.copyOf(conditions);
    }

    /**
     * Reads a line.
     *
     * @throws QuestionException if it is none; its sentence names the part that cannot be read
     */
    public static FlowLine parse(String line) {
        int actions = line.indexOf("actions=");
        String head = (actions < 0 ? line : line.substring(0, actions)).strip();
        Optional<Integer> table = Optional.empty();
        int priority = DEFAULT_PRIORITY;
        List<String> conditions = new ArrayList<>();
        for (String word : SEPARATOR.split(head, -1)) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (name.equals("table") || name.equals("table_id")) {
                table = Optional.of(number(word, equals, 253));
            } else if (name.equals("priority")) {
                priority = number(word, equals, 0xffff);
            } else if (!word.isEmpty() && !NOT_MATCHED.contains(name)) {
                conditions.add(word);
            }
        }
        if (table.isEmpty()) {
            throw QuestionException.invalid("no table=NUMBER in '" + line.strip()
                    + "': expected a line as ovs-ofctl dump-flows prints it, such as"
                    + " table=130,priority=100,ip,nw_dst=10.128.0.5");
        }
        FlowLine flow = new FlowLine(table.get(), priority, conditions);
        if (flow.portName().isEmpty()) {
            flow.match(0);
        }
        return flow;
    }

    private static int number(String word, int equals, int most) {
        String digits = equals < 0 ? "" : word.substring(equals + 1);
        if (!digits.matches("\\d{1,5}") || Integer.parseInt(digits) > most) {
            throw QuestionException.invalid("'" + word + "' in the flow is no number from 0 to " + most);
        }
        return Integer.parseInt(digits);
    }

    /** The name that stands in place of a port's number: ovs-ofctl prints names where it knows them. */
    public Optional<String> portName() {
        return conditions.stream()
                .map(PORT_NAME::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .filter(name -> !RESERVED_PORTS.contains(name))
                .findFirst();
    }

    /**
     * The match.
     *
     * @param port the number of the port that is named, on the node in question
     * @throws QuestionException if a condition cannot be read
     */
    public Match match(int port) {
        boolean named = portName().isPresent();
        List<String> numbered = conditions.stream()
                .map(condition -> named && condition.startsWith("in_port=") ? "in_port=" + port : condition)
                .toList();
        try {
            return Match.parse(String.join(",", numbered));
        } catch (IllegalArgumentException e) {
            throw QuestionException.invalid("the flow cannot be read: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "table=" + table + ",priority=" + priority
                + (conditions.isEmpty() ? "" : "," + String.join(",", conditions));
    }
}
