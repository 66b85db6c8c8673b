package org.karst.network.policy;

import java.util.Comparator;

/** A port by the name that a container gave it, of one protocol. */
public record PortName(String name, Protocol protocol) implements Comparable<PortName> {
    private static final Comparator<PortName> ORDER =
            Comparator.comparing(PortName::name).thenComparing(PortName::protocol);

    @Override
    public int compareTo(PortName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return protocol + ":" + name;
    }
}
