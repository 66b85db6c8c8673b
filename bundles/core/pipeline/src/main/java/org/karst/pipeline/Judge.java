package org.karst.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.View;

/**
 * How a policy feature explains what its stage decides: from the rules themselves, for one connection at a time. It does
 * nothing to packets; answers to people and log lines are made of it. It and the flows of the stage must always agree.
 *
 * @param slot where the stage stands
 * @param direction whom it judges: the source of a connection or its destination
 * @param judging the function, pure on the view
 */
public record Judge(Slot slot, Direction direction, Judging judging) {
    /** What a feature has to say of a connection of a subject. */
    @FunctionalInterface
    public interface Judging {
        /**
         * Judges a connection.
         *
         * @param subject the interface of the pod that opens it (EGRESS) or that it is opened to (INGRESS)
         */
        Judgement judge(View view, AttachmentKey subject, Connection connection);

        /** Everything that the policies of the slot say of a subject. */
        default AppliedPolicies applied(View view, AttachmentKey subject) {
            return AppliedPolicies.NONE;
        }
    }

    public Judge {
        Objects.requireNonNull(slot, "slot");
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(judging, "judging");
    }

    /** The judges of the features that are bound, of one direction, in the order in which packets meet their stages. */
    public static List<Judge> of(View view, Direction direction) {
        List<Judge> judges = new ArrayList<>();
        for (String key : view.all(World.JUDGES)) {
            Optional<Judge> judge = view.get(World.JUDGES, key);
            judge.filter(each -> each.direction() == direction).ifPresent(judges::add);
        }
        judges.sort(Comparator.comparing(Judge::slot));
        return judges;
    }

    /** What each slot says of a connection, as far as the one that allows or denies it; the others are not asked. */
    public static SortedMap<Slot, Judgement> ask(View view, Subject subject, Connection connection) {
        return ask(of(view, subject.direction()), view, subject, connection);
    }

    static SortedMap<Slot, Judgement> ask(List<Judge> judges, View view, Subject subject, Connection connection) {
        SortedMap<Slot, Judgement> said = new TreeMap<>();
        for (Judge judge : judges) {
            Judgement judgement = judge.judging().judge(view, subject.attachment(), connection);
            said.put(judge.slot(), judgement);
            if (judgement.outcome().isFinal()) {
                break;
            }
        }
        return said;
    }
}
