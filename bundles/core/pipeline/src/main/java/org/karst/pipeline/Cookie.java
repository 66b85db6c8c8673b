package org.karst.pipeline;

import java.util.Optional;

/**
 * The cookie of a flow: owner tag (8 bits), stage (8), rule (16), unit hash (32). It lets a restarted controller tell whose a
 * flow is before the stage's bundle has started, and a person find the unit.
 *
 * @param bits the 64 bits
 */
public record Cookie(long bits) {
    /** No cookie: what flows have before the linker. */
    public static final Cookie NONE = new Cookie(0);
    /** The owner tag of flows that a rule wants. */
    public static final int OWNER = 0x4b;
    /** The owner tag of flows that the switch learned by an action of ours. */
    public static final int LEARNED = 0x4c;
    /** Matches the owner tag and the stage. */
    public static final long STAGE_MASK = 0xffff_0000_0000_0000L;

    /**
     * The cookie of a unit's flow.
     *
     * @param stage the stage's number: that of its first table, or of the gate for the core's own gate flows
     * @param rule the rule's name
     * @param unit the unit's key
     */
    public static Cookie of(int stage, String rule, Object unit) {
        return new Cookie((long) OWNER << 56
                | (long) (stage & 0xff) << 48
                | (long) (spread(rule) & 0xffff) << 32
                | spread(unit.toString()) & 0xffff_ffffL);
    }

    private static int spread(String text) {
        int hash = text.hashCode() * 0x9e37_79b9;
        return hash ^ hash >>> 16;
    }

    /** The stage's number, empty if this is no cookie of ours. */
    public Optional<Integer> stage() {
        return bits >>> 56 == OWNER ? Optional.of((int) (bits >>> 48 & 0xff)) : Optional.empty();
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(bits);
    }
}
