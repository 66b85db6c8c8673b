package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a policy stage decides about a connection, and by which rules.
 *
 * @param outcome the decision
 * @param rules the rules that say so, sorted; where several allow, all of them. Empty if no rule does
 * @param reason a clause that says why, where the rules alone do not; else ""
 */
public record Judgement(Outcome outcome, List<RuleReference> rules, String reason) {
    /** What may become of a connection in a policy stage. */
    public enum Outcome {
        /** No policy of this stage is about the subject in this direction: later stages decide. */
        NOT_SUBJECT,
        /** Admitted; no later policy stage of the direction is asked. */
        ALLOW,
        /** Dropped. */
        DENY,
        /** A rule says that later stages decide. */
        PASS;

        /** As the audit log has it; empty where nothing is decided. */
        public Optional<AuditRecord.Verdict> verdict() {
            return switch (this) {
                case NOT_SUBJECT -> Optional.empty();
                case ALLOW -> Optional.of(AuditRecord.Verdict.ALLOW);
                case DENY -> Optional.of(AuditRecord.Verdict.DROP);
                case PASS -> Optional.of(AuditRecord.Verdict.PASS);
            };
        }

        /** Whether later stages are not asked. */
        public boolean isFinal() {
            return switch (this) {
                case ALLOW, DENY -> true;
                case NOT_SUBJECT, PASS -> false;
            };
        }
    }

    public Judgement {
        Objects.requireNonNull(outcome, "outcome");
        rules = rules.stream().sorted().toList();
        Objects.requireNonNull(reason, "reason");
    }

    /** No policy of the stage is about the subject. */
    public static Judgement notSubject(String reason) {
        return new Judgement(Outcome.NOT_SUBJECT, List.of(), reason);
    }

    /** Admitted, whatever the rules are. */
    public static Judgement exempt(String reason) {
        return new Judgement(Outcome.ALLOW, List.of(), reason);
    }

    /** Admitted by some rules. */
    public static Judgement allowed(List<RuleReference> rules) {
        return new Judgement(Outcome.ALLOW, rules, "");
    }

    /** Dropped: by rules that say so, or by policies that isolate the subject while no rule of theirs allows it. */
    public static Judgement denied(List<RuleReference> rules, String reason) {
        return new Judgement(Outcome.DENY, rules, reason);
    }

    /** The one rule that is named where there is room for one. */
    public Optional<RuleReference> first() {
        return rules.stream().findFirst();
    }
}
