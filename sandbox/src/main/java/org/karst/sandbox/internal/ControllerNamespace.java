package org.karst.sandbox.internal;

import java.io.IOException;
import org.karst.host.NetworkNamespace;
import org.karst.host.Route;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;
import org.karst.host.VethPair;
import org.karst.model.Ip;

/**
 * Where the server runs: one address on its loopback link, and to each node a veth pair of its own, so that nodes reach the
 * server and nothing else over it, whatever happens to the network that the server programs.
 */
public final class ControllerNamespace {
    private static final String NODE_END = "mgmt0";
    private static final int WHOLE = 32;

    private final NetworkNamespace namespace;
    private final String address;

    private ControllerNamespace(NetworkNamespace namespace, String address) {
        this.namespace = namespace;
        this.address = address;
    }

    public static ControllerNamespace build(NetworkNamespace namespace, String address) throws IOException {
        namespace.run(inside -> {
            RouteSocket routes = inside.routes();
            routes.execute(RouteRequest.up("lo"));
            routes.execute(RouteRequest.add(
                    Underlay.address(routes.link("lo").orElseThrow().index(), address, WHOLE)));
            // Nodes must not reach each other through here.
            inside.sysctl("net/ipv4/ip_forward", "0");
            inside.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
        });
        return new ControllerNamespace(namespace, address);
    }

    /** Connects a node by a link of that name; {@code nodeAddress} is its end's address. */
    public void connect(NetworkNamespace node, String link, String nodeAddress) throws IOException {
        namespace.run(inside -> {
            RouteSocket routes = inside.routes();
            routes.execute(RouteRequest.create(new VethPair(
                    VethPair.End.named(link), VethPair.End.named(NODE_END).in(node))));
            inside.sysctl("net/ipv4/conf/" + link + "/rp_filter", "0");
            routes.execute(RouteRequest.up(link));
            routes.execute(RouteRequest.add(Route.to(
                            Ip.parse(nodeAddress).single(),
                            routes.link(link).orElseThrow().index())
                    .from(Ip.parse(address))));
        });
        node.run(inside -> {
            inside.sysctl("net/ipv6/conf/" + NODE_END + "/disable_ipv6", "1");
            RouteSocket routes = inside.routes();
            int index = routes.link(NODE_END).orElseThrow().index();
            routes.execute(RouteRequest.add(Underlay.address(index, nodeAddress, WHOLE)));
        });
        reconnect(node);
    }

    /** Takes a node's end of its link down: nothing passes any more, and nobody is told. */
    public static void disconnect(NetworkNamespace node) throws IOException {
        node.run(inside -> inside.routes().execute(RouteRequest.down(NODE_END)));
    }

    /** Takes it up. */
    public void reconnect(NetworkNamespace node) throws IOException {
        node.run(inside -> {
            RouteSocket routes = inside.routes();
            routes.execute(RouteRequest.up(NODE_END));
            routes.execute(RouteRequest.add(Route.to(
                    Ip.parse(address).single(),
                    routes.link(NODE_END).orElseThrow().index())));
        });
    }
}
