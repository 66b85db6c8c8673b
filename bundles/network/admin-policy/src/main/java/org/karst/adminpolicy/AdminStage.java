package org.karst.adminpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.PeerMembers;
import org.karst.network.policy.PolicySlot;
import org.karst.pipeline.Action;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Stage;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * The flows of a lane. SUBJECTS leads what a subject opens (or what is opened to it) on, with the number of the subject's group;
 * PEERS adds the number of the peer's group; RULES has a conjunctive match for each rule at a priority of its own, and lets pass
 * what no rule is about.
 */
final class AdminStage {
    private static final int NODE = 150;
    private static final int POD = 100;
    private static final int CLUSTER = 50;

    /** Scratch: whether the peer is a pod of the cluster. */
    static final FieldRange IS_POD = Field.REG10.range(0, 0);
    /** Scratch: the number of the subject's group. */
    static final FieldRange SUBJECT = Field.REG11.whole();
    /** Scratch: the number of the peer's group; 0 if no rule asks for it. */
    static final FieldRange PEER = Field.REG12.whole();

    private final Lane lane;
    private final PolicySlot slot;
    private final String name;
    private final TableRef subjects;
    private final TableRef peers;
    private final TableRef rules;

    AdminStage(Lane lane) {
        this.lane = lane;
        slot = lane.slot();
        name = "admin-policy-" + slot.slot().name().toLowerCase(Locale.ROOT).replace('_', '-');
        subjects = new TableRef(slot.slot(), 1, slot.slot() + "_SUBJECTS");
        peers = new TableRef(slot.slot(), 2, slot.slot() + "_PEERS");
        rules = new TableRef(slot.slot(), 3, slot.slot() + "_RULES");
    }

    Stage stage() {
        List<Rule<?>> all = new ArrayList<>();
        all.add(new Rule<>(name, Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::node));
        all.add(new Rule<>(name + "-subjects", Scope.ZONE, Keys.of(World.ATTACHMENTS), this::subject));
        all.add(new Rule<>(name + "-pods", Scope.ZONE, Keys.of(World.ATTACHMENTS_BY_ADDRESS), this::pod));
        all.add(new Rule<>(
                name + "-reported-pods", Scope.ZONE, Keys.of(AdminPolicies.PODS.byAddress()), this::reported));
        all.add(new Rule<>(name + "-nodes", Scope.ZONE, Keys.of(Topology.NODE_NAMES), this::nodeAsPeer));
        for (PolicyKind kind : PolicyKind.of(lane.tier())) {
            all.add(new Rule<>(
                    name + "-" + kind.kind().plural(),
                    Scope.ZONE,
                    Keys.of(kind.kind().table()),
                    (view, key) -> policy(view, kind, key)));
        }
        return new Stage(name, slot.slot(), Match.all(), List.of(subjects, peers, rules), all, List.of(), true);
    }

    private static List<Item> on(Iterable<String> nodes, List<Flow> flows) {
        List<Item> items = new ArrayList<>();
        nodes.forEach(node -> flows.forEach(flow -> items.add(FlowItem.on(node, flow))));
        return items;
    }

    private Flow peer(Flow flow, boolean isPod, long group) {
        return flow.then(
                new Action.SetField(IS_POD, Bits.of(isPod ? 1 : 0)),
                new Action.SetField(PEER, Bits.of(group)),
                new Action.Goto(rules.number()));
    }

    /** What depends neither on pods nor on rules. */
    private List<Item> node(View view, String node) {
        List<Flow> flows = slot.exceptions(subjects);
        flows.add(peer(Flow.in(peers), false, 0));
        for (Cidr prefix : PeerMembers.clusterPrefixes(view)) {
            flows.add(peer(Flow.in(peers).priority(CLUSTER).when(slot.peer(prefix)), true, 0));
        }
        flows.add(Flow.in(rules).then(slot.slot().next()));
        return on(List.of(node), flows);
    }

    /** A pod that rules are about. One whose labels nobody knows is denied everything: the rules may be about it. */
    private List<Item> subject(View view, AttachmentKey key) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, key);
        if (attachment.isEmpty() || !AdminPolicies.PODS.known(view)) {
            return List.of();
        }
        Optional<Group> group = AdminPolicies.PODS.group(view, attachment.get().pod());
        if (group.map(of -> AdminPolicies.rulings(view, lane, of).isEmpty())
                .orElseGet(() -> !view.get(AdminPolicies.IN_USE, lane))) {
            return List.of();
        }
        List<Flow> flows = new ArrayList<>();
        for (Ip address : attachment.get().ips()) {
            Flow flow = Flow.in(subjects).priority(PolicySlot.SUBJECT).when(slot.subject(address));
            flows.add(slot.self(subjects, address));
            flows.add(group.map(of ->
                            flow.then(new Action.SetField(SUBJECT, number(view, of)), new Action.Goto(peers.number())))
                    .orElse(flow));
        }
        return on(List.of(key.node()), flows);
    }

    /** The number that stands for a group in registers. */
    static Bits number(View view, Group group) {
        return Bits.of(AdminPolicies.NUMBERS.of(view, group));
    }

    /** The address of a pod as its status reports it, unless it was attached here. */
    private List<Item> reported(View view, Ip address) {
        return view.find(World.ATTACHMENTS_BY_ADDRESS, address).isEmpty() ? pod(view, address) : List.of();
    }

    /** The address of a pod whose group some rule names. */
    private List<Item> pod(View view, Ip address) {
        return AdminPolicies.PODS.owners(view, address).stream()
                .findFirst()
                .filter(group -> view.get(AdminPolicies.IS_PEER, new AdminPolicies.Party(lane, group)))
                .map(group -> on(
                        view.get(AdminPolicies.NODES, lane),
                        List.of(peer(
                                Flow.in(peers).priority(POD).when(slot.peer(address.single())),
                                true,
                                AdminPolicies.NUMBERS.of(view, group)))))
                .orElse(List.of());
    }

    /** A node's own addresses are no pods, though some lie among theirs. */
    private List<Item> nodeAsPeer(View view, String node) {
        List<Flow> flows = new ArrayList<>();
        for (Ip address : Topology.addresses(view, node)) {
            if (PeerMembers.clusterPrefixes(view).stream().anyMatch(prefix -> prefix.contains(address))) {
                flows.add(peer(Flow.in(peers).priority(NODE).when(slot.peer(address.single())), false, 0));
            }
        }
        return on(view.get(AdminPolicies.NODES, lane), flows);
    }

    /** All flows of a policy's rules. */
    private List<Item> policy(View view, PolicyKind kind, PodKey key) {
        AdminPolicy policy = kind.find(view, key.name()).orElseThrow();
        Precedence precedence = new Precedence(policy.priority(), kind, key.name());
        Optional<Integer> place = AdminPolicies.place(view, lane, precedence);
        if (place.isEmpty()) {
            return List.of();
        }
        SortedMap<Group, SortedSet<String>> groups =
                view.get(AdminPolicies.SUBJECTS, policy.subjects().orElseThrow());
        SortedMap<String, SortedSet<Group>> byNode = new TreeMap<>();
        groups.forEach((group, nodes) -> nodes.forEach(
                node -> byNode.computeIfAbsent(node, unused -> new TreeSet<>()).add(group)));
        List<Item> items = new ArrayList<>();
        for (AdminRule rule : policy.rules(lane)) {
            RuleFlows flows = flows(view, place.get(), rule, policy.logging(), groups.keySet());
            byNode.forEach((node, own) -> items.addAll(on(List.of(node), flows.about(own))));
        }
        return items;
    }

    /** The flows that count what a rule decides about the pods of a group on a node; none before the tier is in force. */
    List<FlowItem.Identity> counting(View view, String node, Precedence policy, AdminRule rule, Group group) {
        SortedSet<Group> subjects = new TreeSet<>();
        policy.kind()
                .find(view, policy.name())
                .flatMap(AdminPolicy::subjects)
                .ifPresent(of ->
                        subjects.addAll(view.get(AdminPolicies.SUBJECTS, of).keySet()));
        return AdminPolicies.place(view, lane, policy)
                .map(place ->
                        flows(view, place, rule, AuditLogging.OFF, subjects).counting(node, group))
                .orElse(List.of());
    }

    private RuleFlows flows(View view, int place, AdminRule rule, AuditLogging logging, Iterable<Group> subjects) {
        return new RuleFlows(view, lane, rules, place + rule.index(), rule, logging, subjects);
    }

    /** The flow that counts what is denied to a pod whose labels nobody knows. */
    FlowItem.Identity denyingUnknown(String node, Ip address) {
        return new FlowItem.Identity(node, subjects.number(), PolicySlot.SUBJECT, slot.subject(address));
    }
}
