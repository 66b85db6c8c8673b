package org.karst.incremental.internal;

import java.util.IdentityHashMap;
import java.util.List;

/** Follows the keys of a table or the values of an index as they come and go. */
interface KeyFollower {
    void appeared(Object key);

    void disappeared(Object key);

    /** Lets the copies of rules in a fork follow what their originals follow; cells that follow are copied elsewhere. */
    static void link(
            List<KeyFollower> originals, List<KeyFollower> followers, IdentityHashMap<Definition, Definition> copies) {
        for (KeyFollower original : originals) {
            if (original instanceof RuleState rule) {
                followers.add((RuleState) copies.get(rule.original));
            }
        }
    }
}
