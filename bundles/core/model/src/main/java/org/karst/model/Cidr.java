package org.karst.model;

import java.util.Objects;
import java.util.Optional;

/**
 * An address prefix: the addresses whose first {@code length} bits equal those of {@code network}.
 *
 * @param network the first address; bits after {@code length} are 0
 * @param length 0–32 or 0–128
 */
public record Cidr(Ip network, int length) implements Comparable<Cidr> {
    public Cidr {
        Objects.requireNonNull(network, "network");
        if (length < 0 || length > network.family().bits()) {
            throw new IllegalArgumentException("the prefix length of " + network + "/" + length + " is out of range");
        }
        if (!masked(network, length).equals(network)) {
            throw new IllegalArgumentException(network + "/" + length + " has bits set after its length; the prefix is "
                    + masked(network, length) + "/" + length);
        }
    }

    /**
     * Reads {@code address/length}. The address must be the first of the prefix.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String length = slash < 0 ? "" : text.substring(slash + 1);
        if (!length.matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a CIDR: expected address/length, as 10.128.0.0/14");
        }
        return new Cidr(Ip.parse(text.substring(0, slash)), Integer.parseInt(length));
    }

    /** The prefix of this length that holds an address. */
    public static Cidr around(Ip address, int length) {
        return new Cidr(masked(address, length), length);
    }

    private static Ip masked(Ip address, int length) {
        if (address.family() == Family.IPV4) {
            return Ip.v4(address.low() & mask(length + 32));
        }
        return Ip.v6(address.high() & mask(length), address.low() & mask(length - 64));
    }

    /** A 64-bit mask whose first {@code length} bits are set; below 0 none, above 64 all. */
    private static long mask(int length) {
        if (length <= 0) {
            return 0;
        }
        return length >= 64 ? -1L : -1L << (64 - length);
    }

    public Family family() {
        return network.family();
    }

    /** The netmask as an address of the same family. */
    public Ip netmask() {
        return family() == Family.IPV4
                ? Ip.v4(mask(length + 32) & 0xffff_ffffL)
                : Ip.v6(mask(length), mask(length - 64));
    }

    public boolean contains(Ip address) {
        return address.family() == family() && masked(address, length).equals(network);
    }

    /** Whether every address of the other prefix is in this one. */
    public boolean contains(Cidr other) {
        return other.length >= length && contains(other.network);
    }

    public boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    /** How many addresses there are, at most {@link Long#MAX_VALUE}. */
    public long size() {
        int hostBits = family().bits() - length;
        return hostBits >= 63 ? Long.MAX_VALUE : 1L << hostBits;
    }

    /** The first address after the prefix; empty at the end of the family. */
    public Optional<Ip> following() {
        int hostBits = family().bits() - length;
        if (length == 0) {
            return Optional.empty();
        }
        Ip next = hostBits < 64
                ? network.plus(1L << hostBits)
                : Ip.v6(network.high() + (1L << (hostBits - 64)), network.low());
        return next.compareTo(network) > 0 ? Optional.of(next) : Optional.empty();
    }

    /**
     * The n-th address, from 0.
     *
     * @throws IllegalArgumentException if the prefix has fewer addresses
     */
    public Ip address(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new IllegalArgumentException(this + " has no address number " + offset);
        }
        return network.plus(offset);
    }

    @Override
    public int compareTo(Cidr other) {
        int order = network.compareTo(other.network);
        return order == 0 ? Integer.compare(length, other.length) : order;
    }

    @Override
    public String toString() {
        return network + "/" + length;
    }
}
