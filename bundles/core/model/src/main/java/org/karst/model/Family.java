package org.karst.model;

/** An address family. */
public enum Family {
    /** RFC 791: 32-bit addresses. */
    IPV4(32),
    /** RFC 8200: 128-bit addresses. */
    IPV6(128);

    private final int bits;

    Family(int bits) {
        this.bits = bits;
    }

    /** Length of an address of this family in bits. */
    public int bits() {
        return bits;
    }
}
