package org.karst.host.internal;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.host.HostException;
import org.karst.host.Link;
import org.karst.host.LinkAddress;
import org.karst.host.NamespaceSession;
import org.karst.host.Neighbour;
import org.karst.host.Route;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;

/** Makes one link what its {@link InterfaceSpec} says: observe, compare, send the difference in one batch. */
final class Interfaces {
    /** Metric of an IPv6 route that was added without one. */
    private static final int DEFAULT_METRIC_IPV6 = 1024;

    private Interfaces() {}

    /**
     * Makes the link so.
     *
     * @param fresh it was just created with its MAC and MTU, so there is nothing else on it to find out
     * @return false when there is no such link
     */
    static boolean settle(NamespaceSession inside, InterfaceSpec wanted, boolean fresh) throws HostException {
        RouteSocket routes = inside.routes();
        Optional<Link> found = routes.link(wanted.name());
        if (found.isEmpty()) {
            return false;
        }
        parameters(inside, wanted);
        if (inside.transmitChecksumOffload(wanted.name())) {
            inside.transmitChecksumOffload(wanted.name(), false);
        }
        int link = found.get().index();
        execute(routes, linkAndAddresses(routes, found.get(), wanted, fresh));
        // Observed only now: an address that went may have taken routes and neighbours with it.
        execute(routes, routesAndNeighbours(routes, link, wanted, fresh));
        return true;
    }

    private static void execute(RouteSocket routes, List<RouteRequest> requests) throws HostException {
        List<HostException> failures = routes.executeAll(requests);
        if (!failures.isEmpty()) {
            HostException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Nothing on the link may come by itself: no router advertisements, no detection of duplicates. */
    private static void parameters(NamespaceSession inside, InterfaceSpec wanted) throws HostException {
        set(inside, "net/ipv4/conf/" + wanted.name() + "/arp_ignore", "0");
        String six = "net/ipv6/conf/" + wanted.name();
        try {
            if (wanted.six()) {
                set(inside, six + "/accept_ra", "0");
                set(inside, six + "/accept_dad", "0");
                set(inside, six + "/dad_transmits", "0");
                set(inside, six + "/disable_ipv6", "0");
            } else {
                set(inside, six + "/disable_ipv6", "1");
            }
        } catch (HostException refusal) {
            // A kernel without IPv6 has no such parameters, and does nothing that they would forbid.
            if (wanted.six() || !refusal.absent()) {
                throw refusal;
            }
        }
    }

    private static void set(NamespaceSession inside, String key, String value) throws HostException {
        if (!inside.sysctl(key).equals(value)) {
            inside.sysctl(key, value);
        }
    }

    private static List<RouteRequest> linkAndAddresses(
            RouteSocket routes, Link link, InterfaceSpec wanted, boolean fresh) throws HostException {
        List<RouteRequest> requests = new ArrayList<>();
        if (wanted.mac().isPresent() && !link.mac().equals(wanted.mac())) {
            requests.add(RouteRequest.macAddress(wanted.name(), wanted.mac().get()));
        }
        if (link.mtu() != wanted.mtu()) {
            requests.add(RouteRequest.mtu(wanted.name(), wanted.mtu()));
        }
        if (!link.up()) {
            requests.add(RouteRequest.up(wanted.name()));
        }
        List<LinkAddress> addresses = wanted.addresses().stream()
                .map(address -> new LinkAddress(link.index(), address.address(), address.prefixLength()))
                .toList();
        List<LinkAddress> present = fresh
                ? List.of()
                : routes.addresses().stream()
                        .filter(address -> address.link() == link.index()
                                && !address.address().isLinkLocalAddress())
                        .toList();
        surplus(present, addresses).forEach(address -> requests.add(RouteRequest.remove(address)));
        surplus(addresses, present).forEach(address -> requests.add(RouteRequest.replace(address)));
        return requests;
    }

    private static List<RouteRequest> routesAndNeighbours(
            RouteSocket socket, int link, InterfaceSpec wanted, boolean fresh) throws HostException {
        List<Route> routes =
                wanted.routes().stream().map(route -> route(link, route)).toList();
        List<Neighbour> neighbours = wanted.neighbours().stream()
                .map(neighbour -> new Neighbour(link, neighbour.address(), neighbour.mac(), true))
                .toList();
        List<Route> presentRoutes = fresh
                ? List.of()
                : socket.routes().stream()
                        .filter(route -> route.link() == link && route.protocol() == Route.KARST)
                        .map(Interfaces::withoutDefaultMetric)
                        .toList();
        List<Neighbour> presentNeighbours = fresh
                ? List.of()
                : socket.neighbours().stream()
                        .filter(neighbour -> neighbour.link() == link && neighbour.permanent())
                        .toList();
        List<RouteRequest> requests = new ArrayList<>();
        // What is too much goes first: it may hold the place of something new.
        surplus(presentRoutes, routes).forEach(route -> requests.add(RouteRequest.remove(route)));
        surplus(presentNeighbours, neighbours).forEach(neighbour -> requests.add(RouteRequest.remove(neighbour)));
        surplus(routes, presentRoutes).forEach(route -> requests.add(RouteRequest.replace(route)));
        surplus(neighbours, presentNeighbours).forEach(neighbour -> requests.add(RouteRequest.replace(neighbour)));
        return requests;
    }

    private static <T> List<T> surplus(List<T> here, List<T> there) {
        return here.stream().filter(one -> !there.contains(one)).toList();
    }

    private static Route route(int link, InterfaceSpec.Via via) {
        Route route = Route.to(via.destination(), via.prefixLength(), link);
        return via.gateway().isPresent() ? route.via(via.gateway().get()) : route;
    }

    private static Route withoutDefaultMetric(Route route) {
        boolean six = isSix(route.destination());
        return six && route.metric() == DEFAULT_METRIC_IPV6
                ? new Route(
                        route.destination(),
                        route.prefixLength(),
                        route.gateway(),
                        route.link(),
                        route.onLink(),
                        route.source(),
                        0,
                        route.table(),
                        route.protocol())
                : route;
    }

    private static boolean isSix(InetAddress address) {
        return address.getAddress().length == 16;
    }
}
