package org.karst.network.policy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.PodKey;
import org.karst.pipeline.AppliedPolicies;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Judge;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.World;

/**
 * Judges by the group of a subject's pod: what all kinds of policies say alike before a rule is asked.
 *
 * @param <P> a policy that is about a group
 */
public abstract class GroupJudge<P> implements Judge.Judging {
    private final Pods pods;
    private final PolicySlot slot;

    /**
     * For a slot.
     *
     * @param pods of the same feature
     */
    protected GroupJudge(Pods pods, PolicySlot slot) {
        this.pods = Objects.requireNonNull(pods, "pods");
        this.slot = Objects.requireNonNull(slot, "slot");
    }

    /** The interface of a pod whose group is known. */
    protected record Known(AttachmentKey key, Attachment attachment, Side side) {
        /** Whose it is. */
        public PodKey pod() {
            return attachment.pod();
        }
    }

    /** The policies that are about a group, in the order in which they are asked. */
    protected abstract List<P> about(View view, Group group);

    /** Whether a pod whose labels nobody knows is denied everything, since policies may be about it. */
    protected abstract boolean deniesUnknown(View view);

    /** What to say of a pod that no policy is about. */
    protected abstract String nothingIsAbout(PodKey pod);

    /** What policies decide, at least one. */
    protected abstract Judgement judge(View view, Known subject, List<P> policies, Connection connection);

    /** All that policies say, at least one. */
    protected abstract AppliedPolicies applied(View view, Known subject, List<P> policies);

    /** The flows that count what is denied to a pod whose labels nobody knows. */
    protected abstract List<FlowItem.Identity> denyingUnknown(AttachmentKey subject, Attachment attachment);

    /** This as the core knows it. */
    public final Judge judge() {
        return new Judge(slot.slot(), slot.direction(), this);
    }

    @Override
    public final Judgement judge(View view, AttachmentKey subject, Connection connection) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject);
        if (attachment.isEmpty()) {
            return Judgement.notSubject("no interface " + subject + " is attached");
        }
        if (!pods.known(view)) {
            return Judgement.notSubject("pods and policies have not all been listed yet");
        }
        PodKey pod = attachment.get().pod();
        Optional<Group> group = pods.group(view, pod);
        List<P> policies = group.map(of -> about(view, of)).orElse(List.of());
        if (group.isPresent() ? policies.isEmpty() : !deniesUnknown(view)) {
            return Judgement.notSubject(nothingIsAbout(pod));
        }
        Optional<String> exempt = slot.exempt(view, subject, attachment.get(), connection);
        if (exempt.isPresent()) {
            return Judgement.exempt(exempt.get());
        }
        return group.map(of -> judge(view, known(subject, attachment.get(), of), policies, connection))
                .orElseGet(() -> Judgement.denied(
                        List.of(),
                        "the labels of " + pod + " are not known: there is no such pod, or it has finished"));
    }

    @Override
    public final AppliedPolicies applied(View view, AttachmentKey subject) {
        Optional<Attachment> attachment = view.get(World.ATTACHMENTS, subject).filter(any -> pods.known(view));
        if (attachment.isEmpty()) {
            return AppliedPolicies.NONE;
        }
        Optional<Group> group = pods.group(view, attachment.get().pod());
        if (group.isEmpty()) {
            return deniesUnknown(view)
                    ? new AppliedPolicies(true, List.of(), denyingUnknown(subject, attachment.get()))
                    : AppliedPolicies.NONE;
        }
        List<P> policies = about(view, group.get());
        return policies.isEmpty()
                ? AppliedPolicies.NONE
                : applied(view, known(subject, attachment.get(), group.get()), policies);
    }

    private Known known(AttachmentKey subject, Attachment attachment, Group group) {
        return new Known(subject, attachment, new Side(slot.direction(), group));
    }
}
