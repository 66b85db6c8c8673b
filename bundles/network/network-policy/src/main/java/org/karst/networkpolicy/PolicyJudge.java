package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import org.karst.incremental.Query;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.GroupJudge;
import org.karst.network.policy.PolicyWords;
import org.karst.network.policy.Side;
import org.karst.pipeline.AppliedPolicies;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;

/** What the flows of {@link PolicyStage} decide, said of one connection with the rules that are the reason. */
final class PolicyJudge extends GroupJudge<PodKey> {
    private static final String KIND = "NetworkPolicy";

    private final Direction direction;
    private final PolicyStage stage;
    private final Query<Group, SortedSet<PodKey>> ofGroup;

    private PolicyJudge(Direction direction, Query<Group, SortedSet<PodKey>> ofGroup) {
        super(Policies.PODS, PolicyStage.slot(direction));
        this.direction = direction;
        this.ofGroup = ofGroup;
        stage = new PolicyStage(direction);
    }

    /** What is decided. */
    static PolicyJudge of(Direction direction) {
        return new PolicyJudge(direction, Policies.OF_GROUP);
    }

    /** What would be decided if policies in dry run were in force. */
    static PolicyJudge rehearsing(Direction direction) {
        return new PolicyJudge(direction, Policies.OF_GROUP_REHEARSED);
    }

    @Override
    protected List<PodKey> about(View view, Group group) {
        return view.get(ofGroup, group).stream()
                .filter(key -> policy(view, key).isolates(direction))
                .toList();
    }

    @Override
    protected boolean deniesUnknown(View view) {
        return true;
    }

    @Override
    protected String nothingIsAbout(PodKey pod) {
        return "no NetworkPolicy isolates " + pod + " in this direction";
    }

    @Override
    protected Judgement judge(View view, Known subject, List<PodKey> policies, Connection connection) {
        Optional<String> crowded = Room.tooMuch(view, subject.side());
        if (crowded.isPresent()) {
            return Judgement.denied(policies.stream().map(this::reference).toList(), crowded.get());
        }
        List<RuleReference> allowing = new ArrayList<>();
        List<PodKey> late = new ArrayList<>();
        for (PodKey key : policies) {
            for (PolicyRule rule : policy(view, key).rules(direction)) {
                if (allows(view, subject.side(), rule, connection)) {
                    if (hasRoom(view, subject, rule, connection)) {
                        allowing.add(reference(key, rule));
                    } else {
                        late.add(key);
                    }
                }
            }
        }
        return allowing.isEmpty()
                ? Judgement.denied(
                        policies.stream().map(this::reference).toList(),
                        late.stream()
                                .flatMap(key -> problem(view, subject, key).stream())
                                .findFirst()
                                .orElse("no rule of the policies that isolate " + subject.pod() + " allows it"))
                : Judgement.allowed(allowing);
    }

    private static boolean allows(View view, Side subject, PolicyRule rule, Connection connection) {
        return Policies.PEERS.isAbout(
                view,
                subject,
                rule.peers(),
                rule.ports(),
                connection,
                address -> Members.has(view, rule.peers(), address));
    }

    private static boolean hasRoom(View view, Known subject, PolicyRule rule, Connection connection) {
        Side side = subject.side();
        return Policies.granted(view, side, rule).stream()
                .filter(grant -> grant.ports().contains(connection))
                .anyMatch(
                        grant -> Room.has(view, side.direction(), subject.key().node(), grant));
    }

    @Override
    protected AppliedPolicies applied(View view, Known subject, List<PodKey> policies) {
        return new AppliedPolicies(
                true,
                policies.stream().map(key -> applied(view, subject, key)).toList(),
                List.of(stage.denying(subject.key().node())));
    }

    private AppliedPolicies.Policy applied(View view, Known subject, PodKey key) {
        Policy policy = policy(view, key);
        List<String> problems = new ArrayList<>(policy.problems());
        problem(view, subject, key).ifPresent(problems::add);
        return new AppliedPolicies.Policy(
                reference(key),
                policy.rules(direction).stream()
                        .map(rule -> new AppliedPolicies.Rule(
                                reference(key, rule),
                                Outcome.ALLOW,
                                PolicyWords.of(direction, rule.peers(), rule.ports()),
                                counting(view, subject, rule)))
                        .toList(),
                problems);
    }

    private static Optional<String> problem(View view, Known subject, PodKey key) {
        return Room.problem(view, subject.key().node(), subject.side(), key);
    }

    private List<FlowItem.Identity> counting(View view, Known subject, PolicyRule rule) {
        return Policies.granted(view, subject.side(), rule).stream()
                .flatMap(grant -> stage.counting(view, subject.key(), subject.attachment(), grant).stream())
                .distinct()
                .toList();
    }

    @Override
    protected List<FlowItem.Identity> denyingUnknown(AttachmentKey subject, Attachment attachment) {
        return List.of(stage.denying(subject.node()));
    }

    private static Policy policy(View view, PodKey key) {
        return view.get(Policies.POLICIES.table(), key).orElseThrow();
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
