package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.pipeline.Judgement.Outcome;

/**
 * All that the policies of a slot have to say of one subject, for people.
 *
 * @param isolated whether connections are denied that no rule allows
 * @param policies those that are about the subject, in the order in which they are asked
 * @param denying the flows whose packets are what is denied for want of a rule where the subject is; they may count for all
 *     subjects of the node
 */
public record AppliedPolicies(boolean isolated, List<Policy> policies, List<FlowItem.Identity> denying) {
    /** Nothing. */
    public static final AppliedPolicies NONE = new AppliedPolicies(false, List.of(), List.of());

    /**
     * A policy that is about the subject.
     *
     * @param reference the policy itself
     * @param rules its rules of the direction, in their order; those that make no sense are not among them
     * @param problems what of it cannot be applied, a sentence each that names the field
     */
    public record Policy(RuleReference reference, List<Rule> rules, List<String> problems) {
        public Policy {
            Objects.requireNonNull(reference, "reference");
            rules = List.copyOf(rules);
            problems = List.copyOf(problems);
        }
    }

    /**
     * A rule of a policy.
     *
     * @param reference the rule
     * @param outcome what becomes of the connections that it is about
     * @param words what it says: a phrase
     * @param counting the flows that count what it decides where the subject is: each packet that it denies, else the first of each
     *     connection; rules with the same peers and ports may have them in common
     */
    public record Rule(RuleReference reference, Outcome outcome, String words, List<FlowItem.Identity> counting) {
        public Rule {
            Objects.requireNonNull(reference, "reference");
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(words, "words");
            counting = List.copyOf(counting);
        }
    }

    public AppliedPolicies {
        policies = List.copyOf(policies);
        denying = List.copyOf(denying);
    }
}
