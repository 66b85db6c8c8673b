package org.karst.host.internal;

import java.util.List;
import java.util.Optional;
import org.karst.host.Route;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.PodLink;

/**
 * What a link of ours has to be, whichever kind of item says so.
 *
 * @param name of the link
 * @param mac empty: whatever it has
 * @param mtu in bytes
 * @param addresses that it has to have
 * @param routes that leave by it
 */
record InterfaceSpec(
        String name, Optional<MacAddress> mac, int mtu, List<InterfaceAddress> addresses, List<Via> routes) {
    private static final Cidr ALL_IPV4 = Cidr.parse("0.0.0.0/0");
    private static final Cidr ALL_IPV6 = Cidr.parse("::/0");

    /** A route by a gateway, with the source address of what is sent from here when there is a choice. */
    record Via(Cidr destination, Ip gateway, Optional<Ip> source) {}

    /** The container's end of a pod's link. */
    static InterfaceSpec of(PodLink link) {
        return new InterfaceSpec(
                link.ifname(),
                Optional.of(link.mac()),
                link.mtu(),
                link.addresses(),
                link.gateways().stream()
                        .map(gateway -> new Via(
                                gateway.family() == Family.IPV4 ? ALL_IPV4 : ALL_IPV6, gateway, Optional.empty()))
                        .toList());
    }

    /** An interface of the node. */
    static InterfaceSpec of(NodeLink link) {
        return new InterfaceSpec(
                link.name(),
                Optional.empty(),
                link.mtu(),
                link.addresses(),
                link.routes().stream()
                        .map(route -> new Via(route.destination(), route.gateway(), Optional.of(route.source())))
                        .toList());
    }

    /** Nothing of ours on a link that stays. */
    InterfaceSpec emptied() {
        return new InterfaceSpec(name, Optional.empty(), mtu, List.of(), List.of());
    }

    boolean six() {
        return addresses.stream().anyMatch(address -> address.address().family() == Family.IPV6);
    }

    /** The routes on the link with this index. A gateway outside the link's subnets is taken to be on the link all the same. */
    List<Route> routes(int link) {
        return routes.stream()
                .map(via -> {
                    Route route = Route.to(via.destination(), link).via(via.gateway());
                    boolean near = addresses.stream()
                            .anyMatch(address -> address.subnet().contains(via.gateway()));
                    Route reachable = near ? route : route.onLinkGateway();
                    return via.source().map(reachable::from).orElse(reachable);
                })
                .toList();
    }
}
