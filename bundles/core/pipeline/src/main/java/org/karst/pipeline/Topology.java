package org.karst.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.karst.incremental.Index;
import org.karst.incremental.Numbering;
import org.karst.incremental.Prefix;
import org.karst.incremental.PrefixIndex;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Allocation;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.model.Node;
import org.karst.model.PodKey;

/**
 * What several features derive alike from nodes and interfaces: subnets, gateways, management ports, node numbers.
 *
 * <p>In each node subnet .1 is the gateway, that is every node's switch, and .2 the management port, that is the node itself;
 * in an IPv6 subnet ::1 and ::2.
 */
public final class Topology {
    /** The management port: how the node itself takes part in the pods' network. */
    public static final String MANAGEMENT_PORT = "karst0";
    /** The tunnel port of the integration bridge. */
    public static final String TUNNEL_PORT = "karst-tunnel";

    /** Network, gateway, management port and one pod. */
    public static final int SMALLEST_SUBNET = 4;

    /** Used while no uplink's MTU is known: Ethernet's less the tunnel's overhead. */
    private static final int UNKNOWN_UPLINK_MTU = 1500;

    private static final PrefixIndex<PodKey, Node> NODES_BY_SUBNET =
            PrefixIndex.of("nodes-by-subnet", World.NODES.table(), node -> node.podCidrs().stream()
                    .map(Topology::prefix)
                    .toList());

    private static final PrefixIndex<PodKey, Allocation> ALLOCATIONS_BY_SUBNET = PrefixIndex.of(
            "allocations-by-subnet", World.ALLOCATIONS.table(), allocation -> List.of(prefix(allocation.subnet())));

    private static final Index<PortKey, PortKey, Interface> INTERFACES_BY_BRIDGE = Index.byKeyAndRow(
            "interfaces-by-bridge", World.INTERFACES, (key, row) -> Set.of(new PortKey(key.node(), row.bridge())));

    /** The names of all nodes. */
    public static final Query<Unit, SortedSet<String>> NODE_NAMES = Query.of("node-names", (view, unit) -> {
        SortedSet<String> names = new TreeSet<>();
        view.all(World.NODES.table()).forEach(key -> names.add(key.name()));
        return names;
    });

    /**
     * Whether an allocation is in force: its node is there, has no {@code spec.podCIDRs} of that family and no older allocation,
     * and the subnet overlaps neither {@code spec.podCIDRs} of an older node nor an older allocation.
     */
    public static final Query<PodKey, Boolean> IN_FORCE =
            Query.of("allocation-in-force", (view, key) -> view.get(World.ALLOCATIONS.table(), key)
                    .map(allocation -> inForce(view, allocation))
                    .orElse(false));

    /** The subnets of a node that no older node has, from its spec or allocated: what may be routed to it. */
    public static final Query<String, List<Cidr>> SUBNETS = Query.of(
            "node-subnets",
            (view, name) -> node(view, name).map(node -> subnets(view, node)).orElse(List.of()));

    /** The MTU of a node's pods. */
    public static final Query<String, Integer> POD_MTU = Query.of("pod-mtu", (view, name) -> {
        int configured = view.get(World.CLUSTER, World.CLUSTER_KEY)
                .map(ClusterNetwork::mtu)
                .orElse(0);
        return configured != 0 ? configured : uplinkMtu(view, name) - ClusterNetwork.TUNNEL_OVERHEAD;
    });

    private static final Numbering<String> NUMBERS = Numbering.of("node-numbers", NODE_NAMES, name -> name);

    private Topology() {}

    /** A node's row. */
    public static Optional<Node> node(View view, String name) {
        return view.get(World.NODES.table(), new PodKey("", name));
    }

    /** The number that stands for a node in {@link Abi#REMOTE_NODE}. */
    public static long number(View view, String node) {
        return NUMBERS.of(view, node);
    }

    /** The subnet of a node in a family. */
    public static Optional<Cidr> subnet(View view, String node, Family family) {
        return view.get(SUBNETS, node).stream()
                .filter(cidr -> cidr.family() == family)
                .findFirst();
    }

    /** The gateway of a subnet. */
    public static Ip gateway(Cidr subnet) {
        return subnet.address(1);
    }

    /** The management port's address in a subnet. */
    public static InterfaceAddress management(Cidr subnet) {
        return new InterfaceAddress(subnet.address(2), subnet.length());
    }

    /** The addresses that are the node itself: its management port's and its own (InternalIP); sorted. */
    public static SortedSet<Ip> addresses(View view, String node) {
        SortedSet<Ip> addresses = new TreeSet<>();
        view.get(SUBNETS, node)
                .forEach(subnet -> addresses.add(management(subnet).address()));
        node(view, node).ifPresent(row -> addresses.addAll(row.addresses()));
        return addresses;
    }

    private static List<Cidr> subnets(View view, Node node) {
        List<Cidr> subnets = new ArrayList<>();
        for (Cidr subnet : node.podCidrs()) {
            if (subnet.size() >= SMALLEST_SUBNET
                    && holderBefore(view, node, subnet).isEmpty()) {
                subnets.add(subnet);
            }
        }
        view.find(World.ALLOCATIONS_BY_NODE, node.name()).stream()
                .filter(key -> view.get(IN_FORCE, key))
                .flatMap(key -> view.get(World.ALLOCATIONS.table(), key).stream())
                .map(Allocation::subnet)
                .sorted()
                .forEach(subnets::add);
        return List.copyOf(subnets);
    }

    private static boolean inForce(View view, Allocation allocation) {
        Cidr subnet = allocation.subnet();
        Prefix prefix = prefix(subnet);
        Optional<Node> owner = node(view, allocation.node())
                .filter(node -> node.podCidr(subnet.family()).isEmpty());
        if (owner.isEmpty()
                || subnet.size() < SMALLEST_SUBNET
                || olderWithPodCidr(view, owner.get(), subnet).findFirst().isPresent()) {
            return false;
        }
        List<PodKey> rivals = new ArrayList<>(view.containing(ALLOCATIONS_BY_SUBNET, prefix));
        rivals.addAll(view.containedIn(ALLOCATIONS_BY_SUBNET, prefix));
        rivals.addAll(view.find(World.ALLOCATIONS_BY_NODE, allocation.node()));
        return rivals.stream()
                .flatMap(key -> view.get(World.ALLOCATIONS.table(), key).stream())
                .filter(rival -> rival.subnet().family() == subnet.family())
                .noneMatch(rival -> Allocation.BY_AGE.compare(rival, allocation) < 0);
    }

    /** The MAC address of a node's gateway: of the IPv4 one, or of the IPv6 one if there is no other. */
    public static Optional<MacAddress> gatewayMac(View view, String node) {
        return first(view, node).map(subnet -> MacAddress.of(gateway(subnet)));
    }

    /** The MAC address of a node's management port. */
    public static Optional<MacAddress> managementMac(View view, String node) {
        return first(view, node).map(subnet -> MacAddress.of(management(subnet).address()));
    }

    /** The OpenFlow number of a port, once the switch has given it one. */
    public static Optional<Integer> ofport(View view, String node, String port) {
        return view.get(World.INTERFACES, new PortKey(node, port))
                .filter(Interface::ready)
                .map(Interface::ofport);
    }

    /** The address of a node that tunnels lead to: the first IPv4 one, else the first. */
    public static Optional<Ip> tunnelAddress(View view, String node) {
        return node(view, node).flatMap(row -> row.address(Family.IPV4).or(() -> row.address(Family.IPV6)));
    }

    /** The older node that holds a subnet overlapping this one, by {@code spec.podCIDRs} or by an allocation; it wins. */
    public static Optional<String> holderBefore(View view, Node node, Cidr subnet) {
        return Stream.concat(olderWithPodCidr(view, node, subnet), olderWithAllocation(view, node, subnet))
                .sorted()
                .findFirst();
    }

    /** The older nodes whose {@code podCIDRs} overlap a subnet. */
    private static Stream<String> olderWithPodCidr(View view, Node node, Cidr subnet) {
        List<PodKey> others = new ArrayList<>(view.containing(NODES_BY_SUBNET, prefix(subnet)));
        others.addAll(view.containedIn(NODES_BY_SUBNET, prefix(subnet)));
        return others.stream()
                .flatMap(key -> view.get(World.NODES.table(), key).stream())
                .filter(other -> isOlder(other, node))
                .map(Node::name);
    }

    /** The older nodes that hold an overlapping subnet by an allocation. */
    private static Stream<String> olderWithAllocation(View view, Node node, Cidr subnet) {
        List<PodKey> others = new ArrayList<>(view.containing(ALLOCATIONS_BY_SUBNET, prefix(subnet)));
        others.addAll(view.containedIn(ALLOCATIONS_BY_SUBNET, prefix(subnet)));
        return others.stream()
                .filter(key -> view.get(IN_FORCE, key))
                .flatMap(key -> view.get(World.ALLOCATIONS.table(), key).stream())
                .filter(held -> node(view, held.node())
                        .filter(other -> isOlder(other, node))
                        .isPresent())
                .map(Allocation::node);
    }

    private static boolean isOlder(Node first, Node second) {
        int order = first.created().compareTo(second.created());
        return order < 0 || order == 0 && first.name().compareTo(second.name()) < 0;
    }

    private static Optional<Cidr> first(View view, String node) {
        return subnet(view, node, Family.IPV4).or(() -> subnet(view, node, Family.IPV6));
    }

    private static int uplinkMtu(View view, String node) {
        return view.find(INTERFACES_BY_BRIDGE, new PortKey(node, World.EXTERNAL_BRIDGE)).stream()
                .flatMap(key -> view.get(World.INTERFACES, key).stream())
                .filter(row -> row.type().isEmpty() && row.mtu() > 0)
                .mapToInt(Interface::mtu)
                .min()
                .orElse(UNKNOWN_UPLINK_MTU);
    }

    private static Prefix prefix(Cidr cidr) {
        return Prefix.of(cidr.network().bytes(), cidr.length());
    }
}
