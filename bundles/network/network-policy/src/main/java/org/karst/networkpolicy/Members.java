package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.karst.incremental.Index;
import org.karst.incremental.Prefix;
import org.karst.incremental.PrefixIndex;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.networkpolicy.Pods.Selection;
import org.karst.networkpolicy.Policies.Peers;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** Who belongs to which peers: asked by who, so that a change of one costs what it belongs to. */
final class Members {
    /**
     * The namespace whose pods are the nodes themselves: what selects it selects all nodes' own addresses, as in OVN-Kubernetes.
     */
    static final String HOST_NETWORK_NAMESPACE = "openshift-host-network";

    private static final Group HOSTS = new Group(HOST_NETWORK_NAMESPACE, Labels.NONE, ContainerPorts.NONE);

    private static final Index<String, PodKey, Policy> BY_ANCHOR =
            Index.of("policies-by-peer-labels", Policies.POLICIES.table(), policy -> peers(policy).stream()
                    .flatMap(peer -> peer.anchors().stream())
                    .toList());

    /** The prefixes of ipBlocks, with the policies that name them. */
    static final Index<Cidr, PodKey, Policy> BY_PREFIX =
            Index.of("policies-by-prefix", Policies.POLICIES.table(), policy -> sets(policy).stream()
                    .flatMap(set -> set.prefixes().stream())
                    .toList());

    private static final PrefixIndex<PodKey, Policy> BY_BLOCK =
            PrefixIndex.of("policies-by-block", Policies.POLICIES.table(), policy -> peers(policy).stream()
                    .flatMap(
                            peer -> peer instanceof Peer.Block block ? Stream.of(prefix(block.cidr())) : Stream.empty())
                    .toList());

    private static final Index<Unit, PodKey, Policy> WITH_EVERY_POD = Index.of(
            "policies-with-every-pod",
            Policies.POLICIES.table(),
            policy -> sets(policy).stream().anyMatch(PeerSet::hasEveryPod) ? List.of(Unit.UNIT) : List.of());

    /** Policies whose egress names ports of peers that no label finds. */
    private static final Index<PortName, PodKey, Policy> BY_PORT_ANYWHERE = Index.of(
            "policies-by-port-anywhere", Policies.POLICIES.table(), policy -> policy.rules(Direction.EGRESS).stream()
                    .filter(rule -> rule.peers().isFoundByAddress())
                    .flatMap(rule -> rule.ports().names().stream())
                    .toList());

    private static final PrefixIndex<PodKey, Node> NODES_BY_ADDRESS =
            PrefixIndex.of("policy-nodes-by-address", World.NODES.table(), node -> {
                List<Prefix> prefixes = new ArrayList<>();
                node.addresses().forEach(address -> prefixes.add(prefix(address.single())));
                node.podCidrs().stream()
                        .filter(subnet -> subnet.size() >= Topology.SMALLEST_SUBNET)
                        .forEach(subnet -> prefixes.add(
                                prefix(Topology.management(subnet).address().single())));
                return prefixes;
            });

    /** The peers to which each pod of a namespace belongs, whatever its labels. */
    private static final Query<String, List<Peers>> OF_NAMESPACE =
            Query.of("policy-peers-of-namespace", (view, namespace) -> {
                Labels labels = view.get(Pods.NAMESPACE_LABELS, namespace);
                return found(
                        view,
                        Peer.Anchors.of(namespace, labels),
                        peer -> isWhole(peer) && peer.hasPod(namespace, labels, Labels.NONE));
            });

    /** The peers to which a group belongs by its labels. */
    static final Query<Group, List<Peers>> OF_GROUP = Query.of("policy-peers-of-group", (view, group) -> {
        Labels namespace = view.get(Pods.NAMESPACE_LABELS, group.namespace());
        SortedSet<Peers> peers = new TreeSet<>(view.get(OF_NAMESPACE, group.namespace()));
        peers.addAll(found(
                view,
                Peer.Anchors.of(group.namespace(), namespace, group.labels()),
                peer -> !isWhole(peer)
                        && !peer.anchors().isEmpty()
                        && peer.hasPod(group.namespace(), namespace, group.labels())));
        return new ArrayList<>(peers);
    });

    /** The peers that name a prefix of their own. */
    static final Query<Cidr, List<Peers>> OF_PREFIX = Query.of(
            "policy-peers-of-prefix",
            (view, prefix) -> Policies.peersOf(view, view.find(BY_PREFIX, prefix), peers -> peers.prefixes()
                    .contains(prefix)));

    /** The peers that are every pod. */
    static final Query<Unit, List<Peers>> OF_EVERY_POD = Query.of(
            "policy-peers-with-every-pod",
            (view, unit) -> Policies.peersOf(view, view.find(WITH_EVERY_POD, unit), PeerSet::hasEveryPod));

    /** The peers to which a node itself belongs, with all its addresses. */
    static final Query<String, List<Peers>> OF_NODE = Query.of("policy-peers-of-node", (view, node) -> {
        SortedSet<Ip> addresses = Topology.addresses(view, node);
        SortedSet<PodKey> policies = new TreeSet<>();
        addresses.forEach(address -> policies.addAll(view.containing(BY_BLOCK, prefix(address.single()))));
        SortedSet<Peers> peers =
                new TreeSet<>(Policies.peersOf(view, policies, set -> hasNodeByAddress(set, addresses)));
        if (hostsAreSelected(view)) {
            peers.addAll(view.get(OF_GROUP, HOSTS));
            peers.addAll(view.get(OF_EVERY_POD, Unit.UNIT));
        }
        return new ArrayList<>(peers);
    });

    /** Numbers that a name stands for in the pods of some peers. */
    static final Query<Named, SortedSet<Integer>> NUMBERS = Query.of("policy-named-ports", (view, named) -> {
        SortedSet<Integer> numbers = new TreeSet<>();
        if (named.peers().isFoundByAddress()) {
            for (PodKey key : Pods.withPort(view, named.name())) {
                group(view, key, named.peers())
                        .ifPresent(group -> numbers.addAll(group.ports().numbers(named.name())));
            }
        } else {
            for (Selection selection : selections(view, named.peers())) {
                numbers.addAll(Pods.numbers(view.get(Pods.MEMBERS, selection).keySet(), named.name()));
            }
        }
        return numbers;
    });

    /** A hash of who belongs to some peers and of the ports that they have named. */
    private static final Query<PeerSet, Long> HASH = Query.of("policy-members-hash", (view, peers) -> {
        long sum = 0;
        for (Selection selection : selections(view, peers)) {
            for (var member : view.get(Pods.MEMBERS, selection).entrySet()) {
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
    });

    /** A hash of who belongs to some peers by a named port alone. */
    private static final Query<Named, Long> NAMED_HASH = Query.of("policy-named-hash", (view, named) -> {
        long sum = 0;
        for (PodKey key : Pods.withPort(view, named.name())) {
            Optional<Group> group = group(view, key, named.peers());
            if (group.isPresent()) {
                long ports = Hash.of(group.get().ports().toString());
                for (Ip address : view.get(Pods.ADDRESSES, key)) {
                    sum += Hash.mixed(Hash.of(address) ^ ports);
                }
            }
        }
        return sum;
    });

    /** A hash of all on which it depends what a group may do; 0 if nothing restricts it. */
    static final Query<Policies.Side, Long> VERDICT = Query.of("policy-verdict", (view, side) -> {
        Policies.Grants grants = view.get(Policies.GRANTS, side);
        if (!grants.isolated()) {
            return 0L;
        }
        long sum = Hash.of(side.direction().name());
        for (Grant grant : grants.grants()) {
            long hash = grant.hash() + view.get(HASH, grant.peers());
            if (grant.named().isPresent() && grant.peers().isFoundByAddress()) {
                hash += view.get(
                        NAMED_HASH, new Named(grant.peers(), grant.named().get().name()));
            }
            sum += Hash.mixed(hash);
        }
        return Hash.folded(sum);
    });

    private Members() {}

    /** The node that has an address, if one has. */
    static Optional<String> nodeOf(View view, Ip address) {
        return view.containing(NODES_BY_ADDRESS, prefix(address.single())).stream()
                .map(PodKey::name)
                .filter(node -> Topology.addresses(view, node).contains(address))
                .findFirst();
    }

    /** Whether whoever has an address belongs to some peers. */
    static boolean has(View view, PeerSet peers, Ip address) {
        if (peers.isAll()) {
            return true;
        }
        Optional<String> node = nodeOf(view, address);
        if (node.isPresent()) {
            return view.get(OF_NODE, node.get()).stream()
                    .anyMatch(of -> of.peers().equals(peers));
        }
        return peers.peers().stream().anyMatch(peer -> peer.hasAddress(address))
                || peers.hasEveryPod() && isInCluster(view, address)
                || view.get(Pods.OWNERS, address).stream().anyMatch(group -> hasGroup(view, peers, group));
    }

    /** Whether an owner of an address belongs to some peers and has a port that one of the names stands for. */
    static boolean has(View view, PeerSet peers, Ip address, SortedSet<PortName> names, int port) {
        return view.get(Pods.OWNERS, address).stream()
                .filter(group -> names.stream().anyMatch(name -> group.ports().has(name, port)))
                .anyMatch(group -> peers.isAll()
                        || hasGroup(view, peers, group)
                        || peers.peers().stream().anyMatch(peer -> peer.hasAddress(address)));
    }

    private static boolean hasGroup(View view, PeerSet peers, Group group) {
        Labels namespace = view.get(Pods.NAMESPACE_LABELS, group.namespace());
        return peers.peers().stream().anyMatch(peer -> peer.hasPod(group.namespace(), namespace, group.labels()));
    }

    private static boolean isInCluster(View view, Ip address) {
        return view.get(World.CLUSTER, World.CLUSTER_KEY).stream()
                .flatMap(cluster -> cluster.clusterCidrs().stream())
                .anyMatch(cidr -> cidr.contains(address));
    }

    /** Peers by a named port. */
    record Named(PeerSet peers, PortName name) {}

    /** Whether a peer means each pod of a namespace or none. */
    private static boolean isWhole(Peer peer) {
        return peer instanceof Peer.PodsOfNamespace pods && pods.pods().isEverything()
                || peer instanceof Peer.PodsOfNamespaces some && some.pods().isEverything() && !some.isEveryPod();
    }

    private static List<Peers> found(View view, List<String> anchors, Predicate<Peer> test) {
        SortedSet<PodKey> policies = new TreeSet<>();
        anchors.forEach(anchor -> policies.addAll(view.find(BY_ANCHOR, anchor)));
        return Policies.peersOf(view, policies, set -> set.peers().stream().anyMatch(test));
    }

    private static List<PeerSet> sets(Policy policy) {
        List<PeerSet> sets = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            policy.rules(direction).forEach(rule -> sets.add(rule.peers()));
        }
        return sets;
    }

    private static Collection<Peer> peers(Policy policy) {
        return sets(policy).stream().flatMap(set -> set.peers().stream()).toList();
    }

    static Prefix prefix(Cidr cidr) {
        return Prefix.of(cidr.network().bytes(), cidr.length());
    }

    private static boolean hasNodeByAddress(PeerSet peers, SortedSet<Ip> addresses) {
        return peers.peers().stream().anyMatch(peer -> peer instanceof Peer.Block block && block.hasNode(addresses));
    }

    /** Nodes are what a namespace selector means only where the administrator made that namespace. */
    private static boolean hostsAreSelected(View view) {
        return view.get(World.NAMESPACES.table(), new PodKey("", HOST_NETWORK_NAMESPACE))
                .isPresent();
    }

    /** The group of a pod that belongs to peers by whatever they say. */
    private static Optional<Group> group(View view, PodKey key, PeerSet peers) {
        Optional<Group> group = view.get(Pods.GROUP, key);
        if (group.isEmpty() || peers.isAll()) {
            return group;
        }
        Labels namespace = view.get(Pods.NAMESPACE_LABELS, key.namespace());
        List<Ip> addresses = view.get(Pods.ADDRESSES, key);
        return group.filter(of -> peers.peers().stream()
                .anyMatch(peer -> peer.hasPod(of.namespace(), namespace, of.labels())
                        || addresses.stream().anyMatch(peer::hasAddress)));
    }

    /** The peers to which an owner of an address belongs for the sake of a named port, beside those of its group. */
    static List<Peers> byPort(View view, Ip address, Group group) {
        SortedSet<PodKey> policies = new TreeSet<>();
        group.ports().named().forEach(port -> policies.addAll(view.find(BY_PORT_ANYWHERE, port.name())));
        if (policies.isEmpty()) {
            return List.of();
        }
        Labels namespace = view.get(Pods.NAMESPACE_LABELS, group.namespace());
        return Policies.peersOf(
                view,
                policies,
                set -> set.isAll()
                        || set.isFoundByAddress()
                                && set.peers().stream()
                                        .anyMatch(peer -> peer.hasAddress(address)
                                                || peer.hasPod(group.namespace(), namespace, group.labels())));
    }

    /** Where to look for the pods that peers find by labels. */
    private static List<Selection> selections(View view, PeerSet peers) {
        List<Selection> selections = new ArrayList<>();
        for (Peer peer : peers.peers()) {
            if (peer instanceof Peer.PodsOfNamespace pods) {
                selections.add(new Selection(pods.namespace(), pods.pods()));
            } else if (peer instanceof Peer.PodsOfNamespaces pods && !pods.isEveryPod()) {
                for (String namespace : view.get(Pods.NAMESPACES, pods.namespaces())) {
                    selections.add(new Selection(namespace, pods.pods()));
                }
            }
        }
        return selections;
    }

    /** The nodes that belong to peers. */
    private static SortedSet<String> nodes(View view, PeerSet peers) {
        SortedSet<String> nodes = new TreeSet<>();
        for (Peer peer : peers.peers()) {
            if (peer instanceof Peer.Block block) {
                for (PodKey key : view.containedIn(NODES_BY_ADDRESS, prefix(block.cidr()))) {
                    if (block.hasNode(Topology.addresses(view, key.name()))) {
                        nodes.add(key.name());
                    }
                }
            }
        }
        if (hasHosts(view, peers)) {
            nodes.addAll(view.get(Topology.NODE_NAMES, Unit.UNIT));
        }
        return nodes;
    }

    private static boolean hasHosts(View view, PeerSet peers) {
        if (peers.peers().stream().allMatch(peer -> peer instanceof Peer.Block) || !hostsAreSelected(view)) {
            return false;
        }
        Labels namespace = view.get(Pods.NAMESPACE_LABELS, HOST_NETWORK_NAMESPACE);
        return peers.peers().stream().anyMatch(peer -> peer.hasPod(HOST_NETWORK_NAMESPACE, namespace, Labels.NONE));
    }
}
