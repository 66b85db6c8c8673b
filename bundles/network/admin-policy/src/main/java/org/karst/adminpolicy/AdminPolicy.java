package org.karst.adminpolicy;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.Direction;

/**
 * A cluster policy of any kind.
 *
 * @param tier when it is asked
 * @param priority the lower, the earlier; 0 to 1000, and {@value #LAST} for what has none
 * @param subjects whom it is about; empty if that cannot be understood, and then it is about nobody
 * @param ingress its rules, in order, without those that match nothing
 * @param egress likewise
 * @param enforced whether it is in force; if not, it is in dry run: it is only told what it would decide
 * @param logging what its owner wants to be told of its decisions
 * @param problems what of it cannot be understood, each a sentence that names the field
 */
record AdminPolicy(
        Tier tier,
        int priority,
        Optional<Subjects> subjects,
        List<AdminRule> ingress,
        List<AdminRule> egress,
        boolean enforced,
        AuditLogging logging,
        List<String> problems) {
    /** BaselineAdminNetworkPolicy has no priority: it comes after those of its tier that have one. */
    static final int LAST = 1001;

    AdminPolicy {
        Objects.requireNonNull(tier, "tier");
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(logging, "logging");
        ingress = List.copyOf(ingress);
        egress = List.copyOf(egress);
        problems = List.copyOf(problems);
    }

    /** One that is about nobody. */
    static AdminPolicy inert(Tier tier, String problem) {
        return new AdminPolicy(
                tier, LAST, Optional.empty(), List.of(), List.of(), true, AuditLogging.OFF, List.of(problem));
    }

    List<AdminRule> rules(Direction direction) {
        return switch (direction) {
            case EGRESS -> egress;
            case INGRESS -> ingress;
        };
    }

    /** What stages and judges look for. */
    enum Trait {
        /** In dry run. */
        REHEARSED,
        /** In force, and its owner wants to be told of its decisions. */
        LOGGED
    }

    /** What is to be found quickly, because it is rare. */
    Set<Trait> traits() {
        if (!enforced) {
            return Set.of(Trait.REHEARSED);
        }
        return logging.isOn() ? Set.of(Trait.LOGGED) : Set.of();
    }

    /** Its rules that are in force in a lane. */
    List<AdminRule> rules(Lane lane) {
        return enforced ? rehearsedRules(lane) : List.of();
    }

    /** Its rules in a lane, in force or not; none if it is of the other tier. */
    List<AdminRule> rehearsedRules(Lane lane) {
        return tier == lane.tier() && subjects.isPresent() ? rules(lane.direction()) : List.of();
    }
}
