package org.karst.incremental;

/**
 * A unit that wants something else than before, again. Who hears the echo of items as facts watches these: a unit that is
 * heard too often is {@linkplain Engine#hold held}.
 *
 * @param rule the name of the rule
 * @param key the key of the unit
 * @param count how often the items of this unit changed since it exists, its first ones included; at least 2
 */
public record Emission(String rule, Object key, long count) {}
