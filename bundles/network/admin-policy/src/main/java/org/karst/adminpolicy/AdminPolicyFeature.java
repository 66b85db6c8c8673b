package org.karst.adminpolicy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.karst.adminpolicy.AdminPolicy.Trait;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.network.policy.Side;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.Direction;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Kind;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.Rehearsal;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Component;

/** The feature: cluster policies decide before NetworkPolicy, and after it. */
@Component(service = Feature.class)
public final class AdminPolicyFeature implements Feature {
    /** The condition that says whether all of a policy is in force. */
    static final String CONDITION = "Accepted";

    private static final Query<Subject, Long> VERDICT = Query.of("admin-policy-verdict", AdminPolicyFeature::verdict);

    @Override
    public String name() {
        return "admin-policy";
    }

    @Override
    public List<Kind<?>> watches() {
        List<Kind<?>> kinds = new ArrayList<>(Arrays.asList(PolicyKind.kinds()));
        kinds.add(AdminPolicies.PODS.ports());
        return kinds;
    }

    @Override
    public List<Stage> stages() {
        return eachLane(lane -> new AdminStage(lane).stage());
    }

    @Override
    public List<Judge> judges() {
        return eachLane(lane -> AdminJudge.of(lane).judge());
    }

    @Override
    public List<Rehearsal> rehearsals() {
        return eachLane(lane -> new Rehearsal(
                AdminJudge.rehearsing(lane).judge(),
                (view, subject) -> AdminPolicies.isAbout(view, Trait.REHEARSED, subject)));
    }

    private static <T> List<T> eachLane(Function<Lane, T> make) {
        return Stream.of(Tier.values())
                .flatMap(tier -> Stream.of(Direction.values()).map(direction -> new Lane(tier, direction)))
                .map(make)
                .toList();
    }

    @Override
    public List<Rule<?>> rules() {
        List<Rule<?>> rules = new ArrayList<>();
        for (PolicyKind kind : PolicyKind.values()) {
            rules.add(new Rule<>(
                    "admin-policy-status-" + kind.kind().plural(),
                    Scope.ZONE,
                    Keys.of(kind.kind().table()),
                    (view, key) -> status(view, kind, key)));
        }
        return rules;
    }

    @Override
    public List<Query<Subject, Long>> verdicts() {
        return List.of(VERDICT);
    }

    private static long verdict(View view, Subject subject) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject.attachment());
        if (attachment.isEmpty() || !AdminPolicies.PODS.known(view)) {
            return 0;
        }
        return AdminPolicies.PODS
                .group(view, attachment.get().pod())
                .map(group -> view.get(AdminPolicies.VERDICT, new Side(subject.direction(), group)))
                .orElseGet(() -> isDenied(view, subject.direction()) ? 1L : 0L);
    }

    /** Whether a pod whose labels nobody knows is denied everything. */
    private static boolean isDenied(View view, Direction direction) {
        return Stream.of(Tier.values()).anyMatch(tier -> view.get(AdminPolicies.IN_USE, new Lane(tier, direction)));
    }

    private static List<Item> status(View view, PolicyKind kind, PodKey key) {
        Optional<AdminPolicy> policy = kind.find(view, key.name());
        List<Item> items = new ArrayList<>();
        List<String> problems = policy.map(AdminPolicy::problems).orElse(List.of());
        if (!problems.isEmpty()) {
            String message = String.join(". ", problems);
            items.add(condition(kind, key, false, "InvalidRule", message));
            items.add(event(kind, key, "InvalidRule", message));
        } else if (policy.filter(AdminPolicy::enforced).isPresent()) {
            items.add(condition(kind, key, true, "InForce", "every rule is in force"));
        } else {
            items.add(condition(
                    kind, key, true, "DryRun", "it is only logged what the policy would decide, nothing is in force"));
        }
        List<String> logging = policy.map(of -> of.logging().problems()).orElse(List.of());
        if (!logging.isEmpty()) {
            items.add(event(kind, key, "InvalidAuditLogging", String.join(". ", logging)));
        }
        return items;
    }

    private static ObjectConditionItem condition(
            PolicyKind kind, PodKey key, boolean status, String reason, String message) {
        return new ObjectConditionItem(
                kind.kind().apiVersion(), kind.kindName(), "", key.name(), CONDITION, status, reason, message);
    }

    private static EventItem event(PolicyKind kind, PodKey key, String reason, String message) {
        return new EventItem(kind.kind().apiVersion(), kind.kindName(), "", key.name(), true, reason, message);
    }
}
