package org.karst.adminpolicy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.karst.adminpolicy.AdminPolicies.Rulings;
import org.karst.adminpolicy.AdminPolicy.Trait;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.network.policy.Group;
import org.karst.network.policy.GroupJudge;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PolicyWords;
import org.karst.network.policy.Side;
import org.karst.pipeline.AppliedPolicies;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.Connection;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.Subject;

/** What the flows of {@link AdminStage} decide, said of one connection with the rule that is the reason. */
final class AdminJudge extends GroupJudge<Rulings> {
    private final Lane lane;
    private final boolean rehearsing;
    private final AdminStage stage;

    private AdminJudge(Lane lane, boolean rehearsing) {
        super(AdminPolicies.PODS, lane.slot());
        this.lane = lane;
        this.rehearsing = rehearsing;
        stage = new AdminStage(lane);
    }

    /** What is decided. */
    static AdminJudge of(Lane lane) {
        return new AdminJudge(lane, false);
    }

    /** What would be decided if policies in dry run were in force. */
    static AdminJudge rehearsing(Lane lane) {
        return new AdminJudge(lane, true);
    }

    @Override
    protected List<Rulings> about(View view, Group group) {
        return rehearsing
                ? AdminPolicies.rehearsedRulings(view, lane, group)
                : AdminPolicies.rulings(view, lane, group);
    }

    @Override
    public boolean isLogged(View view, AttachmentKey subject) {
        return AdminPolicies.isAbout(view, Trait.LOGGED, new Subject(subject, lane.direction()));
    }

    @Override
    public Optional<AuditLogging> logging(View view, RuleReference rule) {
        return PolicyKind.find(rule.kind())
                .map(kind ->
                        kind.find(view, rule.name()).map(AdminPolicy::logging).orElse(AuditLogging.OFF));
    }

    @Override
    protected boolean deniesUnknown(View view) {
        return view.get(AdminPolicies.IN_USE, lane);
    }

    @Override
    protected String nothingIsAbout(PodKey pod) {
        return "no cluster policy of this tier is about " + pod + " in this direction";
    }

    @Override
    protected Judgement judge(View view, Known subject, List<Rulings> policies, Connection connection) {
        return policies.stream()
                .flatMap(policy -> policy.rules().stream()
                        .filter(rule -> isAbout(view, subject.side(), rule, connection))
                        .map(rule -> new Judgement(
                                rule.decision().outcome(), List.of(reference(policy.policy(), rule)), "")))
                .findFirst()
                .orElseGet(() -> new Judgement(
                        Outcome.PASS,
                        List.of(),
                        "no rule of the cluster policies about " + subject.pod() + " is about it"));
    }

    private static boolean isAbout(View view, Side subject, AdminRule rule, Connection connection) {
        return AdminPolicies.PEERS.isAbout(
                view, subject, rule.peers(), rule.ports(), connection, address -> hasPeer(view, rule.peers(), address));
    }

    private static boolean hasPeer(View view, PeerSet peers, Ip address) {
        if (peers.isAll() || peers.peers().stream().anyMatch(peer -> peer.hasAddress(address))) {
            return true;
        }
        return AdminPolicies.PEERS
                .nodeOf(view, address)
                .map(node -> AdminPolicies.PEERS.labelledNodes(view, peers).contains(node))
                .orElseGet(() -> AdminPolicies.PEERS.hasAddress(view, peers, address));
    }

    @Override
    protected AppliedPolicies applied(View view, Known subject, List<Rulings> policies) {
        return new AppliedPolicies(
                false,
                policies.stream().map(policy -> applied(view, subject, policy)).toList(),
                List.of());
    }

    private AppliedPolicies.Policy applied(View view, Known subject, Rulings policy) {
        return new AppliedPolicies.Policy(
                reference(policy.policy(), OptionalInt.empty()),
                policy.rules().stream()
                        .map(rule -> new AppliedPolicies.Rule(
                                reference(policy.policy(), rule),
                                rule.decision().outcome(),
                                rule.decision().words() + " "
                                        + PolicyWords.of(lane.direction(), rule.peers(), rule.ports()),
                                stage.counting(
                                        view,
                                        subject.key().node(),
                                        policy.policy(),
                                        rule,
                                        subject.side().group())))
                        .toList(),
                policy.policy()
                        .kind()
                        .find(view, policy.policy().name())
                        .map(AdminPolicy::problems)
                        .orElse(List.of()));
    }

    @Override
    protected List<FlowItem.Identity> denyingUnknown(AttachmentKey subject, Attachment attachment) {
        return attachment.ips().stream()
                .map(address -> stage.denyingUnknown(subject.node(), address))
                .toList();
    }

    private RuleReference reference(Precedence policy, AdminRule rule) {
        return reference(policy, OptionalInt.of(rule.index()));
    }

    /** A rule of a policy, or the policy itself. */
    private RuleReference reference(Precedence policy, OptionalInt index) {
        String acl = policy.kind().acl() + ":" + policy.name() + ":" + RuleReference.word(lane.direction());
        return new RuleReference(
                policy.priority(),
                policy.kind().kindName(),
                "",
                policy.name(),
                lane.direction(),
                index,
                index.isPresent() ? acl + ":" + index.getAsInt() : acl);
    }
}
