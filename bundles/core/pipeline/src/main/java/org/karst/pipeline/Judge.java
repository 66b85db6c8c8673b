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

        /** Whether some policy about a subject says itself what is to be told of its decisions. */
        default boolean isLogged(View view, AttachmentKey subject) {
            return false;
        }

        /** What the policy of a rule wants to be told; empty where that is for the namespace of the subject's pod to say. */
        default Optional<AuditLogging> logging(View view, RuleReference rule) {
            return Optional.empty();
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

    /** Whether some policy about a subject says itself what is to be told of its decisions. */
    public static boolean isLogged(View view, Subject subject) {
        return of(view, subject.direction()).stream()
                .anyMatch(judge -> judge.judging().isLogged(view, subject.attachment()));
    }

    /** What the policy of a rule wants to be told; empty where that is for the namespace of the subject's pod to say. */
    public static Optional<AuditLogging> logging(View view, Slot slot, RuleReference rule) {
        return of(view, rule.direction()).stream()
                .filter(judge -> judge.slot() == slot)
                .flatMap(judge -> judge.judging().logging(view, rule).stream())
                .findFirst();
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
