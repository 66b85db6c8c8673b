package org.karst.questions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.questions.internal.TextTable;

/**
 * Why something is wanted.
 *
 * @param revision the number of the settlement that this is a picture of
 * @param subject what was asked about
 * @param items what is wanted, and why
 * @param omitted how many more items there are
 */
public record Why(long revision, String subject, List<Explained> items, int omitted) implements Answer {
    /**
     * An item.
     *
     * @param item what is wanted, in words
     * @param place where it belongs: slot and name of a flow's table, else ""
     * @param owners the units that want it; the first decides
     * @param alsoOn other nodes that want an equal one
     */
    public record Explained(String item, String place, List<Owner> owners, List<String> alsoOn) {
        public Explained {
            owners = List.copyOf(owners);
            alsoOn = List.copyOf(alsoOn);
        }
    }

    /**
     * A unit that wants an item.
     *
     * @param rule the name of the rule
     * @param key the key of the unit
     * @param changed the revision in which the items of the unit last changed
     * @param other what this unit wants instead; empty unless it lost to the first
     * @param failure why the unit fails now and holds on to what it wanted before; empty if it does not
     * @param facts what it read
     */
    public record Owner(
            String rule, String key, long changed, Optional<String> other, Optional<String> failure, List<Read> facts) {
        public Owner {
            facts = List.copyOf(facts);
        }
    }

    /**
     * A fact that was read.
     *
     * @param definition the name of the table or index
     * @param key the key or value that was asked for
     * @param changed the revision in which it last changed
     */
    public record Read(String definition, String key, long changed) {}

    public Why {
        items = List.copyOf(items);
    }

    @Override
    public String text() {
        List<String> lines = new ArrayList<>();
        for (Explained each : items) {
            lines.add(each.place().isEmpty() ? each.item() : each.item() + "   (" + each.place() + ")");
            for (Owner owner : each.owners()) {
                lines.add("  wanted by rule " + owner.rule() + " for " + owner.key() + ", unchanged since revision "
                        + owner.changed());
                owner.other().ifPresent(other -> lines.add("    but lost, it wants " + other));
                owner.failure().ifPresent(failure -> lines.add("    fails now, so this is from before: " + failure));
                List<List<String>> facts = new ArrayList<>();
                owner.facts()
                        .forEach(fact -> facts.add(
                                List.of("    read " + fact.definition(), fact.key(), "revision " + fact.changed())));
                if (!facts.isEmpty()) {
                    lines.add(TextTable.plain(facts));
                }
            }
            if (!each.alsoOn().isEmpty()) {
                lines.add("  also on " + String.join(", ", each.alsoOn()) + "; ask there with --node");
            }
        }
        if (omitted > 0) {
            lines.add("and " + omitted + " more");
        }
        return String.join("\n", lines);
    }
}
