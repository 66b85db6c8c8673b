package org.karst.pipeline;

/** The short names that ovs-ofctl(8) has for pairs of Ethernet type and protocol. */
final class ProtocolName {
    private ProtocolName() {}

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
