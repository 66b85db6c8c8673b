package org.karst.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.Slot;

/**
 * What policies say of a pod.
 *
 * @param revision the number of the settlement that this is a picture of
 * @param pod namespace/name
 * @param node where it is
 * @param sides egress, then ingress
 * @param warnings what of other policies, which may be meant for it too, cannot be applied: a sentence each
 */
public record PodPolicies(long revision, String pod, String node, List<Side> sides, List<String> warnings)
        implements Answer {
    /**
     * One direction.
     *
     * @param direction which
     * @param isolated whether some policy isolates the pod: what no rule allows is denied
     * @param tiers the slots that have something to say, in the order in which they are asked
     */
    public record Side(Direction direction, boolean isolated, List<Tier> tiers) {
        public Side {
            tiers = List.copyOf(tiers);
        }
    }

    /**
     * The policies of a slot.
     *
     * @param slot the slot
     * @param isolated whether what none of its rules allows is denied
     * @param policies in the order in which they are asked, then those in dry run
     * @param denied packets that were denied to all pods of the node for want of a rule; empty if the switch does not tell
     */
    public record Tier(Slot slot, boolean isolated, List<Policy> policies, Optional<Long> denied) {
        public Tier {
            policies = List.copyOf(policies);
        }

        private boolean decides() {
            return isolated || policies.stream().anyMatch(policy -> !policy.dryRun());
        }
    }

    /**
     * A policy.
     *
     * @param name its kind, namespace and name
     * @param dryRun whether it is only logged what it would decide
     * @param rules its rules of this direction
     * @param problems what of it cannot be applied
     */
    public record Policy(String name, boolean dryRun, List<Rule> rules, List<String> problems) {
        public Policy {
            rules = List.copyOf(rules);
            problems = List.copyOf(problems);
        }
    }

    /**
     * A rule.
     *
     * @param index its place in the list of its direction
     * @param outcome what becomes of what it is about
     * @param words what it says
     * @param decided packets that rules with these peers and ports decided for the pods of the node since the flow is there: all
     *     that were denied, else the first of each connection; empty if the switch does not tell
     */
    public record Rule(int index, Outcome outcome, String words, Optional<Long> decided) {
        private String text() {
            String unit = outcome == Outcome.DENY ? " packets" : " connections";
            return words + decided.map(count -> "   (" + count + unit + ")").orElse("");
        }
    }

    public PodPolicies {
        sides = List.copyOf(sides);
        warnings = List.copyOf(warnings);
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("pod " + pod + " on node " + node);
        for (Side side : sides) {
            String direction = side.direction().name().toLowerCase(Locale.ROOT);
            lines.add("");
            lines.add(direction + ": "
                    + (side.isolated()
                            ? "isolated; what no rule below allows is denied"
                            : "not isolated; "
                                    + (side.tiers().stream().noneMatch(Tier::decides)
                                            ? "everything is allowed"
                                            : "what no rule below is about is allowed")));
            side.tiers().forEach(tier -> add(lines, direction, tier));
        }
        if (!warnings.isEmpty()) {
            lines.add("");
            warnings.forEach(warning -> lines.add("! " + warning));
        }
        return String.join("\n", lines);
    }

    private void add(List<String> lines, String direction, Tier tier) {
        lines.add("  " + tier.slot());
        for (Policy policy : tier.policies()) {
            lines.add("    " + policy.name() + (policy.dryRun() ? " (dry run: it decides nothing)" : ""));
            for (Rule rule : policy.rules()) {
                lines.add("      spec." + direction + "[" + rule.index() + "] " + rule.text());
            }
            if ((tier.isolated() || policy.dryRun()) && policy.rules().isEmpty()) {
                lines.add("      no rule: allows nothing");
            }
            policy.problems().forEach(problem -> lines.add("      ! " + problem));
        }
        tier.denied()
                .ifPresent(packets ->
                        lines.add("    denied to the isolated pods of node " + node + ": " + packets + " packets"));
    }
}
