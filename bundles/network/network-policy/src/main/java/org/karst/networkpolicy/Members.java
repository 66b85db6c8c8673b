package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.karst.incremental.Index;
import org.karst.incremental.PrefixIndex;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.Hash;
import org.karst.network.policy.Peer;
import org.karst.network.policy.PeerMembers;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PortName;
import org.karst.network.policy.Side;
import org.karst.network.policy.Traffic;
import org.karst.networkpolicy.Policies.Peers;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Topology;

/** Who belongs to which peers: asked by who, so that a change of one costs what it belongs to. */
final class Members {
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
                    .flatMap(peer -> peer instanceof Peer.Block block
                            ? Stream.of(PeerMembers.prefix(block.cidr()))
                            : Stream.empty())
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

    /** The peers to which each pod of a namespace belongs, whatever its labels. */
    private static final Query<String, List<Peers>> OF_NAMESPACE =
            Query.of("policy-peers-of-namespace", (view, namespace) -> {
                Labels labels = Policies.PODS.namespaceLabels(view, namespace);
                return found(
                        view,
                        Peer.Anchors.of(namespace, labels),
                        peer -> isWhole(peer) && peer.hasPod(namespace, labels, Labels.NONE));
            });

    /** The peers to which a group belongs by its labels. */
    static final Query<Group, List<Peers>> OF_GROUP = Query.of("policy-peers-of-group", (view, group) -> {
        Labels namespace = Policies.PODS.namespaceLabels(view, group.namespace());
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
        addresses.forEach(address -> policies.addAll(view.containing(BY_BLOCK, PeerMembers.prefix(address.single()))));
        SortedSet<Peers> peers =
                new TreeSet<>(Policies.peersOf(view, policies, set -> hasNodeByAddress(set, addresses)));
        PeerMembers.hosts(view).ifPresent(hosts -> {
            peers.addAll(view.get(OF_GROUP, hosts));
            peers.addAll(view.get(OF_EVERY_POD, Unit.UNIT));
        });
        return new ArrayList<>(peers);
    });

    /** A hash of all on which it depends what a group may do; 0 if nothing restricts it. */
    static final Query<Side, Long> VERDICT = Query.of("policy-verdict", (view, side) -> {
        Policies.Grants grants = view.get(Policies.GRANTS, side);
        if (!grants.isolated()) {
            return 0L;
        }
        long sum = Hash.of(side.direction().name());
        for (Traffic grant : grants.grants()) {
            sum += Hash.mixed(Policies.PEERS.hash(view, grant));
        }
        return Hash.folded(sum);
    });

    private Members() {}

    /** Whether whoever has an address belongs to some peers. */
    static boolean has(View view, PeerSet peers, Ip address) {
        if (peers.isAll()) {
            return true;
        }
        return Policies.PEERS
                .nodeOf(view, address)
                .map(node -> view.get(OF_NODE, node).stream()
                        .anyMatch(of -> of.peers().equals(peers)))
                .orElseGet(() -> Policies.PEERS.hasAddress(view, peers, address));
    }

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

    private static boolean hasNodeByAddress(PeerSet peers, SortedSet<Ip> addresses) {
        return peers.peers().stream().anyMatch(peer -> peer instanceof Peer.Block block && block.hasNode(addresses));
    }

    /** The peers to which an owner of an address belongs for the sake of a named port, beside those of its group. */
    static List<Peers> byPort(View view, Ip address, Group group) {
        SortedSet<PodKey> policies = new TreeSet<>();
        group.ports().named().forEach(port -> policies.addAll(view.find(BY_PORT_ANYWHERE, port.name())));
        if (policies.isEmpty()) {
            return List.of();
        }
        Labels namespace = Policies.PODS.namespaceLabels(view, group.namespace());
        return Policies.peersOf(
                view,
                policies,
                set -> set.isAll()
                        || set.isFoundByAddress()
                                && set.peers().stream()
                                        .anyMatch(peer -> peer.hasAddress(address)
                                                || peer.hasPod(group.namespace(), namespace, group.labels())));
    }
}
