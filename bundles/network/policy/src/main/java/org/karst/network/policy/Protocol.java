package org.karst.network.policy;

import java.util.Arrays;
import java.util.Optional;
import org.karst.pipeline.Field;

/** The protocols that policies know (v1 Protocol). */
public enum Protocol {
    SCTP(132, Field.SCTP_DST),
    TCP(6, Field.TCP_DST),
    UDP(17, Field.UDP_DST);

    private final int number;
    private final Field destination;

    Protocol(int number, Field destination) {
        this.number = number;
        this.destination = destination;
    }

    /** IANA's number. */
    public int number() {
        return number;
    }

    /** The field of the destination port. */
    public Field destination() {
        return destination;
    }

    /** "" is TCP, as in the API. */
    public static Optional<Protocol> find(String text) {
        return text.isEmpty()
                ? Optional.of(TCP)
                : Arrays.stream(values())
                        .filter(protocol -> protocol.name().equals(text))
                        .findFirst();
    }
}
