package org.karst.networkpolicy;

import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PortRange;
import org.karst.network.policy.Side;
import org.karst.network.policy.Traffic;
import org.karst.networkpolicy.Policies.Grants;
import org.karst.networkpolicy.Policies.Place;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Topology;

/**
 * What switches have no room for: a flow takes part in so many conjunctions and no more. What has no room allows nothing, disturbs nothing
 * else, and is told. A pod to which more is granted is allowed nothing; where more grants name one port or the same peers on a node, those
 * count that come first in their order, which is the same wherever and whenever it is asked.
 */
final class Room {
    /** As many conjunctions fit into one flow. */
    static final int MOST_CLAUSES = 4_090;

    private static final Query<Place, Crowd> CROWD = Query.of("policy-crowded", Room::crowd);

    private Room() {}

    /**
     * What has no room on a node.
     *
     * @param groups those to which too much is granted
     * @param grants those of other groups that come too late, each with what too many of them name
     */
    private record Crowd(SortedSet<Group> groups, SortedMap<Traffic, String> grants) {
        static final Crowd NONE = new Crowd(Collections.emptySortedSet(), Collections.emptySortedMap());
    }

    private static Crowd crowd(View view, Place place) {
        SortedSet<Group> crowded = new TreeSet<>();
        Map<Group, Grants> others = new HashMap<>();
        long sum = 0;
        for (Group group : Policies.PODS.groupsOfNode(view, place.node())) {
            Grants grants = view.get(Policies.GRANTS, new Side(place.direction(), group));
            if (grants.isCrowded()) {
                crowded.add(group);
            } else {
                others.put(group, grants);
                sum += grants.grants().size();
            }
        }
        if (sum <= MOST_CLAUSES) {
            return crowded.isEmpty() ? Crowd.NONE : new Crowd(crowded, Collections.emptySortedMap());
        }
        SortedSet<Traffic> all = new TreeSet<>();
        others.values().forEach(grants -> all.addAll(grants.grants()));
        return new Crowd(crowded, late(all));
    }

    private static SortedMap<Traffic, String> late(SortedSet<Traffic> grants) {
        if (grants.size() <= MOST_CLAUSES) {
            return Collections.emptySortedMap();
        }
        SortedMap<Traffic, String> late = new TreeMap<>();
        Map<PeerSet, Integer> ofPeers = new HashMap<>();
        Map<PortRange, Integer> ofPort = new HashMap<>();
        for (Traffic grant : grants) {
            if (grant.asksForPeer() && ofPeers.merge(grant.peers(), 1, Integer::sum) > MOST_CLAUSES) {
                late.put(grant, "the same peers");
            }
            if (grant.asksForPort()) {
                for (PortRange range : grant.ports().ranges()) {
                    for (PortRange part : range.aligned()) {
                        if (ofPort.merge(part, 1, Integer::sum) > MOST_CLAUSES) {
                            late.putIfAbsent(grant, part.toString());
                        }
                    }
                }
            }
        }
        return late;
    }

    /** Those of the grants on a node that a flow takes part in: all, unless they are too many for one. */
    static SortedSet<Traffic> fitting(View view, Direction direction, String node, SortedSet<Traffic> grants) {
        if (grants.size() <= MOST_CLAUSES) {
            return grants;
        }
        Crowd crowd = view.get(CROWD, new Place(direction, node));
        SortedSet<Traffic> fitting = new TreeSet<>();
        for (Group group : Policies.PODS.groupsOfNode(view, node)) {
            if (!crowd.groups().contains(group)) {
                fitting.addAll(
                        view.get(Policies.GRANTS, new Side(direction, group)).grants());
            }
        }
        fitting.retainAll(grants);
        fitting.removeAll(crowd.grants().keySet());
        return fitting;
    }

    /** Whether a grant to pods on a node counts there. */
    static boolean has(View view, Direction direction, String node, Traffic grant) {
        return !view.get(CROWD, new Place(direction, node)).grants().containsKey(grant);
    }

    /** What is to be told of all policies that say more than there is room for, one sentence for each. */
    static SortedMap<PodKey, String> problems(View view) {
        SortedMap<PodKey, String> problems = new TreeMap<>();
        for (Direction direction : Direction.values()) {
            for (String node : view.get(Topology.NODE_NAMES, Unit.UNIT)) {
                Crowd crowd = view.get(CROWD, new Place(direction, node));
                for (Group group : crowd.groups()) {
                    Side side = new Side(direction, group);
                    view.get(Policies.OF_GROUP, group).forEach(policy -> tooMuch(view, side)
                            .ifPresent(problem -> problems.putIfAbsent(policy, problem)));
                }
                if (!crowd.grants().isEmpty()) {
                    for (Group group : Policies.PODS.groupsOfNode(view, node)) {
                        Side side = new Side(direction, group);
                        view.get(Policies.OF_GROUP, group).forEach(policy -> tooLate(view, node, side, policy)
                                .ifPresent(problem -> problems.putIfAbsent(policy, problem)));
                    }
                }
            }
        }
        return problems;
    }

    /** What is to be told of a policy of a group on a node. */
    static Optional<String> problem(View view, String node, Side side, PodKey policy) {
        return tooMuch(view, side).or(() -> tooLate(view, node, side, policy));
    }

    /** The sentence about a group, if more is granted to it than there is room for. */
    static Optional<String> tooMuch(View view, Side side) {
        Grants grants = view.get(Policies.GRANTS, side);
        return grants.isCrowded()
                ? Optional.of(field(side) + ": " + grants.grants().size()
                        + " different rules of all policies together are about pods of namespace "
                        + side.group().namespace() + " with " + side.group().labels() + ", and a switch has room for "
                        + MOST_CLAUSES + "; nothing is allowed to these pods")
                : Optional.empty();
    }

    /** The sentence about the first rule of a policy that comes too late for a group on a node. */
    private static Optional<String> tooLate(View view, String node, Side side, PodKey policy) {
        SortedMap<Traffic, String> late =
                view.get(CROWD, new Place(side.direction(), node)).grants();
        if (late.isEmpty()) {
            return Optional.empty();
        }
        for (PolicyRule rule :
                view.get(Policies.POLICIES.table(), policy).orElseThrow().rules(side.direction())) {
            for (Traffic grant : Policies.granted(view, side, rule)) {
                String named = late.get(grant);
                if (named != null) {
                    return Optional.of(field(side) + "[" + rule.index() + "]: different rules of all policies together"
                            + " that name " + named + " are more than the " + MOST_CLAUSES
                            + " for which the switch of node " + node + " has room; this one allows nothing to pods of"
                            + " namespace " + side.group().namespace() + " with "
                            + side.group().labels() + " there");
                }
            }
        }
        return Optional.empty();
    }

    private static String field(Side side) {
        return "spec." + side.direction().name().toLowerCase(Locale.ROOT);
    }
}
