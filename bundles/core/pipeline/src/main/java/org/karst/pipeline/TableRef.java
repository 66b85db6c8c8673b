package org.karst.pipeline;

import java.util.Objects;

/**
 * A flow table that a stage owns, by its place in the stage's slot.
 *
 * @param slot the slot
 * @param offset 1–7: offset 0 is the slot's gate
 * @param name what a person reads in golden files and in the shell: upper case, with underscores
 */
public record TableRef(Slot slot, int offset, String name) {
    public TableRef {
        Objects.requireNonNull(slot, "slot");
        if (offset < 1 || offset > 7) {
            throw new IllegalArgumentException("a stage owns tables 1 to 7 of its slot, not " + offset);
        }
        if (!name.matches("[A-Z][A-Z0-9_]*")) {
            throw new IllegalArgumentException("'" + name + "' is not a name for a table: expected upper case letters");
        }
    }

    /** The OpenFlow table number. */
    public int number() {
        return slot.gate() + offset;
    }
}
