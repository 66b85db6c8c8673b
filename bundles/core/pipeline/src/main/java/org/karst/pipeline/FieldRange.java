package org.karst.pipeline;

import java.util.Objects;

/**
 * Some bits of a field.
 *
 * @param field the field
 * @param from the lowest bit, from 0
 * @param to the highest bit, included
 */
public record FieldRange(Field field, int from, int to) {
    public FieldRange {
        Objects.requireNonNull(field, "field");
        if (from < 0 || to < from || to >= field.bits()) {
            throw new IllegalArgumentException(
                    field.fieldName() + " has bits 0 to " + (field.bits() - 1) + ", not " + from + " to " + to);
        }
    }

    public int bits() {
        return to - from + 1;
    }

    /** The mask of these bits in the field. */
    public Bits mask() {
        return Bits.ones(bits()).shiftLeft(from);
    }

    public boolean overlaps(FieldRange other) {
        return field == other.field && from <= other.to && other.from <= to;
    }

    /** {@code reg0[0..3]}, {@code reg0[5]}, or {@code reg0[]} for the whole field. */
    @Override
    public String toString() {
        if (bits() == field.bits()) {
            return field.fieldName() + "[]";
        }
        return field.fieldName() + (from == to ? "[" + from + "]" : "[" + from + ".." + to + "]");
    }
}
