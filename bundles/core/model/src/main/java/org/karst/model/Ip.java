package org.karst.model;

import java.util.Objects;
import java.util.Optional;

/**
 * An IPv4 or IPv6 address as a number, without a zone.
 *
 * @param family which of the two
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
 */
public record Ip(Family family, long high, long low) implements Comparable<Ip> {
    public Ip {
        Objects.requireNonNull(family, "family");
        if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /** An IPv4 address from its 32 bits. */
    public static Ip v4(long bits) {
        return new Ip(Family.IPV4, 0, bits & 0xffff_ffffL);
    }

    /** An IPv6 address from its two halves. */
    public static Ip v6(long high, long low) {
        return new Ip(Family.IPV6, high, low);
    }

    /**
     * Reads an address in dotted-decimal form (RFC 6943 section 3.1.1, strict) or a text form of RFC 4291 section 2.2.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text
     */
    public static Ip parse(String text) {
        return find(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not an IP address"));
    }

    /** As {@link #parse}, empty if the text is not an address. */
    public static Optional<Ip> find(String text) {
        return text.indexOf(':') >= 0 ? AddressText.readIpv6(text) : AddressText.readIpv4(text);
    }

    /** An address from 4 or 16 bytes in network order. */
    public static Ip of(byte[] bytes) {
        return switch (bytes.length) {
            case 4 -> v4(number(bytes, 0, 4));
            case 16 -> v6(number(bytes, 0, 8), number(bytes, 8, 8));
            default -> throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    private static long number(byte[] bytes, int from, int length) {
        long number = 0;
        for (int i = from; i < from + length; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }

    /** The address in network order: 4 or 16 bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[family.bits() / 8];
        for (int i = 0; i < bytes.length; i++) {
            int shift = 8 * (bytes.length - 1 - i);
            bytes[i] = (byte) (shift >= 64 ? high >>> (shift - 64) : low >>> shift);
        }
        return bytes;
    }

    /** This address plus a number, modulo the size of the family. */
    public Ip plus(long offset) {
        if (family == Family.IPV4) {
            return v4(low + offset);
        }
        long sum = low + offset;
        long carry = offset >= 0
                ? (Long.compareUnsigned(sum, low) < 0 ? 1 : 0)
                : (Long.compareUnsigned(sum, low) > 0 ? -1 : 0);
        return v6(high + carry, sum);
    }

    /** The prefix that holds this address alone: /32 or /128. */
    public Cidr single() {
        return new Cidr(this, family.bits());
    }

    @Override
    public int compareTo(Ip other) {
        int order = family.compareTo(other.family);
        if (order == 0) {
            order = Long.compareUnsigned(high, other.high);
        }
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }

    /** Dotted decimal, or the canonical form of RFC 5952. */
    @Override
    public String toString() {
        return family == Family.IPV4 ? AddressText.writeIpv4(low) : AddressText.writeIpv6(high, low);
    }
}
