package org.karst.sandbox.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code ofproto/trace} says about one packet, through all its recirculations.
 *
 * @param outputs the ports that it leaves by, in order
 */
record TraceOutput(List<Output> outputs) {
    private static final Pattern OUTPUT = Pattern.compile("\\s*-> output port is (\\d+)");
    private static final Pattern TUNNEL = Pattern.compile("\\s*-> tunneling from \\S+ (\\S+) to \\S+ (\\S+)");
    private static final Pattern PROTOCOL = Pattern.compile("(?:^|,)(tcp|udp|sctp)6?(?:,|$)");
    private static final String FINAL = "Final flow: ";
    /** What a packet does not take along to another switch. */
    private static final Pattern LOCAL = Pattern.compile(
            "(recirc_id|reg\\d+|xreg\\d+|xxreg\\d+|ct_.*|in_port|metadata|pkt_mark|skb_priority|vlan_tci|tun_.*"
                    + "|gtpu_.*|nw_frag|tcp_flags|dp_hash)");

    /** What a tunnel does take along. */
    private static final Set<String> TUNNELED = Set.of("tun_id");

    /**
     * One way out.
     *
     * @param port number of the port
     * @param tunnel outer addresses; both empty when the port is no tunnel
     * @param packet the packet as it leaves, in the syntax of ovs-ofctl(8), without what stays behind
     */
    record Output(int port, Tunnel tunnel, String packet) {}

    /** Outer addresses. */
    record Tunnel(String source, String destination) {
        static final Tunnel NONE = new Tunnel("", "");
    }

    TraceOutput {
        outputs = List.copyOf(outputs);
    }

    static TraceOutput parse(String text) {
        List<Output> outputs = new ArrayList<>();
        List<Output> open = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            Matcher output = OUTPUT.matcher(line);
            Matcher tunnel = TUNNEL.matcher(line);
            if (output.matches()) {
                open.add(new Output(Integer.parseInt(output.group(1)), Tunnel.NONE, ""));
            } else if (tunnel.matches() && !open.isEmpty()) {
                Output last = open.remove(open.size() - 1);
                open.add(new Output(last.port(), new Tunnel(tunnel.group(1), tunnel.group(2)), ""));
            } else if (line.startsWith(FINAL)) {
                String packet = packet(line.substring(FINAL.length()));
                open.forEach(way -> outputs.add(new Output(way.port(), way.tunnel(), packet)));
                open.clear();
            }
        }
        return new TraceOutput(outputs);
    }

    /** Prints ports with the name of their protocol: {@code tp_dst} is read as {@code tcp_dst} only. */
    private static String packet(String flow) {
        Matcher protocol = PROTOCOL.matcher(flow);
        String transport = protocol.find() ? protocol.group(1) : "tcp";
        return Stream.of(flow.split(",", -1))
                .filter(field -> {
                    String name = field.contains("=") ? field.substring(0, field.indexOf('=')) : field;
                    return TUNNELED.contains(name)
                            || name.startsWith("tun_metadata")
                            || !name.equals("eth") && !LOCAL.matcher(name).matches();
                })
                .map(field -> field.replaceFirst("^tp_", transport + "_"))
                .collect(Collectors.joining(","));
    }
}
