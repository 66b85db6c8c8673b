package org.karst.network.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.pipeline.Abi;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Connection;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Match;
import org.karst.pipeline.Register;
import org.karst.pipeline.Slot;
import org.karst.pipeline.TableRef;
import org.karst.pipeline.Topology;

/**
 * What all policy stages do alike: who passes unasked, what it means to admit.
 *
 * @param slot where the stage stands
 * @param direction whom it judges
 */
public record PolicySlot(Slot slot, Direction direction) {
    /** Flows of the table of subjects about packets that no rule is asked for. */
    public static final int EXCEPTION = 200;
    /** The flow of a pod that reaches itself. */
    public static final int SELF = 150;
    /** Flows of single subjects. */
    public static final int SUBJECT = 100;

    private Register<Boolean> judged() {
        return switch (direction) {
            case EGRESS -> Abi.EGRESS_JUDGED;
            case INGRESS -> Abi.INGRESS_JUDGED;
        };
    }

    private Register<Boolean> decided() {
        return switch (direction) {
            case EGRESS -> Abi.EGRESS_DECIDED;
            case INGRESS -> Abi.INGRESS_DECIDED;
        };
    }

    /** Packets of a subject: from it, or to it. */
    public Match subject(Ip address) {
        return switch (direction) {
            case EGRESS -> Match.all().source(address.single());
            case INGRESS -> Match.all().destination(address.single());
        };
    }

    /** Packets whose other end is within a prefix. */
    public Match peer(Cidr prefix) {
        return switch (direction) {
            case EGRESS -> Match.all().destination(prefix);
            case INGRESS -> Match.all().source(prefix);
        };
    }

    /** A flow after which no other policy slot of the direction is asked. */
    public Flow admit(Flow flow) {
        return flow.set(decided(), true).then(slot.next());
    }

    /** The flows of the first table that are the same on each node: who is no subject goes on. */
    public List<Flow> exceptions(TableRef subjects) {
        List<Flow> flows = new ArrayList<>();
        Flow exception = Flow.in(subjects).priority(EXCEPTION);
        Match unjudged = Match.all().and(judged(), false);
        flows.add(exception.when(Match.all().and(judged(), true)).then(slot.next()));
        flows.add(exception.when(unjudged.and(decided(), true)).then(slot.next()));
        if (direction == Direction.INGRESS) {
            flows.add(exception
                    .when(unjudged.and(decided(), false).and(Abi.EXEMPT, true))
                    .then(slot.next()));
        }
        flows.add(Flow.in(subjects).then(slot.next()));
        return flows;
    }

    /** A pod reaches itself. */
    public Flow self(TableRef subjects, Ip address) {
        return Flow.in(subjects)
                .priority(SELF)
                .when(subject(address).source(address.single()).destination(address.single()))
                .then(slot.next());
    }

    /** Why a connection of a subject passes unasked, if it does. */
    public Optional<String> exempt(View view, AttachmentKey subject, Attachment attachment, Connection connection) {
        if (direction == Direction.INGRESS
                && Topology.addresses(view, subject.node()).contains(connection.source())) {
            return Optional.of("it comes from " + subject.node() + ", the pod's own node");
        }
        return connection.source().equals(connection.destination())
                        && attachment.ips().contains(connection.source())
                ? Optional.of("a pod reaches itself")
                : Optional.empty();
    }
}
