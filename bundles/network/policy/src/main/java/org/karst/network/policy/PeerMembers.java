package org.karst.network.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.karst.incremental.Prefix;
import org.karst.incremental.PrefixIndex;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.LabelSelector;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.network.policy.Pods.Selection;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** Who some peers are. One for each feature. */
public final class PeerMembers {
    private final Pods pods;
    private final PrefixIndex<PodKey, Node> nodesByAddress;
    private final Query<Named, SortedSet<Integer>> numbers;
    private final Query<PeerSet, SortedSet<Group>> groupsOf;
    private final Query<Traffic, SortedSet<Group>> groupsOfTraffic;
    private final Query<LabelSelector, SortedSet<String>> nodesByLabels;
    private final Query<PeerSet, Long> hash;
    private final Query<Named, Long> namedHash;

    /**
     * For a feature.
     *
     * @param prefix of the names of queries
     * @param pods of the same feature
     */
    public PeerMembers(String prefix, Pods pods) {
        this.pods = pods;
        nodesByAddress = PrefixIndex.of(prefix + "-nodes-by-address", World.NODES.table(), node -> {
            List<Prefix> prefixes = new ArrayList<>();
            node.addresses().forEach(address -> prefixes.add(prefix(address.single())));
            node.podCidrs().stream()
                    .filter(subnet -> subnet.size() >= Topology.SMALLEST_SUBNET)
                    .forEach(subnet -> prefixes.add(
                            prefix(Topology.management(subnet).address().single())));
            return prefixes;
        });
        numbers = Query.of(prefix + "-named-ports", this::findNumbers);
        groupsOf = Query.of(prefix + "-groups-of-peers", (view, peers) -> {
            SortedSet<Group> groups = new TreeSet<>();
            selections(view, peers)
                    .forEach(selection ->
                            groups.addAll(pods.members(view, selection).keySet()));
            return groups;
        });
        groupsOfTraffic = Query.of(prefix + "-groups-of-traffic", this::findGroups);
        nodesByLabels = Query.of(prefix + "-nodes-by-labels", (view, labels) -> {
            SortedSet<String> names = new TreeSet<>(view.get(Topology.NODE_NAMES, Unit.UNIT));
            names.removeIf(name -> Topology.node(view, name)
                    .filter(node -> labels.matches(node.labels()))
                    .isEmpty());
            return names;
        });
        hash = Query.of(prefix + "-members-hash", this::sum);
        namedHash = Query.of(prefix + "-named-hash", this::sumOfNamed);
    }

    /**
     * Peers by a named port.
     *
     * @param peers who
     * @param name what they call a port
     */
    public record Named(PeerSet peers, PortName name) {}

    /** Numbers that a name stands for in the pods of some peers. */
    public SortedSet<Integer> numbers(View view, Named named) {
        return view.get(numbers, named);
    }

    /** What a rule is about, seen from a subject: names of its own ports are looked up in it, names of the peers' in them. */
    public SortedSet<Traffic> traffic(View view, Side subject, PeerSet peers, PortSet ports) {
        SortedSet<Traffic> traffic = new TreeSet<>();
        PortSet numbered = numbered(subject, ports);
        if (!numbered.isNothing()) {
            traffic.add(Traffic.of(peers, numbered));
        }
        if (subject.direction() == Direction.EGRESS) {
            for (PortName name : ports.names()) {
                for (int number : numbers(view, new Named(peers, name))) {
                    traffic.add(Traffic.of(peers, new NamedPort(name, number)));
                }
            }
        }
        return traffic;
    }

    /**
     * Whether a rule that is about a subject is about a connection of it: the same as {@link #traffic}, said of one connection.
     *
     * @param hasPeer whether whoever has an address belongs to the peers
     */
    public boolean isAbout(
            View view, Side subject, PeerSet peers, PortSet ports, Connection connection, Predicate<Ip> hasPeer) {
        Ip peer = connection.peer(subject.direction());
        if (numbered(subject, ports).contains(connection)) {
            return hasPeer.test(peer);
        }
        if (subject.direction() == Direction.INGRESS || !connection.hasPorts()) {
            return false;
        }
        SortedSet<PortName> names = ports.names().stream()
                .filter(name -> name.protocol().number() == connection.protocol())
                .collect(Collectors.toCollection(TreeSet::new));
        return hasNamed(view, peers, peer, names, connection.destinationPort());
    }

    /** The ports that are meant by number; names of a subject's own ports are looked up in it. */
    private static PortSet numbered(Side subject, PortSet ports) {
        return switch (subject.direction()) {
            case EGRESS -> ports.numbered();
            case INGRESS -> ports.resolved(subject.group().ports());
        };
    }

    /**
     * The groups that peers mean by labels, and that have named the port if one is asked for; not those that every pod belongs to,
     * unless a port is asked for.
     */
    public SortedSet<Group> groups(View view, Traffic traffic) {
        return view.get(groupsOfTraffic, traffic);
    }

    /** The nodes that peers mean by labels of theirs. */
    public SortedSet<String> labelledNodes(View view, PeerSet peers) {
        SortedSet<String> nodes = new TreeSet<>();
        for (Peer peer : peers.peers()) {
            if (peer instanceof Peer.Nodes some) {
                nodes.addAll(view.get(nodesByLabels, some.labels()));
            }
        }
        return nodes;
    }

    /** The prefixes that are the cluster's pods. */
    public static List<Cidr> clusterPrefixes(View view) {
        return view.get(World.CLUSTER, World.CLUSTER_KEY)
                .map(cluster -> cluster.clusterCidrs())
                .orElse(List.of());
    }

    /** The families that the cluster's pods have. */
    public static SortedSet<Family> families(View view) {
        SortedSet<Family> families = new TreeSet<>();
        clusterPrefixes(view).forEach(prefix -> families.add(prefix.family()));
        return families;
    }

    /** A hash of who belongs to the peers, and of the ports that they have named. */
    public long hash(View view, Traffic traffic) {
        long sum = traffic.hash() + view.get(hash, traffic.peers());
        if (traffic.named().isPresent() && traffic.peers().isFoundByAddress()) {
            sum += view.get(
                    namedHash, new Named(traffic.peers(), traffic.named().get().name()));
        }
        return sum;
    }

    /**
     * The pods of the namespace that stands for nodes: what selects them selects all nodes' own addresses, as in OVN-Kubernetes. None
     * unless the administrator made that namespace.
     */
    public static Optional<Group> hosts(View view) {
        return view.get(World.CLUSTER, World.CLUSTER_KEY)
                .map(ClusterNetwork::hostNetworkNamespace)
                .filter(name ->
                        view.get(World.NAMESPACES.table(), new PodKey("", name)).isPresent())
                .map(name -> new Group(name, Labels.NONE, ContainerPorts.NONE));
    }

    /** A prefix as indexes have it. */
    public static Prefix prefix(Cidr cidr) {
        return Prefix.of(cidr.network().bytes(), cidr.length());
    }

    /** The node that has an address, if one has. */
    public Optional<String> nodeOf(View view, Ip address) {
        return view.containing(nodesByAddress, prefix(address.single())).stream()
                .map(PodKey::name)
                .filter(node -> Topology.addresses(view, node).contains(address))
                .findFirst();
    }

    /** Whether an address that is no node's belongs to some peers. */
    public boolean hasAddress(View view, PeerSet peers, Ip address) {
        return peers.peers().stream().anyMatch(peer -> peer.hasAddress(address))
                || peers.hasEveryPod() && isInCluster(view, address)
                || pods.owners(view, address).stream().anyMatch(group -> hasGroup(view, peers, group));
    }

    /** Whether an owner of an address belongs to some peers and has a port that one of the names stands for. */
    private boolean hasNamed(View view, PeerSet peers, Ip address, SortedSet<PortName> names, int port) {
        return pods.owners(view, address).stream()
                .filter(group -> names.stream().anyMatch(name -> group.ports().has(name, port)))
                .anyMatch(group -> peers.isAll()
                        || hasGroup(view, peers, group)
                        || peers.peers().stream().anyMatch(peer -> peer.hasAddress(address)));
    }

    private boolean hasGroup(View view, PeerSet peers, Group group) {
        Labels namespace = pods.namespaceLabels(view, group.namespace());
        return peers.peers().stream().anyMatch(peer -> peer.hasPod(group.namespace(), namespace, group.labels()));
    }

    private static boolean isInCluster(View view, Ip address) {
        return clusterPrefixes(view).stream().anyMatch(cidr -> cidr.contains(address));
    }

    private SortedSet<Group> findGroups(View view, Traffic traffic) {
        SortedSet<Group> groups = new TreeSet<>();
        Optional<NamedPort> port = traffic.named();
        if (port.isPresent() && (traffic.peers().isAll() || traffic.peers().hasEveryPod())) {
            pods.withPort(view, port.get().name())
                    .forEach(key -> pods.group(view, key).ifPresent(group -> groups.add(group)));
        } else {
            groups.addAll(view.get(groupsOf, traffic.peers()));
        }
        port.ifPresent(named -> groups.removeIf(group -> !group.ports().has(named.name(), named.number())));
        return groups;
    }

    private SortedSet<Integer> findNumbers(View view, Named named) {
        SortedSet<Integer> found = new TreeSet<>();
        if (named.peers().isFoundByAddress()) {
            for (PodKey key : pods.withPort(view, named.name())) {
                group(view, key, named.peers())
                        .ifPresent(group -> found.addAll(group.ports().numbers(named.name())));
            }
        } else {
            view.get(groupsOf, named.peers())
                    .forEach(group -> found.addAll(group.ports().numbers(named.name())));
        }
        return found;
    }

    private long sum(View view, PeerSet peers) {
        long sum = 0;
        for (Selection selection : selections(view, peers)) {
            for (var member : pods.members(view, selection).entrySet()) {
                sum += Hash.mixed(
                        member.getValue() ^ Hash.of(member.getKey().ports().toString()));
            }
        }
        for (String node : nodes(view, peers)) {
            for (Ip address : Topology.addresses(view, node)) {
                sum += Hash.of(address);
            }
        }
        return sum;
    }

    /** Of those who belong to some peers by a named port alone. */
    private long sumOfNamed(View view, Named named) {
        long sum = 0;
        for (PodKey key : pods.withPort(view, named.name())) {
            Optional<Group> group = group(view, key, named.peers());
            if (group.isPresent()) {
                long ports = Hash.of(group.get().ports().toString());
                for (Ip address : pods.addresses(view, key)) {
                    sum += Hash.mixed(Hash.of(address) ^ ports);
                }
            }
        }
        return sum;
    }

    /** The group of a pod that belongs to peers by whatever they say. */
    private Optional<Group> group(View view, PodKey key, PeerSet peers) {
        Optional<Group> group = pods.group(view, key);
        if (group.isEmpty() || peers.isAll()) {
            return group;
        }
        Labels namespace = pods.namespaceLabels(view, key.namespace());
        List<Ip> addresses = pods.addresses(view, key);
        return group.filter(of -> peers.peers().stream()
                .anyMatch(peer -> peer.hasPod(of.namespace(), namespace, of.labels())
                        || addresses.stream().anyMatch(peer::hasAddress)));
    }

    /** Where to look for the pods that peers find by labels. */
    private List<Selection> selections(View view, PeerSet peers) {
        List<Selection> selections = new ArrayList<>();
        for (Peer peer : peers.peers()) {
            if (peer instanceof Peer.PodsOfNamespace some) {
                selections.add(new Selection(some.namespace(), some.pods()));
            } else if (peer instanceof Peer.PodsOfNamespaces some && !some.isEveryPod()) {
                for (String namespace : pods.namespaces(view, some.namespaces())) {
                    selections.add(new Selection(namespace, some.pods()));
                }
            }
        }
        return selections;
    }

    /** The nodes that belong to peers. */
    private SortedSet<String> nodes(View view, PeerSet peers) {
        SortedSet<String> nodes = new TreeSet<>();
        for (Peer peer : peers.peers()) {
            if (peer instanceof Peer.Block block) {
                for (PodKey key : view.containedIn(nodesByAddress, prefix(block.cidr()))) {
                    if (block.hasNode(Topology.addresses(view, key.name()))) {
                        nodes.add(key.name());
                    }
                }
            }
        }
        nodes.addAll(labelledNodes(view, peers));
        if (hasHosts(view, peers)) {
            nodes.addAll(view.get(Topology.NODE_NAMES, Unit.UNIT));
        }
        return nodes;
    }

    private boolean hasHosts(View view, PeerSet peers) {
        return peers.peers().stream().anyMatch(peer -> !(peer instanceof Peer.Block))
                && hosts(view).filter(group -> hasGroup(view, peers, group)).isPresent();
    }
}
