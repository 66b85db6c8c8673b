package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.karst.incremental.Query;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.PolicySlot;
import org.karst.network.policy.PortName;
import org.karst.network.policy.PortSet;
import org.karst.pipeline.AppliedPolicies;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.World;

/** What the flows of {@link PolicyStage} decide, said of one connection with the rules that are the reason. */
final class PolicyJudge implements Judge.Judging {
    private static final String KIND = "NetworkPolicy";

    private final Direction direction;
    private final PolicyStage stage;
    private final Query<Group, SortedSet<PodKey>> ofGroup;
    private final PolicySlot place;

    private PolicyJudge(Direction direction, Query<Group, SortedSet<PodKey>> ofGroup) {
        this.direction = direction;
        stage = new PolicyStage(direction);
        place = PolicyStage.slot(direction);
        this.ofGroup = ofGroup;
    }

    /** What is decided. */
    static PolicyJudge of(Direction direction) {
        return new PolicyJudge(direction, Policies.OF_GROUP);
    }

    /** What would be decided if policies in dry run were in force. */
    static PolicyJudge rehearsing(Direction direction) {
        return new PolicyJudge(direction, Policies.OF_GROUP_REHEARSED);
    }

    Judge judge() {
        return new Judge(place.slot(), direction, this);
    }

    @Override
    public Judgement judge(View view, AttachmentKey subject, Connection connection) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject);
        if (attachment.isEmpty()) {
            return Judgement.notSubject("no interface " + subject + " is attached");
        }
        if (!Policies.PODS.known(view)) {
            return Judgement.notSubject("pods and policies have not all been listed yet");
        }
        PodKey pod = attachment.get().pod();
        Optional<Group> group = Policies.PODS.group(view, pod);
        List<PodKey> isolating = group.map(of -> isolating(view, of)).orElse(List.of());
        if (group.isPresent() && isolating.isEmpty()) {
            return Judgement.notSubject("no NetworkPolicy isolates " + pod + " in this direction");
        }
        Optional<String> exempt = place.exempt(view, subject, attachment.get(), connection);
        if (exempt.isPresent()) {
            return Judgement.exempt(exempt.get());
        }
        if (group.isEmpty()) {
            return Judgement.denied(
                    List.of(), "the labels of " + pod + " are not known: there is no such pod, or it has finished");
        }
        List<RuleReference> allowing = allowing(view, group.get(), isolating, connection);
        return allowing.isEmpty() ? unallowed(pod, isolating) : Judgement.allowed(allowing);
    }

    @Override
    public AppliedPolicies applied(View view, AttachmentKey subject) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject).filter(any -> Policies.PODS.known(view));
        if (attachment.isEmpty()) {
            return AppliedPolicies.NONE;
        }
        Optional<Group> group = Policies.PODS.group(view, attachment.get().pod());
        if (group.isEmpty()) {
            return new AppliedPolicies(true, List.of(), List.of(stage.denying(subject.node())));
        }
        List<AppliedPolicies.Policy> policies = new ArrayList<>();
        for (PodKey key : isolating(view, group.get())) {
            Policy policy = policy(view, key);
            List<AppliedPolicies.Rule> rules = policy.rules(direction).stream()
                    .map(rule -> new AppliedPolicies.Rule(
                            reference(key, rule),
                            PolicyWords.of(direction, rule),
                            counting(view, subject, attachment.get(), group.get(), rule)))
                    .toList();
            policies.add(new AppliedPolicies.Policy(reference(key), rules, policy.problems()));
        }
        return policies.isEmpty()
                ? AppliedPolicies.NONE
                : new AppliedPolicies(true, policies, List.of(stage.denying(subject.node())));
    }

    private List<FlowItem.Identity> counting(
            View view, AttachmentKey subject, Attachment attachment, Group group, PolicyRule rule) {
        return Policies.granted(view, new Policies.Side(direction, group), rule).stream()
                .flatMap(grant -> stage.counting(view, subject, attachment, grant).stream())
                .distinct()
                .toList();
    }

    private List<PodKey> isolating(View view, Group group) {
        return view.get(ofGroup, group).stream()
                .filter(key -> policy(view, key).isolates(direction))
                .toList();
    }

    private static Policy policy(View view, PodKey key) {
        return view.get(Policies.POLICIES.table(), key).orElseThrow();
    }

    private List<RuleReference> allowing(View view, Group group, List<PodKey> policies, Connection connection) {
        List<RuleReference> allowing = new ArrayList<>();
        for (PodKey key : policies) {
            for (PolicyRule rule : policy(view, key).rules(direction)) {
                if (allows(view, group, rule, connection)) {
                    allowing.add(reference(key, rule));
                }
            }
        }
        return allowing;
    }

    private boolean allows(View view, Group group, PolicyRule rule, Connection connection) {
        Ip peer = connection.peer(direction);
        PortSet ports =
                switch (direction) {
                    case EGRESS -> rule.ports().numbered();
                    case INGRESS -> rule.ports().resolved(group.ports());
                };
        if (ports.contains(connection)) {
            return Members.has(view, rule.peers(), peer);
        }
        return direction == Direction.EGRESS
                && connection.hasPorts()
                && Policies.PEERS.hasNamed(
                        view, rule.peers(), peer, named(rule, connection), connection.destinationPort());
    }

    /** The names in a rule that may stand for the connection's port. */
    private static SortedSet<PortName> named(PolicyRule rule, Connection connection) {
        return rule.ports().names().stream()
                .filter(name -> name.protocol().number() == connection.protocol())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Judgement unallowed(PodKey pod, List<PodKey> isolating) {
        List<RuleReference> policies = isolating.stream().map(this::reference).toList();
        return Judgement.denied(policies, "no rule of the policies that isolate " + pod + " allows it");
    }

    private RuleReference reference(PodKey policy, PolicyRule rule) {
        return reference(
                policy,
                OptionalInt.of(rule.index()),
                policy.name() + ":" + RuleReference.word(direction) + ":" + rule.index());
    }

    /** The policy itself: that it isolates. */
    private RuleReference reference(PodKey policy) {
        return reference(policy, OptionalInt.empty(), RuleReference.word(direction));
    }

    private RuleReference reference(PodKey policy, OptionalInt index, String aclEnd) {
        return new RuleReference(
                0,
                KIND,
                policy.namespace(),
                policy.name(),
                direction,
                index,
                "NP:" + policy.namespace() + ":" + aclEnd);
    }
}
