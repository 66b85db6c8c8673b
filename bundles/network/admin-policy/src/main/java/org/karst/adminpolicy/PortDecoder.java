package org.karst.adminpolicy;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.model.Document;
import org.karst.network.policy.PortName;
import org.karst.network.policy.PortRange;
import org.karst.network.policy.PortSet;
import org.karst.network.policy.Protocol;

/** Reads the ports of a rule: {@code protocols} of ClusterNetworkPolicy, {@code ports} of the others. */
final class PortDecoder {
    private final SortedSet<PortRange> ranges = new TreeSet<>();
    private final SortedSet<PortName> names = new TreeSet<>();

    private PortDecoder() {}

    /**
     * Reads a list that is there.
     *
     * @throws IllegalArgumentException with a sentence that names the field
     */
    static PortSet decode(PolicyKind kind, List<Document> documents, String field) {
        boolean cluster = kind == PolicyKind.CLUSTER;
        int most = cluster ? 25 : 100;
        if (documents.size() > most || cluster && documents.isEmpty()) {
            throw new IllegalArgumentException(field + " must have 1 to " + most + " entries, not " + documents.size());
        }
        if (documents.isEmpty()) {
            return PortSet.ALL;
        }
        PortDecoder decoder = new PortDecoder();
        for (int i = 0; i < documents.size(); i++) {
            String where = field + "[" + i + "]";
            if (cluster) {
                decoder.protocol(documents.get(i), where);
            } else {
                decoder.port(documents.get(i), where);
            }
        }
        return new PortSet(false, decoder.ranges, decoder.names);
    }

    /** ClusterNetworkPolicyProtocol. */
    private void protocol(Document document, String field) {
        String name = PolicyDecoder.onlyName(document, field);
        if (name.equals("destinationNamedPort")) {
            named(document.text(name), field + "." + name);
            return;
        }
        Protocol protocol = Protocol.find(name.toUpperCase(Locale.ROOT))
                .filter(found -> found.name().toLowerCase(Locale.ROOT).equals(name))
                .orElseThrow(() -> PolicyDecoder.unknown(document, field));
        Document attributes = document.find(name).orElseThrow();
        String where = field + "." + name + ".destinationPort";
        if (!PolicyDecoder.onlyName(attributes, field + "." + name).equals("destinationPort")) {
            throw PolicyDecoder.unknown(attributes, field + "." + name);
        }
        Document port = attributes.find("destinationPort").orElseThrow();
        switch (PolicyDecoder.onlyName(port, where)) {
            case "number" -> add(protocol, port.number("number"), port.number("number"), where + ".number");
            case "range" -> range(protocol, port.find("range").orElseThrow(), where + ".range");
            default -> throw PolicyDecoder.unknown(port, where);
        }
    }

    /** AdminNetworkPolicyPort. */
    private void port(Document document, String field) {
        String name = PolicyDecoder.onlyName(document, field);
        String where = field + "." + name;
        switch (name) {
            case "namedPort" -> named(document.text(name), where);
            case "portNumber" -> {
                Document port = document.find(name).orElseThrow();
                PolicyDecoder.onlyKnown(port, where, List.of("protocol", "port"));
                add(protocol(port.text("protocol"), where), port.number("port"), port.number("port"), where + ".port");
            }
            case "portRange" -> {
                Document range = document.find(name).orElseThrow();
                range(protocol(range.text("protocol"), where), range, where);
            }
            default -> throw PolicyDecoder.unknown(document, field);
        }
    }

    private static Protocol protocol(String text, String field) {
        return Protocol.find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(field + ".protocol '" + text + "' is none of TCP, UDP and SCTP"));
    }

    private void range(Protocol protocol, Document document, String field) {
        PolicyDecoder.onlyKnown(document, field, List.of("protocol", "start", "end"));
        if (document.number("start") >= document.number("end")) {
            throw new IllegalArgumentException(field + ".start must be less than end");
        }
        add(protocol, document.number("start"), document.number("end"), field);
    }

    private void add(Protocol protocol, long first, long last, String field) {
        if (first < 1 || last > PortRange.LARGEST) {
            throw new IllegalArgumentException(
                    field + " must be within 1 to " + PortRange.LARGEST + ", not " + (first < 1 ? first : last));
        }
        ranges.add(new PortRange(protocol, (int) first, (int) last));
    }

    /** A name says nothing of the protocol: the container that has it does. */
    private void named(String name, String field) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(field + " must not be empty");
        }
        for (Protocol protocol : Protocol.values()) {
            names.add(new PortName(name, protocol));
        }
    }
}
