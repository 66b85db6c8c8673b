package org.karst.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.karst.incremental.View;
import org.karst.model.Document;

/**
 * What a policy stage would decide if the policies that are in dry run were in force.
 *
 * @param judge judges as if they were, in the place of the stage's own judge
 * @param about pure on the view; whether some policy in dry run is about a subject
 */
public record Rehearsal(Judge judge, BiPredicate<View, Subject> about) {
    /** The annotation of a policy that says whether it is in force. */
    public static final String ANNOTATION = "karst.org/enforcement";
    /** The value of {@link #ANNOTATION} with which a policy is in dry run; no other value is known. */
    public static final String AUDIT = "audit";

    public Rehearsal {
        Objects.requireNonNull(judge, "judge");
        Objects.requireNonNull(about, "about");
    }

    /** Reads {@link #ANNOTATION}: whether a policy is in force. A word that nobody knows must not open anything. */
    public static boolean isEnforced(Document policy, Consumer<String> problems) {
        String value = policy.text("metadata", "annotations", ANNOTATION);
        if (!value.isEmpty() && !value.equals(AUDIT)) {
            problems.accept("annotation " + ANNOTATION + " is '" + value + "', which is not '" + AUDIT
                    + "'; the policy is enforced");
        }
        return !value.equals(AUDIT);
    }

    /** Whether a policy in dry run is about a subject. */
    public static boolean isAbout(View view, Subject subject) {
        return view.all(World.REHEARSALS).stream().anyMatch(key -> view.get(World.REHEARSALS, key)
                .filter(rehearsal -> rehearsal.about().test(view, subject))
                .isPresent());
    }

    /** The judges of the slots that rehearse, of one direction, in the order in which packets meet their stages. */
    public static List<Judge> judges(View view, Direction direction) {
        List<Judge> judges = new ArrayList<>();
        for (String key : view.all(World.REHEARSALS)) {
            view.get(World.REHEARSALS, key)
                    .map(Rehearsal::judge)
                    .filter(judge -> judge.direction() == direction)
                    .ifPresent(judges::add);
        }
        judges.sort(Comparator.comparing(Judge::slot));
        return judges;
    }

    /** As {@link Judge#ask}, with policies in dry run. */
    public static SortedMap<Slot, Judgement> ask(View view, Subject subject, Connection connection) {
        List<Judge> judges = judges(view, subject.direction());
        List<Slot> rehearsed = judges.stream().map(Judge::slot).toList();
        Judge.of(view, subject.direction()).stream()
                .filter(judge -> !rehearsed.contains(judge.slot()))
                .forEach(judges::add);
        judges.sort(Comparator.comparing(Judge::slot));
        return Judge.ask(judges, view, subject, connection);
    }
}
