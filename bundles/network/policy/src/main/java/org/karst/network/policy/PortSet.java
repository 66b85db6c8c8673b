package org.karst.network.policy;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.pipeline.Connection;

/**
 * Destination ports of a rule.
 *
 * @param all whether every protocol and port is meant, ICMP included; then there is nothing else
 * @param ranges by number, as few as can be
 * @param names by name, to be looked up in the destination pod
 */
public record PortSet(boolean all, SortedSet<PortRange> ranges, SortedSet<PortName> names) {
    public static final PortSet ALL = new PortSet(true, Collections.emptySortedSet(), Collections.emptySortedSet());

    public PortSet {
        ranges = Collections.unmodifiableSortedSet(new TreeSet<>(PortRange.united(ranges)));
        names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }

    public static PortSet of(SortedSet<PortRange> ranges) {
        return new PortSet(false, ranges, Collections.emptySortedSet());
    }

    public static PortSet of(PortRange range) {
        return of(new TreeSet<>(Collections.singleton(range)));
    }

    /** Whether no packet is meant. */
    public boolean isNothing() {
        return !all && ranges.isEmpty() && names.isEmpty();
    }

    /** Whether a connection is meant by number, or because everything is. */
    public boolean contains(Connection connection) {
        return all
                || ranges.stream()
                        .anyMatch(range -> range.contains(connection.protocol(), connection.destinationPort()));
    }

    /** With the numbers that the names stand for in a pod; a name that it has not stands for nothing. */
    public PortSet resolved(ContainerPorts ports) {
        if (names.isEmpty()) {
            return this;
        }
        SortedSet<PortRange> resolved = new TreeSet<>(ranges);
        names.forEach(name ->
                ports.numbers(name).forEach(number -> resolved.add(new PortRange(name.protocol(), number, number))));
        return of(resolved);
    }

    /** Without the names. */
    public PortSet numbered() {
        return names.isEmpty() ? this : of(ranges);
    }

    @Override
    public String toString() {
        return all ? "*" : ranges + (names.isEmpty() ? "" : names.toString());
    }
}
