package org.karst.network.family;

import java.nio.ByteBuffer;

/** The Internet checksum (RFC 1071). */
public final class Checksum {
    private long sum;

    /** Adds bytes; an odd number of them is padded with a zero, so only the last part may be odd. */
    public Checksum add(ByteBuffer bytes) {
        ByteBuffer rest = bytes.duplicate();
        while (rest.remaining() >= 2) {
            sum += rest.getShort() & 0xffff;
        }
        if (rest.hasRemaining()) {
            sum += (rest.get() & 0xff) << 8;
        }
        return this;
    }

    /** Adds a number of at most 32 bits as two words. */
    public Checksum add(int number) {
        sum += (number >>> 16 & 0xffff) + (number & 0xffff);
        return this;
    }

    /** The complement of the sum. */
    public short value() {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (short) ~folded;
    }
}
