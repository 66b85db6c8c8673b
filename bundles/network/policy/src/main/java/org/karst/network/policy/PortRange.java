package org.karst.network.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.model.Family;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.Match;

/**
 * Destination ports of one protocol, both ends included; 0 to 65535 is the whole protocol.
 */
public record PortRange(Protocol protocol, int first, int last) implements Comparable<PortRange> {
    public static final int LARGEST = 0xffff;

    private static final Comparator<PortRange> ORDER = Comparator.comparing(PortRange::protocol)
            .thenComparing(PortRange::first)
            .thenComparing(PortRange::last);

    public PortRange {
        if (first < 0 || last < first || last > LARGEST) {
            throw new IllegalArgumentException("no ports from " + first + " to " + last);
        }
    }

    public static PortRange whole(Protocol protocol) {
        return new PortRange(protocol, 0, LARGEST);
    }

    public boolean contains(int protocolNumber, int port) {
        return protocol.number() == protocolNumber && first <= port && port <= last;
    }

    /** The same ports in as few ranges as can be. */
    public static SortedSet<PortRange> united(SortedSet<PortRange> ranges) {
        Map<Protocol, PortRange> open = new TreeMap<>();
        SortedSet<PortRange> united = new TreeSet<>();
        for (PortRange range : ranges) {
            PortRange before = open.get(range.protocol);
            if (before != null && range.first <= before.last + 1) {
                open.put(
                        range.protocol, new PortRange(range.protocol, before.first, Math.max(before.last, range.last)));
            } else {
                if (before != null) {
                    united.add(before);
                }
                open.put(range.protocol, range);
            }
        }
        united.addAll(open.values());
        return united;
    }

    /** The same ports in ranges that one masked match takes each: at most 30. */
    public List<PortRange> aligned() {
        if (first == 0 && last == LARGEST) {
            return List.of(this);
        }
        List<PortRange> parts = new ArrayList<>();
        for (int from = first; from <= last; ) {
            int size = from == 0 ? LARGEST + 1 : Integer.lowestOneBit(from);
            while (from + size - 1 > last) {
                size /= 2;
            }
            parts.add(new PortRange(protocol, from, from + size - 1));
            from += size;
        }
        return parts;
    }

    /** The match that takes an {@linkplain #aligned aligned} range. */
    public Match match(Family family) {
        Match base = Match.of(family).and(Field.NW_PROTO, protocol.number());
        int mask = LARGEST & -(last - first + 1);
        return mask == 0 ? base : base.and(protocol.destination(), Bits.of(first), Bits.of(mask));
    }

    @Override
    public int compareTo(PortRange other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return protocol + ":" + (first == last ? String.valueOf(first) : first + "-" + last);
    }
}
