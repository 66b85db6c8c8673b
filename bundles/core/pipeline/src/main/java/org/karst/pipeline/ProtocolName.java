package org.karst.pipeline;

import java.util.Map;
import java.util.Optional;

/** The short names that ovs-ofctl(8) has for pairs of Ethernet type and protocol. */
final class ProtocolName {
    private static final Map<String, Match> BY_NAME = Map.ofEntries(
            Map.entry("arp", Match.arp()),
            Map.entry("ip", Match.ip()),
            Map.entry("ipv6", Match.ipv6()),
            Map.entry("tcp", Match.ip().and(Field.NW_PROTO, 6)),
            Map.entry("tcp6", Match.ipv6().and(Field.NW_PROTO, 6)),
            Map.entry("udp", Match.ip().and(Field.NW_PROTO, 17)),
            Map.entry("udp6", Match.ipv6().and(Field.NW_PROTO, 17)),
            Map.entry("sctp", Match.ip().and(Field.NW_PROTO, 132)),
            Map.entry("sctp6", Match.ipv6().and(Field.NW_PROTO, 132)),
            Map.entry("icmp", Match.ip().and(Field.NW_PROTO, 1)),
            Map.entry("icmp6", Match.ipv6().and(Field.NW_PROTO, 58)),
            Map.entry("rarp", Match.all().and(Field.ETH_TYPE, 0x8035)),
            Map.entry("mpls", Match.all().and(Field.ETH_TYPE, 0x8847)),
            Map.entry("mplsm", Match.all().and(Field.ETH_TYPE, 0x8848)));

    private ProtocolName() {}

    /** What a short name stands for, empty if it is none. */
    static Optional<Match> find(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** The short name, or "" if the match has none. */
    static String of(Match match) {
        if (match.is(Field.ETH_TYPE, 0x0806)) {
            return "arp";
        }
        boolean ipv4 = match.is(Field.ETH_TYPE, 0x0800);
        if (!ipv4 && !match.is(Field.ETH_TYPE, 0x86dd)) {
            return "";
        }
        String suffix = ipv4 ? "" : "6";
        int protocol =
                match.has(Field.NW_PROTO) ? (int) match.value(Field.NW_PROTO).low() : -1;
        return switch (protocol) {
            case 6 -> "tcp" + suffix;
            case 17 -> "udp" + suffix;
            case 132 -> "sctp" + suffix;
            case 1 -> ipv4 ? "icmp" : "ipv6";
            case 58 -> ipv4 ? "ip" : "icmp6";
            default -> ipv4 ? "ip" : "ipv6";
        };
    }
}
