package org.karst.incremental;

import java.util.List;

/**
 * Units that want unequal things of one identity.
 *
 * @param identity which thing
 * @param claims all who want it, at least two, sorted by rule and key; the first wins
 */
public record Conflict(Object identity, List<Claim> claims) {
    public Conflict {
        claims = List.copyOf(claims);
    }

    /**
     * What one unit wants.
     *
     * @param rule the name of the rule
     * @param key the key of the unit
     * @param item what it wants
     */
    public record Claim(String rule, Object key, Item item) {}
}
