package org.karst.adminpolicy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.network.policy.Group;
import org.karst.network.policy.PeerMembers;
import org.karst.network.policy.PortRange;
import org.karst.network.policy.Traffic;
import org.karst.pipeline.Action;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;

/**
 * The flows of a rule: a conjunction for each traffic that it is about. All are at the priority of the rule's place, where no other
 * rule is, so the place numbers the conjunctions too.
 */
final class RuleFlows {
    /** The priority of the rule that is asked first. */
    private static final int FIRST = 65_000;

    private final View view;
    private final Lane lane;
    private final TableRef table;
    private final int place;
    private final Decision decision;
    private final AuditLogging logging;
    private final SortedMap<Traffic, SortedSet<Group>> traffic;
    private final Map<Traffic, Long> numbers = new LinkedHashMap<>();
    private final Map<Traffic, List<Match>> peers = new LinkedHashMap<>();

    /**
     * Of a rule.
     *
     * @param table of the rules of the lane
     * @param place where the rule stands in its lane
     * @param logging what is to be told of its decisions
     * @param subjects whom it is about, all of them: they number the conjunctions
     */
    RuleFlows(
            View view,
            Lane lane,
            TableRef table,
            int place,
            AdminRule rule,
            AuditLogging logging,
            Iterable<Group> subjects) {
        this.view = view;
        this.lane = lane;
        this.table = table;
        this.place = place;
        decision = rule.decision();
        this.logging = logging;
        traffic = AdminPolicies.traffic(view, lane.direction(), rule, subjects);
        traffic.keySet().forEach(each -> numbers.put(each, (place + 1L) << 16 | numbers.size()));
    }

    /** Those for the subjects on one node. */
    List<Flow> about(SortedSet<Group> onNode) {
        Map<Match, List<Action>> clauses = new LinkedHashMap<>();
        List<Flow> flows = new ArrayList<>();
        traffic.forEach((each, groups) -> {
            List<Group> about =
                    groups.stream().filter(group -> onNode.contains(group)).toList();
            if (about.isEmpty() || each.asksForPeer() && peers(each).isEmpty()) {
                return;
            }
            about.stream().map(group -> deciding(each, group)).distinct().forEach(match -> flows.add(decide(match)));
            if (each.isEverything()) {
                return;
            }
            long number = numbers.get(each);
            int count = each.clauses();
            about.forEach(group -> clause(clauses, subject(group), number, 1, count));
            if (each.asksForPeer()) {
                peers(each).forEach(match -> clause(clauses, match, number, 2, count));
            }
            if (each.asksForPort()) {
                ports(each).forEach(match -> clause(clauses, match, number, count, count));
            }
        });
        clauses.forEach((match, actions) ->
                flows.add(Flow.in(table).priority(FIRST - place).when(match).then(actions.toArray(Action[]::new))));
        return flows;
    }

    /** The flows that count what is decided about a group on a node, and about others for which the rule is about the same. */
    List<FlowItem.Identity> counting(String node, Group group) {
        return traffic.entrySet().stream()
                .filter(entry -> entry.getValue().contains(group))
                .map(entry ->
                        new FlowItem.Identity(node, table.number(), FIRST - place, deciding(entry.getKey(), group)))
                .toList();
    }

    /** What has come as far as to be decided. */
    private Match deciding(Traffic each, Group group) {
        return each.isEverything() ? subject(group) : Match.all().and(Field.CONJ_ID, numbers.get(each));
    }

    private Flow decide(Match match) {
        return decision.carryOut(
                lane.slot(), Flow.in(table).priority(FIRST - place).when(match), logging);
    }

    private Match subject(Group group) {
        return Match.all().and(AdminStage.SUBJECT.field(), AdminStage.number(view, group));
    }

    private static void clause(Map<Match, List<Action>> clauses, Match match, long number, int clause, int count) {
        clauses.computeIfAbsent(match, unused -> new ArrayList<>()).add(new Action.Conjunction(number, clause, count));
    }

    private List<Match> peers(Traffic each) {
        return peers.computeIfAbsent(each, this::findPeers);
    }

    private List<Match> findPeers(Traffic each) {
        List<Match> matches = new ArrayList<>();
        for (Group group : AdminPolicies.PEERS.groups(view, each)) {
            matches.add(Match.all().and(AdminStage.PEER.field(), AdminStage.number(view, group)));
        }
        if (each.named().isPresent()) {
            return matches;
        }
        if (each.peers().hasEveryPod()) {
            matches.add(Match.all().and(AdminStage.IS_POD.field(), Bits.of(1), AdminStage.IS_POD.mask()));
        }
        SortedSet<Cidr> prefixes = new TreeSet<>(each.peers().prefixes());
        for (String node : AdminPolicies.PEERS.labelledNodes(view, each.peers())) {
            Topology.addresses(view, node).forEach(address -> prefixes.add(address.single()));
        }
        prefixes.forEach(prefix -> matches.add(lane.slot().peer(prefix)));
        return matches;
    }

    private List<Match> ports(Traffic each) {
        List<Match> matches = new ArrayList<>();
        for (PortRange range : each.ports().ranges()) {
            for (PortRange part : range.aligned()) {
                for (Family family : PeerMembers.families(view)) {
                    matches.add(part.match(family));
                }
            }
        }
        return matches;
    }
}
