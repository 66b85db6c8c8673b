package org.karst.pipeline;

import java.util.Objects;
import org.karst.model.Ip;

/**
 * The first packet of a connection, as far as policies may look at it.
 *
 * @param source who opens it
 * @param destination to whom, after address translation
 * @param protocol number of the IP protocol, as {@link #TCP}
 * @param sourcePort port of the source, or the ICMP type; 0 if the protocol has neither
 * @param destinationPort port of the destination, or the ICMP code; 0 if the protocol has neither
 */
public record Connection(Ip source, Ip destination, int protocol, int sourcePort, int destinationPort) {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;
    public static final int SCTP = 132;

    public Connection {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        if (source.family() != destination.family()) {
            throw new IllegalArgumentException(source + " and " + destination + " are not of one family");
        }
        check("protocol", protocol, 0xff);
        check("sourcePort", sourcePort, 0xffff);
        check("destinationPort", destinationPort, 0xffff);
    }

    private static void check(String name, int number, int largest) {
        if (number < 0 || number > largest) {
            throw new IllegalArgumentException(name + " must be 0 to " + largest + ", not " + number);
        }
    }

    /** Whether the protocol has ports, so that policies may name them. */
    public boolean hasPorts() {
        return protocol == TCP || protocol == UDP || protocol == SCTP;
    }

    /** Whether the ports are an ICMP type and code. */
    public boolean isIcmp() {
        return protocol == ICMP || protocol == ICMPV6;
    }

    /** The other end, seen from a subject in a direction. */
    public Ip peer(Direction direction) {
        return switch (direction) {
            case EGRESS -> destination;
            case INGRESS -> source;
        };
    }
}
