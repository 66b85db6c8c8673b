package org.karst.incremental;

import java.util.List;

/**
 * Why an item is wanted.
 *
 * @param item what is wanted
 * @param owners the units that want it, sorted by rule and key; the first decides
 */
public record Explanation(Item item, List<Owner> owners) {
    public Explanation {
        owners = List.copyOf(owners);
    }

    /**
     * A unit that wants the item.
     *
     * @param rule the name of the rule
     * @param key the key of the unit
     * @param item what this unit wants, unequal to the others' only in a conflict
     * @param changed the revision in which the items of the unit last changed
     * @param facts the tables' rows and indexes' answers it read, directly and through queries, sorted by name and key
     */
    public record Owner(String rule, Object key, Item item, long changed, List<Fact> facts) {
        public Owner {
            facts = List.copyOf(facts);
        }
    }
}
