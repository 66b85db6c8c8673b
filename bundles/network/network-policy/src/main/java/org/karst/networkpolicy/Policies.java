package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.karst.incremental.Index;
import org.karst.incremental.Numbering;
import org.karst.incremental.Query;
import org.karst.incremental.View;
import org.karst.model.LabelSelector;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.Peer;
import org.karst.network.policy.PeerMembers;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.Pods;
import org.karst.network.policy.Pods.Selection;
import org.karst.network.policy.Side;
import org.karst.network.policy.Traffic;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Kind;

/** What the policies grant, to whom, and where. */
final class Policies {
    /** networking.k8s.io/v1 NetworkPolicy. */
    static final Kind<Policy> POLICIES =
            Kind.namespaced("networking.k8s.io/v1", "networkpolicies", PolicyDecoder::decode);

    static final Pods PODS = new Pods("policy", POLICIES);

    static final PeerMembers PEERS = new PeerMembers("policy", PODS);

    private static final Index<String, PodKey, Policy> BY_SUBJECT = Index.byKeyAndRow(
            "policies-by-subject", POLICIES.table(), (key, policy) -> policy.subjects().anchors().stream()
                    .map(anchor -> Peer.Anchors.inNamespace(key.namespace(), anchor))
                    .toList());

    private static final Index<Peers, PodKey, Policy> BY_PEERS =
            Index.of("policies-by-peers", POLICIES.table(), policy -> Stream.of(Direction.values())
                    .flatMap(direction ->
                            policy.rules(direction).stream().map(rule -> new Peers(direction, rule.peers())))
                    .toList());

    /** The policies that apply to a group. */
    static final Query<Group, SortedSet<PodKey>> OF_GROUP =
            Query.of("policies-of-group", (view, group) -> about(view, group, Policy::enforced));

    /** The policies that would apply to a group if those in dry run were in force. */
    static final Query<Group, SortedSet<PodKey>> OF_GROUP_REHEARSED =
            Query.of("policies-of-group-rehearsed", (view, group) -> about(view, group, policy -> true));

    private static SortedSet<PodKey> about(View view, Group group, Predicate<Policy> which) {
        SortedSet<PodKey> policies = new TreeSet<>();
        for (String anchor : LabelSelector.anchors(group.labels())) {
            for (PodKey key : view.find(BY_SUBJECT, Peer.Anchors.inNamespace(group.namespace(), anchor))) {
                view.get(POLICIES.table(), key)
                        .filter(policy ->
                                which.test(policy) && policy.subjects().matches(group.labels()))
                        .ifPresent(policy -> policies.add(key));
            }
        }
        return policies;
    }

    /** Whether some policy in dry run is about a group in a direction. */
    static boolean isRehearsed(View view, Side side) {
        return view.get(OF_GROUP_REHEARSED, side.group()).stream().anyMatch(key -> view.get(POLICIES.table(), key)
                .filter(policy -> !policy.enforced() && policy.isolates(side.direction()))
                .isPresent());
    }

    /** What a group is allowed. */
    static final Query<Side, Grants> GRANTS = Query.of("policy-grants", (view, side) -> {
        boolean isolated = false;
        SortedSet<Traffic> grants = new TreeSet<>();
        for (PodKey key : view.get(OF_GROUP, side.group())) {
            Policy policy = view.get(POLICIES.table(), key).orElseThrow();
            isolated |= policy.isolates(side.direction());
            for (PolicyRule rule : policy.rules(side.direction())) {
                grants.addAll(granted(view, side, rule));
            }
        }
        return isolated ? new Grants(true, grants) : Grants.OPEN;
    });

    /** Whether a policy says something about a direction: most say nothing about one of them. */
    static boolean hasRules(View view, PodKey policy, Direction direction) {
        return view.get(POLICIES.table(), policy)
                .filter(row -> !row.rules(direction).isEmpty())
                .isPresent();
    }

    /** What a policy grants: each node that has subjects of it, with each grant that its rules give them. */
    static final Query<Part, Set<Use>> USES_OF_POLICY = Query.of("policy-uses-of-policy", (view, part) -> {
        Set<Use> uses = new LinkedHashSet<>();
        Optional<Policy> policy = view.get(POLICIES.table(), part.policy()).filter(Policy::enforced);
        List<PolicyRule> rules = policy.map(row -> row.rules(part.direction())).orElse(List.of());
        if (rules.isEmpty()) {
            return uses;
        }
        Selection subjects =
                new Selection(part.policy().namespace(), policy.orElseThrow().subjects());
        PODS.nodes(view, subjects).forEach((group, nodes) -> {
            Set<Traffic> grants = new LinkedHashSet<>();
            rules.forEach(rule -> grants.addAll(granted(view, new Side(part.direction(), group), rule)));
            nodes.forEach(node -> grants.forEach(grant -> uses.add(new Use(node, grant))));
        });
        return uses;
    });

    /** Where peers are used: by node the grants that name them. */
    static final Query<Peers, SortedMap<String, SortedSet<Traffic>>> USES = Query.of("policy-uses", (view, peers) -> {
        Set<Use> uses = new HashSet<>();
        for (PodKey key : view.find(BY_PEERS, peers)) {
            for (Use use : view.get(USES_OF_POLICY, new Part(key, peers.direction()))) {
                if (use.grant().peers().equals(peers.peers())) {
                    uses.add(use);
                }
            }
        }
        SortedMap<String, SortedSet<Traffic>> byNode = new TreeMap<>();
        uses.forEach(use ->
                byNode.computeIfAbsent(use.node(), unused -> new TreeSet<>()).add(use.grant()));
        return byNode;
    });

    /** The grants of the groups on a node. */
    static final Query<Place, SortedSet<Traffic>> ON_NODE = Query.of("policy-grants-of-node", (view, place) -> {
        SortedSet<Traffic> grants = new TreeSet<>();
        for (Group group : PODS.groupsOfNode(view, place.node())) {
            grants.addAll(view.get(GRANTS, new Side(place.direction(), group)).grants());
        }
        return grants;
    });

    /** The grants on a node whose hashes are equal: hardly ever any. */
    private static final Query<Place, SortedMap<Integer, SortedSet<Traffic>>> COLLIDING =
            Query.of("policy-conjunctions-with-one-hash", (view, place) -> {
                SortedMap<Integer, Traffic> first = new TreeMap<>();
                SortedMap<Integer, SortedSet<Traffic>> colliding = new TreeMap<>();
                for (Traffic grant : view.get(ON_NODE, place)) {
                    int hash = numberHash(grant);
                    Traffic other = first.putIfAbsent(hash, grant);
                    if (other != null) {
                        colliding
                                .computeIfAbsent(hash, unused -> new TreeSet<>(Collections.singleton(other)))
                                .add(grant);
                    }
                }
                return colliding;
            });

    private Policies() {}

    /** A policy in a direction. */
    record Part(PodKey policy, Direction direction) {}

    /** A grant to subjects on a node. */
    record Use(String node, Traffic grant) {}

    /** A node's subjects in a direction. */
    record Place(Direction direction, String node) {}

    /** Peers of rules in a direction. */
    record Peers(Direction direction, PeerSet peers) implements Comparable<Peers> {
        @Override
        public int compareTo(Peers other) {
            int order = direction.compareTo(other.direction);
            return order == 0 ? peers.compareTo(other.peers) : order;
        }

        @Override
        public String toString() {
            return direction + " " + peers;
        }
    }

    /**
     * What applies to a group in a direction.
     *
     * @param isolated whether what is not granted is denied
     * @param grants sorted
     */
    record Grants(boolean isolated, SortedSet<Traffic> grants) {
        static final Grants OPEN = new Grants(false, Collections.emptySortedSet());
        static final Grants NOTHING = new Grants(true, Collections.emptySortedSet());

        Grants {
            grants = Collections.unmodifiableSortedSet(grants);
        }

        /** Whether there are more than fit into the flow of a subject: then nothing is allowed, and it is told. */
        boolean isCrowded() {
            return grants.size() > Room.MOST_CLAUSES && !allowEverything();
        }

        boolean allowEverything() {
            return !isolated || grants.stream().anyMatch(Traffic::isEverything);
        }
    }

    /**
     * What applies to an interface: what its pod's group is granted, nothing to a pod whose labels nobody knows yet (or that has
     * finished), and everything as long as nothing is known at all.
     */
    static Grants grants(View view, Direction direction, Attachment attachment) {
        if (!PODS.known(view)) {
            return Grants.OPEN;
        }
        return PODS.group(view, attachment.pod())
                .map(group -> view.get(GRANTS, new Side(direction, group)))
                .orElse(Grants.NOTHING);
    }

    /** What a rule gives a group. */
    static SortedSet<Traffic> granted(View view, Side side, PolicyRule rule) {
        return PEERS.traffic(view, side, rule.peers(), rule.ports());
    }

    /** The number of a grant's conjunction on a node: the same in each process, and undisturbed by other grants. */
    static long number(View view, Direction direction, String node, Traffic grant) {
        int hash = numberHash(grant);
        SortedSet<Traffic> colliding =
                view.get(COLLIDING, new Place(direction, node)).get(hash);
        int rank = colliding == null ? 0 : colliding.headSet(grant).size();
        return (long) hash << 8 | rank;
    }

    /** 1 to 0xfffeff, as {@link Numbering} has it. */
    private static int numberHash(Traffic grant) {
        return Numbering.hash(Long.toHexString(grant.hash()));
    }

    /** The names of peers in the rules of some policies, those that pass a test. */
    static List<Peers> peersOf(View view, Set<PodKey> policies, Predicate<PeerSet> test) {
        SortedSet<Peers> peers = new TreeSet<>();
        for (PodKey key : policies) {
            Policy policy = view.get(POLICIES.table(), key).orElseThrow();
            for (Direction direction : Direction.values()) {
                for (PolicyRule rule : policy.rules(direction)) {
                    if (test.test(rule.peers())) {
                        peers.add(new Peers(direction, rule.peers()));
                    }
                }
            }
        }
        return new ArrayList<>(peers);
    }
}
