package org.karst.host;

import java.util.Objects;
import java.util.Optional;
import org.karst.model.Cidr;
import org.karst.model.Ip;

/**
 * A route to a prefix by one next hop (RTM_NEWROUTE).
 *
 * @param destination 0.0.0.0/0 or ::/0 is the default route
 * @param gateway next hop, of the same family; empty: the destination is on the link
 * @param link index of the link; 0 in a dump when the route has none (unreachable) or several
 * @param onLink the gateway counts as reachable on the link even if no prefix of it says so
 * @param source source address that the kernel prefers for packets on this route
 * @param metric the smaller wins; 0 = the family's default (0 for IPv4, 1024 for IPv6)
 * @param table routing table; 254 is the main one
 * @param protocol who installed it (rtnetlink(7)): 2 kernel, 3 boot, 4 administrator; see {@link #KARST}
 */
public record Route(
        Cidr destination,
        Optional<Ip> gateway,
        int link,
        boolean onLink,
        Optional<Ip> source,
        int metric,
        int table,
        int protocol) {
    public static final int MAIN_TABLE = 254;
    /** Marks the routes and addresses that Karst made, so that it never touches another's. */
    public static final int KARST = 75;

    public Route {
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(source, "source");
    }

    /** A route of Karst in the main table. */
    public static Route to(Cidr destination, int link) {
        return new Route(destination, Optional.empty(), link, false, Optional.empty(), 0, MAIN_TABLE, KARST);
    }

    public Route via(Ip nextHop) {
        return new Route(destination, Optional.of(nextHop), link, onLink, source, metric, table, protocol);
    }

    public Route onLinkGateway() {
        return new Route(destination, gateway, link, true, source, metric, table, protocol);
    }

    public Route from(Ip preferred) {
        return new Route(destination, gateway, link, onLink, Optional.of(preferred), metric, table, protocol);
    }

    public Route withMetric(int cost) {
        return new Route(destination, gateway, link, onLink, source, cost, table, protocol);
    }

    @Override
    public String toString() {
        return destination
                + gateway.map(hop -> " via " + hop).orElse("")
                + " dev " + link
                + (onLink ? " onlink" : "")
                + source.map(address -> " src " + address).orElse("")
                + (metric == 0 ? "" : " metric " + metric)
                + (table == MAIN_TABLE ? "" : " table " + table)
                + " proto " + protocol;
    }
}
