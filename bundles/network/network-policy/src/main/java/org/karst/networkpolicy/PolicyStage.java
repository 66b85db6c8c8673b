package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.PeerMembers;
import org.karst.network.policy.PolicySlot;
import org.karst.network.policy.PortRange;
import org.karst.network.policy.Traffic;
import org.karst.networkpolicy.Policies.Grants;
import org.karst.networkpolicy.Policies.Part;
import org.karst.networkpolicy.Policies.Peers;
import org.karst.networkpolicy.Policies.Place;
import org.karst.networkpolicy.Policies.Use;
import org.karst.pipeline.Action;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Slot;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * The flows of one direction. SUBJECTS leads what an isolated pod opens (or what is opened to it) on, PEERS tells nodes from
 * pods, RULES is a conjunctive match over subject, peer and port, and drops the rest.
 *
 * <p>Each match has one owner: a flow about an address belongs to the address and names all conjunctions in which it takes
 * part, on each node that has subjects of them.
 */
final class PolicyStage {
    private static final int CONJUNCTION = 200;
    private static final int ONE = 100;

    /** Scratch: whether the peer is a node itself, with one of its own addresses. */
    private static final FieldRange IS_NODE = Field.REG10.range(0, 0);

    private final Direction direction;
    private final PolicySlot place;
    private final String name;
    private final TableRef subjects;
    private final TableRef peers;
    private final TableRef rules;

    PolicyStage(Direction direction) {
        this.direction = direction;
        place = slot(direction);
        Slot slot = place.slot();
        name = "network-policy-" + direction.name().toLowerCase(Locale.ROOT);
        subjects = new TableRef(slot, 1, direction + "_SUBJECTS");
        peers = new TableRef(slot, 2, direction + "_PEERS");
        rules = new TableRef(slot, 3, direction + "_RULES");
    }

    static PolicySlot slot(Direction direction) {
        return new PolicySlot(
                switch (direction) {
                    case EGRESS -> Slot.EGRESS_POLICY;
                    case INGRESS -> Slot.INGRESS_POLICY;
                },
                direction);
    }

    Stage stage() {
        return new Stage(
                name,
                place.slot(),
                Match.all(),
                List.of(subjects, peers, rules),
                List.of(
                        new Rule<>(name, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::node),
                        new Rule<>(name + "-subjects", Scope.ZONE, Keys.of(World.ATTACHMENTS), this::subject),
                        new Rule<>(name + "-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS_BY_ADDRESS), this::attached),
                        new Rule<>(
                                name + "-reported-pods",
                                Scope.ZONE,
                                Keys.of(Policies.PODS.byAddress()),
                                this::reported),
                        new Rule<>(name + "-blocks", Scope.ZONE, Keys.of(Members.BY_PREFIX), this::block),
                        new Rule<>(name + "-every-pod", Scope.ZONE, Keys.once(), this::everyPod),
                        new Rule<>(name + "-nodes", Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::nodeAsPeer),
                        new Rule<>(name + "-ports", Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::ports),
                        new Rule<>(
                                name + "-grants", Scope.ZONE, Keys.of(Policies.POLICIES.table()), this::conjunctions)),
                List.of(),
                true);
    }

    private static Match isNode(Match match, boolean yes) {
        return match.and(IS_NODE.field(), Bits.of(yes ? 1 : 0), IS_NODE.mask());
    }

    /** What does not depend on pods. */
    private List<Item> node(View view, String node) {
        List<Flow> flows = place.exceptions(subjects);
        flows.add(Flow.in(peers).then(new Action.SetField(IS_NODE, Bits.ZERO), new Action.Goto(rules.number())));
        flows.add(Flow.in(rules));
        return on(node, flows);
    }

    private static List<Item> on(String node, List<Flow> flows) {
        return flows.stream().map(flow -> (Item) FlowItem.on(node, flow)).toList();
    }

    /** A pod that is isolated: it reaches itself, and else what its grants allow. */
    private List<Item> subject(View view, AttachmentKey key) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, key);
        if (attachment.isEmpty()) {
            return List.of();
        }
        Grants grants = Policies.grants(view, direction, attachment.get());
        if (!grants.isolated()) {
            return List.of();
        }
        List<Action> clauses = new ArrayList<>();
        for (Traffic grant : grants.grants()) {
            if (grant.clauses() > 1) {
                clauses.add(new Action.Conjunction(
                        Policies.number(view, direction, key.node(), grant), 1, grant.clauses()));
            }
        }
        List<Flow> flows = new ArrayList<>();
        for (Ip address : attachment.get().ips()) {
            Match subject = place.subject(address);
            Flow judged = Flow.in(subjects).priority(PolicySlot.SUBJECT).when(subject);
            flows.add(place.self(subjects, address));
            flows.add(grants.allowEverything() ? place.admit(judged) : judged.then(new Action.Goto(peers.number())));
            if (!clauses.isEmpty() && !grants.allowEverything() && !grants.isCrowded()) {
                flows.add(clauses(subject, clauses));
            }
        }
        return on(key.node(), flows);
    }

    private Flow clauses(Match match, List<Action> clauses) {
        if (clauses.size() > Room.MOST_CLAUSES) {
            throw new IllegalArgumentException(clauses.size() + " different rules are about " + match
                    + " on one node; the switch has room for " + Room.MOST_CLAUSES);
        }
        return Flow.in(rules).priority(ONE).when(match).then(clauses.toArray(Action[]::new));
    }

    /** The address of a pod that was attached in this zone. */
    private List<Item> attached(View view, Ip address) {
        return addressee(view, address.single());
    }

    /** The address of a pod as its status reports it, unless it was attached here. */
    private List<Item> reported(View view, Ip address) {
        return view.find(World.ATTACHMENTS_BY_ADDRESS, address).isEmpty()
                ? addressee(view, address.single())
                : List.of();
    }

    /** A prefix of an ipBlock, unless it is a pod's address. */
    private List<Item> block(View view, Cidr prefix) {
        return isPod(view, prefix) ? List.of() : addressee(view, prefix);
    }

    private static boolean isPod(View view, Cidr prefix) {
        return prefix.length() == prefix.family().bits()
                && !(view.find(World.ATTACHMENTS_BY_ADDRESS, prefix.network()).isEmpty()
                        && view.find(Policies.PODS.byAddress(), prefix.network())
                                .isEmpty());
    }

    /** The cluster's own prefixes, unless an ipBlock names them. */
    private List<Item> everyPod(View view, Unit unit) {
        List<Item> items = new ArrayList<>();
        for (Cidr prefix : PeerMembers.clusterPrefixes(view)) {
            if (view.find(Members.BY_PREFIX, prefix).isEmpty()) {
                items.addAll(addressee(view, prefix));
            }
        }
        return items;
    }

    /** All conjunctions in which a peer with these addresses takes part, by node. */
    private List<Item> addressee(View view, Cidr prefix) {
        SortedMap<String, SortedSet<Traffic>> uses = new TreeMap<>();
        if (prefix.length() == prefix.family().bits()) {
            for (Group group : Policies.PODS.owners(view, prefix.network())) {
                for (Peers of : view.get(Members.OF_GROUP, group)) {
                    use(view, of, uses, grant -> grant.named()
                            .map(port -> group.ports().has(port.name(), port.number()))
                            .orElse(true));
                }
                if (direction == Direction.EGRESS) {
                    for (Peers of : Members.byPort(view, prefix.network(), group)) {
                        use(view, of, uses, grant -> grant.named()
                                .map(port -> group.ports().has(port.name(), port.number()))
                                .orElse(false));
                    }
                }
            }
        }
        // Nearly no address is named by a policy: no need to remember that for each of them.
        if (!view.find(Members.BY_PREFIX, prefix).isEmpty()) {
            for (Peers of : view.get(Members.OF_PREFIX, prefix)) {
                use(view, of, uses, grant -> grant.named().isEmpty());
            }
        }
        if (PeerMembers.clusterPrefixes(view).contains(prefix)) {
            for (Peers of : view.get(Members.OF_EVERY_POD, Unit.UNIT)) {
                use(view, of, uses, grant -> grant.named().isEmpty());
            }
        }
        return peerClauses(view, isNode(place.peer(prefix), false), uses);
    }

    private void use(View view, Peers of, SortedMap<String, SortedSet<Traffic>> uses, Predicate<Traffic> applies) {
        if (of.direction() != direction) {
            return;
        }
        view.get(Policies.USES, of).forEach((node, grants) -> {
            for (Traffic grant : grants) {
                if (grant.asksForPeer() && applies.test(grant)) {
                    uses.computeIfAbsent(node, unused -> new TreeSet<>()).add(grant);
                }
            }
        });
    }

    private List<Item> peerClauses(View view, Match match, SortedMap<String, SortedSet<Traffic>> uses) {
        List<Item> items = new ArrayList<>();
        uses.forEach((node, all) -> {
            SortedSet<Traffic> grants = Room.fitting(view, direction, node, all);
            List<Action> clauses = new ArrayList<>(grants.size());
            for (Traffic grant : grants) {
                clauses.add(new Action.Conjunction(Policies.number(view, direction, node, grant), 2, grant.clauses()));
            }
            items.add(FlowItem.on(node, clauses(match, clauses)));
        });
        return items;
    }

    /** A node's own addresses: told from pods everywhere, and the conjunctions in which the node takes part. */
    private List<Item> nodeAsPeer(View view, String peer) {
        SortedMap<String, SortedSet<Traffic>> uses = new TreeMap<>();
        for (Peers of : view.get(Members.OF_NODE, peer)) {
            use(view, of, uses, grant -> grant.named().isEmpty());
        }
        Set<String> nodes = view.get(Topology.NODE_NAMES, Unit.UNIT);
        List<Item> items = new ArrayList<>();
        for (Ip address : Topology.addresses(view, peer)) {
            Match match = place.peer(address.single());
            Flow flow = Flow.in(peers)
                    .priority(ONE)
                    .when(match)
                    .then(new Action.SetField(IS_NODE, Bits.of(1)), new Action.Goto(rules.number()));
            nodes.forEach(node -> items.add(FlowItem.on(node, flow)));
            items.addAll(peerClauses(view, isNode(match, true), uses));
        }
        return items;
    }

    /** The ports of all grants on a node: one flow for each aligned range of ports. */
    private List<Item> ports(View view, String node) {
        SortedMap<PortRange, List<Action>> clauses = new TreeMap<>();
        SortedSet<Traffic> grants =
                Room.fitting(view, direction, node, view.get(Policies.ON_NODE, new Place(direction, node)));
        for (Traffic grant : grants) {
            if (grant.asksForPort()) {
                Action clause = new Action.Conjunction(
                        Policies.number(view, direction, node, grant), grant.clauses(), grant.clauses());
                grant.ports().ranges().forEach(range -> range.aligned()
                        .forEach(part -> clauses.computeIfAbsent(part, unused -> new ArrayList<>())
                                .add(clause)));
            }
        }
        List<Item> items = new ArrayList<>();
        clauses.forEach((range, actions) -> {
            for (Family family : PeerMembers.families(view)) {
                items.add(FlowItem.on(node, clauses(range.match(family), actions)));
            }
        });
        return items;
    }

    /** What fulfils a whole conjunction goes on. */
    private List<Item> conjunctions(View view, PodKey key) {
        if (!Policies.hasRules(view, key, direction)) {
            return List.of();
        }
        SortedMap<String, SortedSet<Long>> numbers = new TreeMap<>();
        for (Use use : view.get(Policies.USES_OF_POLICY, new Part(key, direction))) {
            if (use.grant().clauses() > 1) {
                numbers.computeIfAbsent(use.node(), unused -> new TreeSet<>())
                        .add(Policies.number(view, direction, use.node(), use.grant()));
            }
        }
        List<Item> items = new ArrayList<>();
        numbers.forEach((node, all) -> all.forEach(number -> items.add(FlowItem.on(
                node, place.admit(Flow.in(rules).priority(CONJUNCTION).when(fulfilled(number)))))));
        return items;
    }

    private static Match fulfilled(long number) {
        return Match.all().and(Field.CONJ_ID, number);
    }

    /** The flows that count what a grant admits to a subject; where it may do everything no grant is looked for. */
    List<FlowItem.Identity> counting(View view, AttachmentKey key, Attachment attachment, Traffic grant) {
        if (Policies.grants(view, direction, attachment).allowEverything()) {
            return attachment.ips().stream()
                    .map(address -> new FlowItem.Identity(
                            key.node(), subjects.number(), PolicySlot.SUBJECT, place.subject(address)))
                    .toList();
        }
        long number = Policies.number(view, direction, key.node(), grant);
        return List.of(new FlowItem.Identity(key.node(), rules.number(), CONJUNCTION, fulfilled(number)));
    }

    /** The flow that counts what is denied on a node. */
    FlowItem.Identity denying(String node) {
        return new FlowItem.Identity(node, rules.number(), 0, Match.all());
    }
}
