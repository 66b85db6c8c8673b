package org.karst.adminpolicy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.karst.adminpolicy.AdminPolicy.Trait;
import org.karst.incremental.Index;
import org.karst.incremental.Numbering;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.LabelSelector;
import org.karst.model.Labels;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.Hash;
import org.karst.network.policy.PeerMembers;
import org.karst.network.policy.Pods;
import org.karst.network.policy.Pods.Selection;
import org.karst.network.policy.Side;
import org.karst.network.policy.Traffic;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;

/** What cluster policies there are, whom they are about, and in which order. */
final class AdminPolicies {
    static final Pods PODS = new Pods("admin-policy", PolicyKind.kinds());

    static final PeerMembers PEERS = new PeerMembers("admin-policy", PODS);

    private static final SortedMap<PolicyKind, Index<String, PodKey, AdminPolicy>> BY_SUBJECT =
            indexes("admin-policies-by-subject-", policy -> policy.subjects()
                    .map(subjects -> subjects.namespaces().anchors())
                    .orElse(List.of()));

    private static final SortedMap<PolicyKind, Index<Trait, PodKey, AdminPolicy>> BY_TRAIT =
            indexes("admin-policies-by-trait-", AdminPolicy::traits);

    /** The policies that are about a group, in their order, tiers apart. */
    static final Query<Group, SortedSet<Precedence>> OF_GROUP = Query.of("admin-policies-of-group", (view, group) -> {
        Labels namespace = PODS.namespaceLabels(view, group.namespace());
        SortedSet<Precedence> policies = new TreeSet<>();
        BY_SUBJECT.forEach((kind, index) -> {
            for (String anchor : LabelSelector.anchors(namespace)) {
                for (PodKey key : view.find(index, anchor)) {
                    kind.find(view, key.name())
                            .filter(policy -> policy.subjects()
                                    .filter(subjects -> subjects.include(namespace, group.labels()))
                                    .isPresent())
                            .ifPresent(policy -> policies.add(new Precedence(policy.priority(), kind, key.name())));
                }
            }
        });
        return policies;
    });

    /** The groups that subjects are, and the nodes where they have pods. */
    static final Query<Subjects, SortedMap<Group, SortedSet<String>>> SUBJECTS =
            Query.of("admin-policy-subject-groups", (view, subjects) -> {
                SortedMap<Group, SortedSet<String>> nodes = new TreeMap<>();
                for (String namespace : PODS.namespaces(view, subjects.namespaces())) {
                    nodes.putAll(PODS.nodes(view, new Selection(namespace, subjects.pods())));
                }
                return nodes;
            });

    /** The place of the first rule of each policy of a lane. */
    static final Query<Lane, SortedMap<Precedence, Integer>> PLACES = Query.of("admin-policy-places", (view, lane) -> {
        SortedMap<Precedence, Integer> rules = new TreeMap<>();
        if (PODS.known(view)) {
            for (PolicyKind kind : PolicyKind.of(lane.tier())) {
                for (PodKey key : view.all(kind.kind().table())) {
                    AdminPolicy policy = kind.find(view, key.name()).orElseThrow();
                    List<AdminRule> own = policy.rules(lane);
                    if (!own.isEmpty()) {
                        int last = own.get(own.size() - 1).index();
                        rules.put(new Precedence(policy.priority(), kind, key.name()), last + 1);
                    }
                }
            }
        }
        return Places.of(rules);
    });

    private static final Query<Standing, Optional<Integer>> PLACE = Query.of(
            "admin-policy-place",
            (view, standing) ->
                    Optional.ofNullable(view.get(PLACES, standing.lane()).get(standing.policy())));

    /** Who takes part in a policy's rules of a lane. */
    private static final Query<Standing, Parties> PARTIES_OF_POLICY =
            Query.of("admin-policy-parties-of-policy", (view, standing) -> {
                AdminPolicy policy = standing.policy()
                        .kind()
                        .find(view, standing.policy().name())
                        .orElseThrow();
                SortedMap<Group, SortedSet<String>> subjects =
                        view.get(SUBJECTS, policy.subjects().orElseThrow());
                SortedSet<String> nodes = new TreeSet<>();
                subjects.values().forEach(names -> nodes.addAll(names));
                SortedSet<Group> peers = new TreeSet<>();
                for (AdminRule rule : policy.rules(standing.lane())) {
                    traffic(view, standing.lane().direction(), rule, subjects.keySet())
                            .keySet()
                            .forEach(traffic -> peers.addAll(PEERS.groups(view, traffic)));
                }
                return new Parties(nodes, new TreeSet<>(subjects.keySet()), peers);
            });

    private static final Query<Lane, Parties> PARTIES = Query.of("admin-policy-parties", (view, lane) -> {
        Parties all = new Parties(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        for (Precedence policy : view.get(PLACES, lane).keySet()) {
            Parties some = view.get(PARTIES_OF_POLICY, new Standing(lane, policy));
            all.nodes().addAll(some.nodes());
            all.subjects().addAll(some.subjects());
            all.peers().addAll(some.peers());
        }
        return all;
    });

    /** The nodes that have subjects of a lane. */
    static final Query<Lane, SortedSet<String>> NODES = Query.of(
            "admin-policy-nodes", (view, lane) -> view.get(PARTIES, lane).nodes());

    /** Whether rules of a lane ask for a group as a peer. */
    static final Query<Party, Boolean> IS_PEER = Query.of(
            "admin-policy-is-peer",
            (view, party) -> view.get(PARTIES, party.lane()).peers().contains(party.group()));

    /** Whether a lane has rules. */
    static final Query<Lane, Boolean> IN_USE = Query.of(
            "admin-policy-lanes", (view, lane) -> !view.get(PLACES, lane).isEmpty());

    private static final Query<Unit, SortedSet<Group>> GROUPS =
            Query.of("admin-policy-parties-of-all", (view, unit) -> {
                SortedSet<Group> groups = new TreeSet<>();
                for (Tier tier : Tier.values()) {
                    for (Direction direction : Direction.values()) {
                        Parties parties = view.get(PARTIES, new Lane(tier, direction));
                        groups.addAll(parties.subjects());
                        groups.addAll(parties.peers());
                    }
                }
                return groups;
            });

    /** The numbers that stand for groups in registers. */
    static final Numbering<Group> NUMBERS = Numbering.of("admin-policy-groups", GROUPS, Group::toString);

    /** A hash of all on which it depends what a group may do; 0 if no rule is about it. */
    static final Query<Side, Long> VERDICT = Query.of("admin-policy-group-verdict", (view, side) -> {
        long sum = 0;
        boolean any = false;
        for (Tier tier : Tier.values()) {
            Lane lane = new Lane(tier, side.direction());
            for (Rulings policy : rulings(view, lane, side.group())) {
                any = true;
                for (AdminRule rule : policy.rules()) {
                    sum = 31 * sum + hash(view, lane, rule, side);
                }
            }
        }
        return any ? Hash.folded(sum) : 0L;
    });

    private AdminPolicies() {}

    /** A policy in a lane. */
    record Standing(Lane lane, Precedence policy) {}

    /** A group in a lane. */
    record Party(Lane lane, Group group) {}

    /**
     * What a policy says in a lane.
     *
     * @param policy whose they are
     * @param rules in their order, at least one
     */
    record Rulings(Precedence policy, List<AdminRule> rules) {}

    /**
     * Who takes part.
     *
     * @param nodes those that have subjects
     * @param subjects groups that rules are about
     * @param peers groups that rules name as peers
     */
    private record Parties(SortedSet<String> nodes, SortedSet<Group> subjects, SortedSet<Group> peers) {}

    private static <V extends Comparable<V>> SortedMap<PolicyKind, Index<V, PodKey, AdminPolicy>> indexes(
            String name, Function<AdminPolicy, Collection<V>> values) {
        SortedMap<PolicyKind, Index<V, PodKey, AdminPolicy>> indexes = new TreeMap<>();
        for (PolicyKind kind : PolicyKind.values()) {
            indexes.put(kind, Index.of(name + kind.kindName(), kind.kind().table(), values));
        }
        return Collections.unmodifiableSortedMap(indexes);
    }

    /** Whether some policy with a trait is about the pod of an interface in a direction. */
    static boolean isAbout(View view, Trait trait, Subject subject) {
        List<AdminPolicy> policies = new ArrayList<>();
        BY_TRAIT.forEach((kind, index) -> view.find(index, trait).forEach(key -> kind.find(view, key.name())
                .filter(policy -> !policy.rules(subject.direction()).isEmpty())
                .ifPresent(policies::add)));
        return !policies.isEmpty()
                && view.get(World.ATTACHMENTS, subject.attachment())
                        .flatMap(attachment -> PODS.group(view, attachment.pod()))
                        .filter(group -> {
                            Labels namespace = PODS.namespaceLabels(view, group.namespace());
                            return policies.stream().anyMatch(policy -> policy.subjects()
                                    .filter(subjects -> subjects.include(namespace, group.labels()))
                                    .isPresent());
                        })
                        .isPresent();
    }

    /** Where a policy's first rule stands in a lane; empty if it has none there. */
    static Optional<Integer> place(View view, Lane lane, Precedence policy) {
        return view.get(PLACE, new Standing(lane, policy));
    }

    /** The policies of a lane that are about a group and in force, in the order in which they are asked. */
    static List<Rulings> rulings(View view, Lane lane, Group group) {
        return rulings(view, group, policy -> policy.rules(lane));
    }

    /** As {@link #rulings}, as if policies in dry run were in force. */
    static List<Rulings> rehearsedRulings(View view, Lane lane, Group group) {
        return rulings(view, group, policy -> policy.rehearsedRules(lane));
    }

    private static List<Rulings> rulings(View view, Group group, Function<AdminPolicy, List<AdminRule>> in) {
        List<Rulings> rulings = new ArrayList<>();
        for (Precedence policy : view.get(OF_GROUP, group)) {
            policy.kind()
                    .find(view, policy.name())
                    .map(in)
                    .filter(rules -> !rules.isEmpty())
                    .ifPresent(rules -> rulings.add(new Rulings(policy, rules)));
        }
        return rulings;
    }

    /** What a rule is about, with the subjects for which it is about just that. */
    static SortedMap<Traffic, SortedSet<Group>> traffic(
            View view, Direction direction, AdminRule rule, Iterable<Group> subjects) {
        SortedMap<Traffic, SortedSet<Group>> traffic = new TreeMap<>();
        boolean alike = direction == Direction.EGRESS || rule.ports().names().isEmpty();
        SortedSet<Traffic> last = null;
        for (Group subject : subjects) {
            if (last == null || !alike) {
                last = PEERS.traffic(view, new Side(direction, subject), rule.peers(), rule.ports());
            }
            last.forEach(each ->
                    traffic.computeIfAbsent(each, unused -> new TreeSet<>()).add(subject));
        }
        return traffic;
    }

    private static long hash(View view, Lane lane, AdminRule rule, Side subject) {
        long sum = Hash.of(lane + " " + rule.decision());
        for (Traffic traffic : PEERS.traffic(view, subject, rule.peers(), rule.ports())) {
            sum += Hash.mixed(PEERS.hash(view, traffic));
        }
        return Hash.mixed(sum);
    }
}
