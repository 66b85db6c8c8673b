package org.karst.console.internal;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a port of a datapath has counted, seen from the switch: what it received came out of the pod.
 *
 * @param receivedPackets packets from the pod
 * @param receivedBytes bytes of these
 * @param sentPackets packets to the pod
 * @param sentBytes bytes of these
 * @param dropped packets that were dropped in either direction
 */
record PortCounters(long receivedPackets, long receivedBytes, long sentPackets, long sentBytes, long dropped) {
    private static final PortCounters NONE = new PortCounters(0, 0, 0, 0, 0);
    private static final Pattern PORT = Pattern.compile("port \\d+: (\\S+).*");
    private static final Pattern RECEIVED = Pattern.compile("RX packets:(\\d+) errors:\\S+ dropped:(\\d+|\\?).*");
    private static final Pattern SENT = Pattern.compile("TX packets:(\\d+) errors:\\S+ dropped:(\\d+|\\?).*");
    private static final Pattern BYTES = Pattern.compile("RX bytes:(\\d+).*TX bytes:(\\d+).*");

    /** Reads what {@code ovs-appctl dpctl/show -s} prints (ovs-dpctl(8)): the counters by the names of the ports. */
    static SortedMap<String, PortCounters> parse(String text) {
        SortedMap<String, PortCounters> ports = new TreeMap<>();
        String port = "";
        for (String line : text.lines().map(String::strip).toList()) {
            Matcher name = PORT.matcher(line);
            if (name.matches()) {
                port = name.group(1);
                ports.put(port, NONE);
            } else if (!port.isEmpty()) {
                ports.compute(port, (key, counted) -> counted.with(line));
            }
        }
        return Collections.unmodifiableSortedMap(ports);
    }

    private PortCounters with(String line) {
        Matcher received = RECEIVED.matcher(line);
        if (received.matches()) {
            return new PortCounters(
                    number(received.group(1)),
                    receivedBytes,
                    sentPackets,
                    sentBytes,
                    dropped + number(received.group(2)));
        }
        Matcher sent = SENT.matcher(line);
        if (sent.matches()) {
            return new PortCounters(
                    receivedPackets, receivedBytes, number(sent.group(1)), sentBytes, dropped + number(sent.group(2)));
        }
        Matcher bytes = BYTES.matcher(line);
        return bytes.matches()
                ? new PortCounters(
                        receivedPackets, number(bytes.group(1)), sentPackets, number(bytes.group(2)), dropped)
                : this;
    }

    /** A switch that does not count something prints a question mark. */
    private static long number(String text) {
        return text.equals("?") ? 0 : Long.parseLong(text);
    }
}
