package org.karst.unixctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code ofproto/trace} (ovs-vswitchd(8)) says about one packet, through all its recirculations.
 *
 * @param steps the flows that it meets in the bridge that was asked, in order
 * @param outputs the ports that it leaves by, in order
 * @param unresolved whether the switch does not know yet where a tunnel leads: ask again in a moment
 */
public record PacketTrace(List<Step> steps, List<Output> outputs, boolean unresolved) {
    private static final Pattern STEP =
            Pattern.compile(" *(\\d+)\\. (?:(\\S.*?), )??(?:priority (\\d+)(?:, cookie (0x[0-9a-f]+))?|No match\\.)");
    private static final Pattern ACTION = Pattern.compile(" {4,}([a-z]\\S*.*)");
    private static final Pattern NO_ACTION = Pattern.compile("thaw|resubmit\\(.*|goto_table:\\d+");
    private static final Pattern OUTPUT = Pattern.compile("\\s*-> output port is (\\d+)");
    private static final Pattern TUNNEL = Pattern.compile("\\s*-> tunneling from \\S+ (\\S+) to \\S+ (\\S+)");
    private static final Pattern PROTOCOL = Pattern.compile("(?:^|,)(tcp|udp|sctp)6?(?:,|$)");
    private static final Pattern TUNNEL_DESTINATION = Pattern.compile("(?:^|,)tun_(?:ipv6_)?dst=([^,]+)");
    private static final Pattern BRIDGE = Pattern.compile("bridge\\(\"(.+)\"\\)");
    private static final String FINAL = "Final flow: ";
    private static final String UNCHANGED = "unchanged";
    private static final String BEGIN = "Flow: ";
    private static final String UNRESOLVED = "neighbor cache miss";
    /** What a packet does not take along to another switch. */
    private static final Pattern LOCAL = Pattern.compile(
            "(recirc_id|reg\\d+|xreg\\d+|xxreg\\d+|ct_.*|in_port|metadata|pkt_mark|skb_priority|vlan_tci|tun_.*"
                    + "|gtpu_.*|nw_frag|tcp_flags|dp_hash)");

    /** What a tunnel does take along. */
    private static final Set<String> TUNNELED = Set.of("tun_id");

    /**
     * A lookup in a table.
     *
     * @param table its number
     * @param match of the flow that was found, as the switch prints it; "" if it takes every packet, or if none was found
     * @param priority of the flow; empty if none was found, and the packet ends here
     * @param cookie of the flow, such as {@code 0x4b28}; "" if it has none
     * @param actions as the switch prints them, one each; without those that only go on to another table
     */
    public record Step(int table, String match, Optional<Integer> priority, String cookie, List<String> actions) {
        public Step {
            actions = List.copyOf(actions);
        }

        private Step with(String action) {
            return new Step(
                    table,
                    match,
                    priority,
                    cookie,
                    Stream.concat(actions.stream(), Stream.of(action)).toList());
        }
    }

    /**
     * One way out.
     *
     * @param port number of the port
     * @param tunnel outer addresses, which mean something if the port is a tunnel
     * @param packet the packet as it leaves, in the syntax of ovs-ofctl(8), without what stays behind
     */
    public record Output(int port, Tunnel tunnel, String packet) {}

    /**
     * Outer addresses.
     *
     * @param source "" if the node's kernel chooses it
     * @param destination "" if the packet has none
     */
    public record Tunnel(String source, String destination) {
        public static final Tunnel NONE = new Tunnel("", "");
    }

    public PacketTrace {
        steps = List.copyOf(steps);
        outputs = List.copyOf(outputs);
    }

    /** Reads what the switch printed. What it prints beyond that is passed over. */
    public static PacketTrace parse(String text) {
        List<Step> steps = new ArrayList<>();
        List<Output> outputs = new ArrayList<>();
        List<Output> open = new ArrayList<>();
        String begin = "";
        String asked = "";
        boolean inside = true;
        for (String line : text.split("\n", -1)) {
            Matcher output = OUTPUT.matcher(line);
            Matcher tunnel = TUNNEL.matcher(line);
            Matcher bridge = BRIDGE.matcher(line);
            if (bridge.matches()) {
                asked = asked.isEmpty() ? bridge.group(1) : asked;
                inside = asked.equals(bridge.group(1));
            } else if (output.matches()) {
                open.add(new Output(Integer.parseInt(output.group(1)), Tunnel.NONE, ""));
            } else if (tunnel.matches() && !open.isEmpty()) {
                Output last = open.remove(open.size() - 1);
                open.add(new Output(last.port(), new Tunnel(tunnel.group(1), tunnel.group(2)), ""));
            } else if (line.startsWith(BEGIN)) {
                begin = line.substring(BEGIN.length());
            } else if (line.startsWith(FINAL)) {
                String last = line.substring(FINAL.length());
                String flow = last.equals(UNCHANGED) ? begin : last;
                open.forEach(way -> outputs.add(new Output(way.port(), tunnel(way, flow), packet(flow))));
                open.clear();
            } else if (inside) {
                step(line, steps);
            }
        }
        return new PacketTrace(steps, outputs, text.contains(UNRESOLVED));
    }

    private static void step(String line, List<Step> steps) {
        Matcher step = STEP.matcher(line);
        Matcher action = ACTION.matcher(line);
        if (step.matches()) {
            steps.add(new Step(
                    Integer.parseInt(step.group(1)),
                    step.group(2) == null ? "" : step.group(2),
                    Optional.ofNullable(step.group(3)).map(Integer::valueOf),
                    step.group(4) == null ? "" : step.group(4),
                    List.of()));
        } else if (action.matches()
                && !steps.isEmpty()
                && !NO_ACTION.matcher(action.group(1)).matches()) {
            steps.add(steps.remove(steps.size() - 1).with(action.group(1)));
        }
    }

    private static Tunnel tunnel(Output way, String flow) {
        Matcher destination = TUNNEL_DESTINATION.matcher(flow);
        return way.tunnel().equals(Tunnel.NONE) && destination.find()
                ? new Tunnel("", destination.group(1))
                : way.tunnel();
    }

    /** Prints ports and types with the name of their protocol: {@code tp_dst} is read as {@code tcp_dst} only. */
    private static String packet(String flow) {
        Matcher protocol = PROTOCOL.matcher(flow);
        String transport = protocol.find() ? protocol.group(1) : "tcp";
        String icmp = flow.startsWith("icmp6,") || flow.contains(",icmp6,") ? "icmpv6_" : "icmp_";
        return Stream.of(flow.split(",", -1))
                .filter(field -> {
                    String name = field.contains("=") ? field.substring(0, field.indexOf('=')) : field;
                    return TUNNELED.contains(name)
                            || name.startsWith("tun_metadata")
                            || !name.equals("eth") && !LOCAL.matcher(name).matches();
                })
                .map(field -> field.replaceFirst("^tp_", transport + "_").replaceFirst("^icmp_", icmp))
                .collect(Collectors.joining(","));
    }
}
