package org.karst.sandbox.chaos;

import java.net.InetAddress;
import org.karst.sandbox.Place;

/**
 * Numbered datagrams from a place to the echo server of another.
 *
 * @param name for people
 * @param from who sends
 * @param to address of the other place
 * @param kind what is expected of it
 */
public record Stream(String name, Place from, InetAddress to, Kind kind) {
    /** What is expected of a stream. */
    public enum Kind {
        /** Each datagram comes back. */
        ALLOWED,
        /** As {@link #ALLOWED}, between nodes. */
        TUNNELLED,
        /** No datagram comes back: a policy forbids it. */
        FORBIDDEN,
        /** Passes by Karst's flows; what it loses is the machine's fault. */
        CONTROL
    }
}
