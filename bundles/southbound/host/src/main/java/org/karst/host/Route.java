package org.karst.host;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A route to a prefix by one next hop (RTM_NEWROUTE).
 *
 * @param destination first address of the prefix; 0.0.0.0 or :: with length 0 is the default route
 * @param prefixLength 0–32 or 0–128
 * @param gateway next hop, of the same family; empty: the destination is on the link
 * @param link index of the link; 0 in a dump when the route has none (unreachable) or several
 * @param onLink the gateway counts as reachable on the link even if no prefix of it says so
 * @param source source address that the kernel prefers for packets on this route
 * @param metric the smaller wins; 0 = the family's default (0 for IPv4, 1024 for IPv6)
 * @param table routing table; 254 is the main one
 * @param protocol who installed it (rtnetlink(7)): 2 kernel, 3 boot, 4 administrator; see {@link #KARST}
 */
public record Route(
        InetAddress destination,
        int prefixLength,
        Optional<InetAddress> gateway,
        int link,
        boolean onLink,
        Optional<InetAddress> source,
        int metric,
        int table,
        int protocol) {
    public static final int MAIN_TABLE = 254;
    /** Marks the routes that Karst made, so that it never touches another's. */
    public static final int KARST = 75;

    public Route {
        requirePrefix(destination, prefixLength);
    }

    /** A route of Karst in the main table. */
    public static Route to(InetAddress destination, int prefixLength, int link) {
        return new Route(
                destination, prefixLength, Optional.empty(), link, false, Optional.empty(), 0, MAIN_TABLE, KARST);
    }

    public Route via(InetAddress nextHop) {
        return new Route(
                destination, prefixLength, Optional.of(nextHop), link, onLink, source, metric, table, protocol);
    }

    public Route onLinkGateway() {
        return new Route(destination, prefixLength, gateway, link, true, source, metric, table, protocol);
    }

    public Route from(InetAddress preferred) {
        return new Route(
                destination, prefixLength, gateway, link, onLink, Optional.of(preferred), metric, table, protocol);
    }

    @Override
    public String toString() {
        return destination.getHostAddress() + "/" + prefixLength
                + gateway.map(hop -> " via " + hop.getHostAddress()).orElse("")
                + " dev " + link
                + (onLink ? " onlink" : "")
                + source.map(address -> " src " + address.getHostAddress()).orElse("")
                + (metric == 0 ? "" : " metric " + metric)
                + (table == MAIN_TABLE ? "" : " table " + table)
                + " proto " + protocol;
    }

    static void requirePrefix(InetAddress address, int prefixLength) {
        int bits = address.getAddress().length * 8;
        if (prefixLength < 0 || prefixLength > bits) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " of " + address.getHostAddress() + " is not in 0.." + bits);
        }
    }
}
