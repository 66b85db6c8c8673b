package org.karst.sandbox.internal;

import java.nio.ByteBuffer;

/** The bytes that probes send and compare. */
public final class Echo {
    /** The echo service (RFC 862), TCP and UDP. */
    public static final int PORT = 7;

    /**
     * With so many unanswered a sender waits: a switch or a receiver that a busy machine holds up for a while has room for
     * them, and what is lost then is not lost for want of a buffer.
     */
    public static final int MOST_UNANSWERED = 64;

    private Echo() {}

    /** A payload that begins with its number. */
    public static byte[] numbered(int length, int number) {
        byte[] payload = Icmp.payload(length, number);
        if (length >= Integer.BYTES) {
            ByteBuffer.wrap(payload).putInt(number);
        }
        return payload;
    }

    /** The number of a payload; 0 when it is too short to have one, since then there is only one. */
    public static int number(byte[] payload, int length) {
        return length < Integer.BYTES ? 0 : ByteBuffer.wrap(payload).getInt();
    }
}
