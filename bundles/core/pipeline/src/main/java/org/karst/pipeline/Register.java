package org.karst.pipeline;

import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * A typed name for some bits that travel with a packet: of a register, a conntrack mark or a label.
 *
 * @param name as it is written in docs and in the shell
 * @param range which bits
 * @param number how a value becomes a number
 * @param <T> what the bits mean
 */
public record Register<T>(String name, FieldRange range, ToLongFunction<T> number) {
    public Register {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(range, "range");
        Objects.requireNonNull(number, "number");
        if (range.bits() > 64) {
            throw new IllegalArgumentException(name + " has more than 64 bits");
        }
    }

    /** A register of plain numbers. */
    static Register<Long> number(String name, FieldRange range) {
        return new Register<>(name, range, Long::longValue);
    }

    /** A register whose values are the places of an enum's constants. */
    static <E extends Enum<E>> Register<E> of(String name, FieldRange range, Class<E> type) {
        if (type.getEnumConstants().length > 1L << range.bits()) {
            throw new IllegalArgumentException(name + " is too narrow for " + type.getSimpleName());
        }
        return new Register<>(name, range, Enum::ordinal);
    }

    /** A register of one bit. */
    static Register<Boolean> flag(String name, Field field, int bit) {
        return new Register<>(name, field.range(bit, bit), set -> set ? 1 : 0);
    }

    /**
     * The number that stands for a value.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    public Bits encode(T value) {
        Bits bits = Bits.of(number.applyAsLong(value));
        if (bits.length() > range.bits()) {
            throw new IllegalArgumentException(name + " has " + range.bits() + " bits; " + bits + " does not fit");
        }
        return bits;
    }
}
