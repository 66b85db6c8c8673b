package org.karst.host.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.karst.host.HostException;
import org.karst.host.ManagedNeighbour;
import org.karst.host.Neighbour;
import org.karst.host.Route;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;
import org.karst.model.Ip;
import org.karst.pipeline.NodeNeighbour;

/**
 * Has the kernel keep the next hops resolved that lead to the wanted addresses. A userspace switch overhears what the kernel
 * resolves: the answers pass its external bridge. Several addresses behind one router are one entry.
 */
final class NodeNeighbours {
    private final RouteSocket routes;

    NodeNeighbours(RouteSocket routes) {
        this.routes = routes;
    }

    /**
     * Makes it so for all that is wanted.
     *
     * @param prune whether entries of ours may go that lead to nothing wanted
     * @return why not, by what is not so
     */
    Map<NodeNeighbour, String> settle(Collection<NodeNeighbour> wanted, boolean prune) throws HostException {
        Map<NodeNeighbour, String> failures = new HashMap<>();
        Map<ManagedNeighbour, NodeNeighbour> hops = new HashMap<>();
        for (NodeNeighbour neighbour : wanted) {
            Optional<Route> way = routes.way(neighbour.address());
            if (way.isEmpty()) {
                failures.put(neighbour, "there is no route to " + neighbour.address());
            } else {
                hops.put(hop(way.get(), neighbour.address()), neighbour);
            }
        }
        Set<ManagedNeighbour> present = new HashSet<>(routes.managedNeighbours());
        Set<ManagedNeighbour> fresh = new HashSet<>(hops.keySet());
        fresh.removeAll(present);
        fresh.removeAll(fixed());
        Map<RouteRequest, NodeNeighbour> requests = new LinkedHashMap<>();
        fresh.forEach(hop -> requests.put(RouteRequest.manage(hop), hops.get(hop)));
        // The kernel may know a neighbour from that one's own request and never ask; but only answers are overheard.
        // Refused
        // where nothing is known, and then the next request asks.
        routes.tryAll(fresh.stream().map(RouteRequest::probe).toList());
        routes.tryAll(List.copyOf(requests.keySet()))
                .forEach((request, refusal) -> failures.put(requests.get(request), refusal.getMessage()));
        if (prune) {
            present.removeAll(hops.keySet());
            remove(present);
        }
        return failures;
    }

    private static ManagedNeighbour hop(Route way, Ip address) {
        return new ManagedNeighbour(way.link(), way.gateway().orElse(address));
    }

    /** What an administrator fixed needs no resolution, and would be fixed no more. */
    private Set<ManagedNeighbour> fixed() throws HostException {
        Set<ManagedNeighbour> fixed = new HashSet<>();
        for (Neighbour neighbour : routes.neighbours()) {
            if (neighbour.permanent()) {
                fixed.add(new ManagedNeighbour(neighbour.link(), neighbour.address()));
            }
        }
        return fixed;
    }

    private void remove(Set<ManagedNeighbour> unwanted) throws HostException {
        List<RouteRequest> requests = new ArrayList<>();
        unwanted.forEach(neighbour -> requests.add(RouteRequest.remove(neighbour)));
        for (HostException refusal : routes.executeAll(requests)) {
            if (!refusal.absent()) {
                throw refusal;
            }
        }
    }
}
