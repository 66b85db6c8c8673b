package org.karst.sandbox.internal;

import java.io.IOException;
import java.util.Optional;
import org.karst.host.Link;
import org.karst.host.LinkAddress;
import org.karst.host.NamespaceSession;
import org.karst.host.NetworkNamespace;
import org.karst.host.Route;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;
import org.karst.host.VethPair;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** The wires: one Linux bridge that joins all uplinks, and the veth pairs that hang on it. */
public final class Underlay {
    private static final String BRIDGE = "ul0";

    private final NetworkNamespace namespace;
    private final int mtu;

    private Underlay(NetworkNamespace namespace, int mtu) {
        this.namespace = namespace;
        this.mtu = mtu;
    }

    /** Makes the bridge in an empty namespace. */
    public static Underlay build(NetworkNamespace namespace, int mtu) throws IOException {
        namespace.run(inside -> {
            // A bridge has no business with addresses; without this each port would send router solicitations.
            inside.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
            RouteSocket routes = inside.routes();
            routes.execute(RouteRequest.create(BRIDGE, "bridge"));
            routes.execute(RouteRequest.mtu(BRIDGE, mtu));
            routes.execute(RouteRequest.up(BRIDGE));
        });
        return new Underlay(namespace, mtu);
    }

    /**
     * Joins another namespace to the bridge by its link {@code eth0}, left down.
     *
     * @param port name of the bridge's end
     */
    public void join(NetworkNamespace other, String port, Optional<MacAddress> mac) throws IOException {
        namespace.run(inside -> {
            RouteSocket routes = inside.routes();
            VethPair.End end = VethPair.End.named("eth0").in(other).withMtu(mtu);
            routes.execute(RouteRequest.create(new VethPair(
                    VethPair.End.named(port).withMtu(mtu), mac.map(end::withMac).orElse(end))));
            // What a datapath with raw sockets sees on a veth has to have its checksums.
            inside.transmitChecksumOffload(port, false);
            routes.execute(
                    RouteRequest.master(port, routes.link(BRIDGE).orElseThrow().index()));
            routes.execute(RouteRequest.up(port));
        });
        other.run(inside -> inside.transmitChecksumOffload("eth0", false));
    }

    /** Gives a link an address of each present family and brings it up. */
    public static void address(
            NamespaceSession inside,
            String link,
            Optional<String> ipv4,
            int prefix4,
            Optional<String> ipv6,
            int prefix6)
            throws IOException {
        inside.sysctl("net/ipv4/conf/" + link + "/arp_ignore", "0");
        inside.sysctl("net/ipv6/conf/" + link + "/accept_ra", "0");
        inside.sysctl("net/ipv6/conf/" + link + "/accept_dad", "0");
        inside.sysctl("net/ipv6/conf/" + link + "/disable_ipv6", ipv6.isPresent() ? "0" : "1");
        RouteSocket routes = inside.routes();
        Link found = routes.link(link).orElseThrow();
        if (ipv4.isPresent()) {
            routes.execute(RouteRequest.add(address(found.index(), ipv4.get(), prefix4)));
        }
        if (ipv6.isPresent()) {
            routes.execute(RouteRequest.add(address(found.index(), ipv6.get(), prefix6)));
        }
        routes.execute(RouteRequest.up(link));
    }

    /** A route by a gateway for each family that has one. */
    public static void defaultRoutes(NamespaceSession inside, String link, Optional<String> ipv4, Optional<String> ipv6)
            throws IOException {
        int index = inside.routes().link(link).orElseThrow().index();
        if (ipv4.isPresent()) {
            inside.routes()
                    .execute(RouteRequest.replace(
                            Route.to(Cidr.parse("0.0.0.0/0"), index).via(Ip.parse(ipv4.get()))));
        }
        if (ipv6.isPresent()) {
            inside.routes()
                    .execute(RouteRequest.replace(
                            Route.to(Cidr.parse("::/0"), index).via(Ip.parse(ipv6.get()))));
        }
    }

    static LinkAddress address(int link, String address, int length) {
        return LinkAddress.of(link, new InterfaceAddress(Ip.parse(address), length));
    }
}
