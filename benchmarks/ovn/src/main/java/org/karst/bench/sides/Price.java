package org.karst.bench.sides;

/**
 * What an edit costs Karst on every machine.
 *
 * @param evaluations how often rules and queries run
 * @param flowMods how many flow-mods switches get
 * @param bytes of how many bytes they, their bundles and barriers are
 */
public record Price(int evaluations, int flowMods, int bytes) {}
