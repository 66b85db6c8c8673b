package org.karst.host.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.karst.host.HostException;
import org.karst.host.Link;
import org.karst.host.LinkAddress;
import org.karst.host.NamespaceSession;
import org.karst.host.Route;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;
import org.karst.model.Family;
import org.karst.model.InterfaceAddress;

/**
 * Makes one link what its {@link InterfaceSpec} says: observe, compare, send the difference in one batch. Addresses and routes
 * that do not bear our mark are another's and stay.
 */
final class Interfaces {
    /** Metric of an IPv6 route that was added without one. */
    private static final int DEFAULT_METRIC_IPV6 = 1024;

    private Interfaces() {}

    /**
     * Makes the link so.
     *
     * @param fresh it was just created with its MAC and MTU, so there is nothing else on it to find out
     * @param softwareChecksums whether what takes packets from it expects them to have their checksums
     * @return false when there is no such link
     */
    static boolean settle(NamespaceSession inside, InterfaceSpec wanted, boolean fresh, boolean softwareChecksums)
            throws HostException {
        Optional<Link> found = inside.routes().link(wanted.name());
        if (found.isEmpty()) {
            return false;
        }
        settle(inside, found.get(), wanted, fresh, softwareChecksums);
        return true;
    }

    /** {@link #settle(NamespaceSession, InterfaceSpec, boolean, boolean)} for a link that was found. */
    static void settle(
            NamespaceSession inside, Link found, InterfaceSpec wanted, boolean fresh, boolean softwareChecksums)
            throws HostException {
        RouteSocket routes = inside.routes();
        parameters(inside, wanted);
        if (softwareChecksums) {
            softwareChecksums(inside, wanted.name());
        }
        execute(routes, linkAndAddresses(routes, found, wanted, fresh));
        // Observed only now: an address that went may have taken routes with it.
        execute(routes, routes(routes, found.index(), wanted, fresh));
    }

    /** What it would take to make the link so; nothing is done. */
    static List<RouteRequest> differences(RouteSocket routes, Link found, InterfaceSpec wanted) throws HostException {
        List<RouteRequest> differences = new ArrayList<>(linkAndAddresses(routes, found, wanted, false));
        differences.addAll(routes(routes, found.index(), wanted, false));
        return differences;
    }

    /** Turns the offload off where it is on; a link whose driver has none is fine as it is. */
    static void softwareChecksums(NamespaceSession inside, String link) throws HostException {
        if (inside.transmitChecksumOffload(link)) {
            inside.transmitChecksumOffload(link, false);
        }
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
        List<LinkAddress> present = fresh
                ? List.of()
                : routes.addresses().stream()
                        .filter(address -> address.link() == link.index())
                        .toList();
        Set<InterfaceAddress> there = new HashSet<>();
        for (LinkAddress address : present) {
            if (address.protocol() == Route.KARST && !wanted.addresses().contains(address.address())) {
                requests.add(RouteRequest.remove(address));
            } else {
                there.add(address.address());
            }
        }
        for (InterfaceAddress address : wanted.addresses()) {
            if (!there.contains(address)) {
                requests.add(RouteRequest.replace(LinkAddress.ours(link.index(), address)));
            }
        }
        return requests;
    }

    private static List<RouteRequest> routes(RouteSocket socket, int link, InterfaceSpec wanted, boolean fresh)
            throws HostException {
        List<Route> routes = wanted.routes(link);
        List<Route> present = fresh
                ? List.of()
                : socket.routes().stream()
                        .filter(route -> route.link() == link && route.protocol() == Route.KARST)
                        .map(Interfaces::withoutDefaultMetric)
                        .toList();
        List<RouteRequest> requests = new ArrayList<>();
        // What is too much goes first: it may hold the place of something new.
        present.stream()
                .filter(route -> !routes.contains(route))
                .map(RouteRequest::remove)
                .forEach(requests::add);
        routes.stream()
                .filter(route -> !present.contains(route))
                .map(RouteRequest::replace)
                .forEach(requests::add);
        return requests;
    }

    private static Route withoutDefaultMetric(Route route) {
        return route.destination().family() == Family.IPV6 && route.metric() == DEFAULT_METRIC_IPV6
                ? route.withMetric(0)
                : route;
    }
}
