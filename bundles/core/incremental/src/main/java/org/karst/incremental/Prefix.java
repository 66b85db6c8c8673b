package org.karst.incremental;

/**
 * The first {@code length} bits of an address of {@code width} bits; what a {@link PrefixIndex} understands of IPv4 and
 * IPv6 networks. Prefixes of different widths are unrelated: neither contains the other. Ordered by width, then bits, then
 * length, so that everything contained in a prefix follows it without a gap.
 *
 * @param width bits of a whole address, 8..128
 * @param high the first 64 bits, left aligned; bits beyond {@code length} are zero
 * @param low the bits after the first 64, left aligned; bits beyond {@code length} are zero
 * @param length bits that matter, 0..width
 */
public record Prefix(int width, long high, long low, int length) implements Comparable<Prefix> {
    public Prefix {
        if (width < 1 || width > 128) {
            throw new IllegalArgumentException("a prefix is of addresses of 1 to 128 bits, not " + width);
        }
        if (length < 0 || length > width) {
            throw new IllegalArgumentException(
                    "the length of a prefix of " + width + "-bit addresses is 0 to " + width + ", not " + length);
        }
        high &= mask(length);
        low &= mask(length - 64);
    }

    /**
     * The prefix of an address; bits beyond the length are ignored.
     *
     * @param address in network byte order, 1 to 16 bytes; its size is the width
     * @param length bits that matter, 0..8 × bytes
     */
    public static Prefix of(byte[] address, int length) {
        if (address.length > 16) {
            throw new IllegalArgumentException("an address has at most 16 bytes, not " + address.length);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < address.length; i++) {
            long octet = address[i] & 0xffL;
            if (i < 8) {
                high |= octet << (56 - 8 * i);
            } else {
                low |= octet << (56 - 8 * (i - 8));
            }
        }
        return new Prefix(8 * address.length, high, low, length);
    }

    /** The prefix of full length: one address. */
    public static Prefix of(byte[] address) {
        return of(address, 8 * address.length);
    }

    /** Whether each address of the other prefix is one of this; true for itself. */
    public boolean contains(Prefix other) {
        return width == other.width
                && length <= other.length
                && (other.high & mask(length)) == high
                && (other.low & mask(length - 64)) == low;
    }

    /** The first bits of this prefix. */
    public Prefix first(int bits) {
        return bits >= length ? this : new Prefix(width, high, low, bits);
    }

    private static long mask(int bits) {
        if (bits <= 0) {
            return 0;
        }
        return bits >= 64 ? -1L : -1L << (64 - bits);
    }

    @Override
    public int compareTo(Prefix other) {
        int order = Integer.compare(width, other.width);
        if (order == 0) {
            order = Long.compareUnsigned(high, other.high);
        }
        if (order == 0) {
            order = Long.compareUnsigned(low, other.low);
        }
        return order == 0 ? Integer.compare(length, other.length) : order;
    }

    /** As hexadecimal digits of the bits that matter, for example {@code 0a000000/8}. */
    @Override
    public String toString() {
        String digits = String.format("%016x%016x", high, low);
        return digits.substring(0, (width + 3) / 4) + "/" + length;
    }
}
