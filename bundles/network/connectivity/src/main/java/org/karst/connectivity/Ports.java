package org.karst.connectivity;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.LinkState;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** The ports of the integration bridge and the interfaces behind them. */
final class Ports {
    private Ports() {}

    static List<Rule<?>> rules() {
        return List.of(
                new Rule<>("pod-ports", Scope.ZONE, Keys.of(World.ATTACHMENTS), Ports::pod),
                new Rule<>("node-ports", Scope.ZONE, Keys.of(Topology.NODE_NAMES), Ports::node));
    }

    private static List<Item> pod(View view, AttachmentKey key) {
        Optional<Attachment> found = view.get(World.ATTACHMENTS, key);
        if (found.isEmpty()) {
            return List.of();
        }
        Attachment attachment = found.get();
        List<Item> items = new ArrayList<>();
        boolean mayOpen =
                switch (attachment.device()) {
                    case VETH -> {
                        items.add(PodLink.of(key, attachment));
                        yield mayOpen(view, new PortKey(key.node(), attachment.port()));
                    }
                    case DUMMY -> true;
                };
        if (mayOpen) {
            items.add(new PortItem(
                    key.node(),
                    World.INTEGRATION_BRIDGE,
                    attachment.port(),
                    attachment.device().portType(),
                    Optional.empty(),
                    0,
                    new TreeMap<>(),
                    attachment.externalIds(key)));
        }
        return items;
    }

    /**
     * A switch that is told of a port before its link is there fails to open it, says so, and tries all such ports again at each
     * change. One that has the port already keeps it, whatever becomes of the link: the row remembers the attachment.
     */
    private static boolean mayOpen(View view, PortKey port) {
        return view.get(World.LINKS, port).filter(LinkState::ready).isPresent()
                || view.get(World.INTERFACES, port).isPresent();
    }

    private static List<Item> node(View view, String node) {
        Optional<ClusterNetwork> cluster = view.get(World.CLUSTER, World.CLUSTER_KEY);
        if (cluster.isEmpty()) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        items.add(tunnel(node, cluster.get()));
        Topology.managementMac(view, node).ifPresent(mac -> {
            int mtu = view.get(Topology.POD_MTU, node);
            items.add(new PortItem(
                    node,
                    World.INTEGRATION_BRIDGE,
                    Topology.MANAGEMENT_PORT,
                    "internal",
                    Optional.of(mac),
                    mtu,
                    new TreeMap<>(),
                    new TreeMap<>()));
            items.add(management(view, node, mtu, cluster.get()));
        });
        return items;
    }

    private static PortItem tunnel(String node, ClusterNetwork cluster) {
        SortedMap<String, String> options = new TreeMap<>(Map.of(
                "remote_ip", "flow",
                "key", "flow",
                "dst_port", Integer.toString(cluster.genevePort())));
        return new PortItem(
                node,
                World.INTEGRATION_BRIDGE,
                Topology.TUNNEL_PORT,
                "geneve",
                Optional.empty(),
                0,
                options,
                new TreeMap<>());
    }

    private static NodeLink management(View view, String node, int mtu, ClusterNetwork cluster) {
        List<InterfaceAddress> addresses = new ArrayList<>();
        List<NodeLink.Route> routes = new ArrayList<>();
        for (Cidr subnet : view.get(Topology.SUBNETS, node)) {
            InterfaceAddress own = Topology.management(subnet);
            Ip gateway = Topology.gateway(subnet);
            addresses.add(own);
            cluster.clusterCidrs().stream()
                    .filter(cidr -> cidr.family() == subnet.family())
                    .forEach(cidr -> routes.add(new NodeLink.Route(cidr, gateway, own.address())));
        }
        return new NodeLink(node, Topology.MANAGEMENT_PORT, mtu, addresses, routes);
    }
}
