package org.karst.network.policy;

import java.util.Comparator;

/** What a name stands for in one pod. */
public record NamedPort(PortName name, int number) implements Comparable<NamedPort> {
    private static final Comparator<NamedPort> ORDER =
            Comparator.comparing(NamedPort::name).thenComparing(NamedPort::number);

    @Override
    public int compareTo(NamedPort other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return name + "=" + number;
    }
}
