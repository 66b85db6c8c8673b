package org.karst.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.RuleReference;
import org.karst.pipeline.Slot;
import org.karst.questions.internal.TextTable;

/**
 * What becomes of the first packet of a connection: what the switches on its way say, slot by slot.
 *
 * @param revision the number of the settlement whose rules the verdicts tell
 * @param source where it begins
 * @param destination where it shall arrive
 * @param protocol tcp, udp, sctp or icmp
 * @param port destination port, 0 for icmp
 * @param admitted whether it arrives
 * @param outcome where it arrives, or where and why it ends: a sentence
 * @param hops the nodes on its way
 * @param warnings what does not fit together, a sentence each
 */
public record Trace(
        long revision,
        End source,
        End destination,
        String protocol,
        int port,
        boolean admitted,
        String outcome,
        List<Hop> hops,
        List<String> warnings)
        implements Answer {
    /**
     * An end of the connection.
     *
     * @param name namespace/name of a pod, the name of a node, or an address outside
     * @param address the address that is used
     * @param node where it is, "" outside
     */
    public record End(String name, String address, String node) {
        @Override
        public String toString() {
            return name.equals(address)
                    ? name
                    : name + " (" + address + (node.isEmpty() || node.equals(name) ? "" : " on " + node) + ")";
        }
    }

    /**
     * A node on the way.
     *
     * @param node its name
     * @param enters by which port, in words
     * @param packet what was asked of the switch, as {@code ofproto/trace} takes it
     * @param slots the slots in which something takes the packet, in the order in which it meets them
     * @param leaves by which port, or that it does not: in words
     */
    public record Hop(String node, String enters, String packet, List<Visit> slots, String leaves) {
        public Hop {
            slots = List.copyOf(slots);
        }
    }

    /**
     * A slot that the packet passed, or where it ended.
     *
     * @param slot the slot
     * @param stage the stage that took the packet; "" if only the gate saw it
     * @param deeds what the stage did, a phrase each
     * @param verdict what its policies say; empty where there are none
     * @param dropped whether it ended here
     * @param flows the flows that it met
     */
    public record Visit(
            Slot slot, String stage, List<String> deeds, Optional<Verdict> verdict, boolean dropped, List<Met> flows) {
        public Visit {
            deeds = List.copyOf(deeds);
            flows = List.copyOf(flows);
        }
    }

    /**
     * What the policies of a slot say, worked out from the rules.
     *
     * @param outcome the decision
     * @param responsible the rule that is named first; empty if no rule decides
     * @param rules all rules that say so, in order
     * @param reason why, where rules alone do not tell; else ""
     */
    public record Verdict(Judgement.Outcome outcome, Optional<String> responsible, List<Rule> rules, String reason) {
        public Verdict {
            rules = List.copyOf(rules);
        }

        /** A judgement as an answer. */
        public static Verdict of(Judgement judgement) {
            return new Verdict(
                    judgement.outcome(),
                    judgement.first().map(RuleReference::toString),
                    judgement.rules().stream().map(Rule::of).toList(),
                    judgement.reason());
        }

        private String text() {
            String others = rules.size() > 1 ? " (and " + (rules.size() - 1) + " more)" : "";
            String by = responsible.map(rule -> ": " + rule + others).orElse("");
            String why = reason.isEmpty() ? "" : "; " + reason;
            return switch (outcome) {
                case NOT_SUBJECT -> reason;
                case ALLOW -> "allowed" + by + why;
                case DENY -> "denied" + by + why;
                case PASS -> "passed on" + by + why;
            };
        }
    }

    /**
     * A rule of a policy.
     *
     * @param kind of the object
     * @param namespace of the object, "" if it has none
     * @param name of the object
     * @param direction of the rule
     * @param index of the rule in its list, from 0; empty if the policy itself speaks, because it isolates
     * @param acl its name in audit logs
     */
    public record Rule(
            String kind, String namespace, String name, Direction direction, Optional<Integer> index, String acl) {
        static Rule of(RuleReference rule) {
            return new Rule(
                    rule.kind(),
                    rule.namespace(),
                    rule.name(),
                    rule.direction(),
                    rule.index().stream().boxed().findFirst(),
                    rule.acl());
        }
    }

    /**
     * A flow that the packet met.
     *
     * @param table number of its table
     * @param priority empty if no flow took the packet
     * @param match as the switch prints it
     * @param cookie as the switch prints it
     * @param actions as the switch prints them
     */
    public record Met(int table, Optional<Integer> priority, String match, String cookie, List<String> actions) {
        public Met {
            actions = List.copyOf(actions);
        }
    }

    public Trace {
        hops = List.copyOf(hops);
        warnings = List.copyOf(warnings);
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(source + " to " + destination + ", " + protocol + (port == 0 ? "" : " " + port) + ": "
                + (admitted ? "ADMITTED" : "DROPPED"));
        lines.add(outcome);
        for (Hop hop : hops) {
            lines.add("");
            lines.add("node " + hop.node() + ": in by " + hop.enters());
            List<List<String>> rows = new ArrayList<>();
            for (Visit visit : hop.slots()) {
                rows.add(List.of("  " + visit.slot(), visit.stage().isEmpty() ? "(gate)" : visit.stage(), told(visit)));
            }
            if (!rows.isEmpty()) {
                lines.add(TextTable.plain(rows));
            }
            lines.add("  " + hop.leaves());
        }
        if (!warnings.isEmpty()) {
            lines.add("");
            warnings.forEach(warning -> lines.add("! " + warning));
        }
        return String.join("\n", lines);
    }

    private static String told(Visit visit) {
        List<String> parts = new ArrayList<>();
        visit.verdict().ifPresent(verdict -> parts.add(verdict.text()));
        parts.addAll(visit.deeds());
        if (visit.dropped()) {
            parts.add("DROPPED here");
        }
        return parts.isEmpty() ? "passes" : String.join("; ", parts);
    }
}
