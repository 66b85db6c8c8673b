package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Query;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.network.policy.Side;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.Direction;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Rehearsal;
import org.karst.pipeline.Stage;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Component;

/** The feature: NetworkPolicy says who may open connections to whom. */
@Component(service = Feature.class)
public final class NetworkPolicyFeature implements Feature {
    private static final Query<Subject, Long> VERDICT =
            Query.of("network-policy-verdict", NetworkPolicyFeature::verdict);

    private static final Query<Subject, Boolean> REHEARSED =
            Query.of("network-policy-rehearsed", NetworkPolicyFeature::rehearsed);

    @Override
    public String name() {
        return "network-policy";
    }

    @Override
    public List<Kind<?>> watches() {
        return List.of(Policies.POLICIES, Policies.PODS.ports());
    }

    @Override
    public List<Stage> stages() {
        return List.of(new PolicyStage(Direction.EGRESS).stage(), new PolicyStage(Direction.INGRESS).stage());
    }

    @Override
    public List<Rule<?>> rules() {
        return List.of(
                new Rule<>(
                        "network-policy-problems",
                        Scope.ZONE,
                        Keys.of(Policies.POLICIES.table()),
                        NetworkPolicyFeature::problems),
                new Rule<>("network-policy-crowded", Scope.ZONE, Keys.once(), NetworkPolicyFeature::crowded));
    }

    @Override
    public List<Query<Subject, Long>> verdicts() {
        return List.of(VERDICT);
    }

    @Override
    public List<Judge> judges() {
        return List.of(
                PolicyJudge.of(Direction.EGRESS).judge(),
                PolicyJudge.of(Direction.INGRESS).judge());
    }

    @Override
    public List<Rehearsal> rehearsals() {
        return Stream.of(Direction.values())
                .map(direction -> new Rehearsal(
                        PolicyJudge.rehearsing(direction).judge(), (view, subject) -> view.get(REHEARSED, subject)))
                .toList();
    }

    private static boolean rehearsed(View view, Subject subject) {
        return view.get(World.ATTACHMENTS, subject.attachment())
                .flatMap(attachment -> Policies.PODS.group(view, attachment.pod()))
                .filter(group -> Policies.isRehearsed(view, new Side(subject.direction(), group)))
                .isPresent();
    }

    private static long verdict(View view, Subject subject) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject.attachment());
        if (attachment.isEmpty()) {
            return 0;
        }
        // Most pods are open in one direction at least: no hash is kept for those.
        if (!Policies.grants(view, subject.direction(), attachment.get()).isolated()) {
            return 0;
        }
        return Policies.PODS
                .group(view, attachment.get().pod())
                .map(group -> view.get(Members.VERDICT, new Side(subject.direction(), group)))
                .orElse(1L);
    }

    private static List<Item> problems(View view, PodKey key) {
        List<String> problems =
                view.get(Policies.POLICIES.table(), key).map(Policy::problems).orElse(List.of());
        return problems.isEmpty() ? List.of() : List.of(event(key, "InvalidRule", String.join(". ", problems)));
    }

    private static List<Item> crowded(View view, Unit unit) {
        List<Item> events = new ArrayList<>();
        Room.problems(view).forEach((key, problem) -> events.add(event(key, "TooManyRules", problem)));
        return events;
    }

    private static EventItem event(PodKey policy, String reason, String message) {
        return new EventItem(
                Policies.POLICIES.apiVersion(),
                "NetworkPolicy",
                policy.namespace(),
                policy.name(),
                true,
                reason,
                message);
    }
}
