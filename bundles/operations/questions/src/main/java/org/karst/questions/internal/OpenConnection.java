package org.karst.questions.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.karst.model.Ip;
import org.karst.pipeline.Connection;

/**
 * A connection that a node's conntrack remembers, as {@code dpctl/dump-conntrack} (ovs-dpctl(8)) prints it.
 *
 * @param node whose conntrack
 * @param connection its first packet, addresses as they are after translation
 */
record OpenConnection(String node, Connection connection) {
    private static final Pattern LINE = Pattern.compile(
            "([a-z0-9]+),orig=\\(([^)]*)\\),reply=\\(([^)]*)\\)(?:,.*?protoinfo=\\(state=([A-Z_0-9]+).*)?.*");
    private static final Map<String, Integer> PROTOCOLS = Map.of(
            "tcp", Connection.TCP,
            "udp", Connection.UDP,
            "sctp", Connection.SCTP,
            "icmp", Connection.ICMP,
            "icmpv6", Connection.ICMPV6);
    /** Of TCP: both ends have said goodbye, conntrack remembers them for a while. */
    private static final Set<String> OVER = Set.of("TIME_WAIT", "CLOSE", "CLOSED", "CLOSING", "LAST_ACK");

    /** Those of a dump that are open; lines that nobody understands are left out. */
    static List<OpenConnection> read(String node, String dump) {
        return dump.lines().flatMap(line -> parse(node, line).stream()).toList();
    }

    private static Optional<OpenConnection> parse(String node, String line) {
        Matcher matcher = LINE.matcher(line.strip());
        Integer protocol = matcher.matches() ? PROTOCOLS.get(matcher.group(1)) : null;
        if (protocol == null || matcher.group(4) != null && OVER.contains(matcher.group(4))) {
            return Optional.empty();
        }
        Map<String, String> first = fields(matcher.group(2));
        Map<String, String> reply = fields(matcher.group(3));
        boolean icmp = protocol == Connection.ICMP || protocol == Connection.ICMPV6;
        if (!first.containsKey("src") || !reply.containsKey("src")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new OpenConnection(
                    node,
                    new Connection(
                            Ip.parse(first.get("src")),
                            Ip.parse(reply.get("src")),
                            protocol,
                            number(first, icmp ? "type" : "sport"),
                            icmp ? number(first, "code") : number(reply, "sport"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int number(Map<String, String> fields, String name) {
        return Integer.parseInt(fields.getOrDefault(name, "0"));
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split(",", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return fields;
    }
}
