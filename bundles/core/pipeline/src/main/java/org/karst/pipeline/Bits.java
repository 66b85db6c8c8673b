package org.karst.pipeline;

import org.karst.model.Ip;
import org.karst.model.MacAddress;

/**
 * An unsigned number of at most 128 bits: the value or the mask of a field.
 *
 * @param high bits 64–127
 * @param low bits 0–63
 */
public record Bits(long high, long low) implements Comparable<Bits> {
    /** No bit. */
    public static final Bits ZERO = new Bits(0, 0);

    public static Bits of(long low) {
        return low == 0 ? ZERO : new Bits(0, low);
    }

    public static Bits of(Ip address) {
        return new Bits(address.high(), address.low());
    }

    public static Bits of(MacAddress address) {
        return new Bits(0, address.bits());
    }

    /** The number whose lowest {@code count} bits are set. */
    public static Bits ones(int count) {
        if (count >= 64) {
            return new Bits(count == 64 ? 0 : -1L >>> (128 - count), -1L);
        }
        return of(count == 0 ? 0 : -1L >>> (64 - count));
    }

    public Bits and(Bits other) {
        return new Bits(high & other.high, low & other.low);
    }

    public Bits or(Bits other) {
        return new Bits(high | other.high, low | other.low);
    }

    /** Whether no bit is set that the other has not. */
    public boolean isWithin(Bits other) {
        return (high & ~other.high | low & ~other.low) == 0;
    }

    public Bits not() {
        return new Bits(~high, ~low);
    }

    /** This number times 2^count; what passes bit 127 is lost. */
    public Bits shiftLeft(int count) {
        if (count == 0) {
            return this;
        }
        return count >= 64
                ? new Bits(low << (count - 64), 0)
                : new Bits(high << count | low >>> (64 - count), low << count);
    }

    /** This number divided by 2^count. */
    public Bits shiftRight(int count) {
        if (count == 0) {
            return this;
        }
        return count >= 64
                ? new Bits(0, high >>> (count - 64))
                : new Bits(high >>> count, low >>> count | high << (64 - count));
    }

    public boolean isZero() {
        return (high | low) == 0;
    }

    /** How many bits the number needs: 0 for zero. */
    public int length() {
        return high == 0 ? 64 - Long.numberOfLeadingZeros(low) : 128 - Long.numberOfLeadingZeros(high);
    }

    @Override
    public int compareTo(Bits other) {
        int order = Long.compareUnsigned(high, other.high);
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }

    /** Hexadecimal with 0x, as ovs-ofctl prints registers. */
    @Override
    public String toString() {
        return high == 0
                ? "0x" + Long.toHexString(low)
                : "0x" + Long.toHexString(high)
                        + "0".repeat(16 - Long.toHexString(low).length()) + Long.toHexString(low);
    }
}
