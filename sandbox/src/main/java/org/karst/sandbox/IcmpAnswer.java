package org.karst.sandbox;

import java.net.InetAddress;

/**
 * What came back for an echo request.
 *
 * @param kind reply or error
 * @param from who sent it
 * @param mtu the MTU in a {@link Kind#TOO_BIG}, in bytes; else 0
 */
public record IcmpAnswer(Kind kind, InetAddress from, int mtu) {
    /** Kinds of answers. */
    public enum Kind {
        /** An echo reply with the bytes that were sent. */
        REPLY,
        /** An echo reply with other bytes. */
        DAMAGED,
        /** Time to live, or hop limit, exceeded. */
        TIME_EXCEEDED,
        /** Fragmentation needed, or packet too big. */
        TOO_BIG,
        /** Any other destination unreachable. */
        UNREACHABLE
    }
}
