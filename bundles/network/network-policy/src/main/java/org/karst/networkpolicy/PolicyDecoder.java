package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.model.Cidr;
import org.karst.model.Document;
import org.karst.model.LabelSelector;
import org.karst.network.policy.Peer;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PortName;
import org.karst.network.policy.PortRange;
import org.karst.network.policy.PortSet;
import org.karst.network.policy.Protocol;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Rehearsal;

/**
 * Reads a NetworkPolicy. A rule that makes no sense becomes a problem and allows nothing; the policy still isolates and its
 * other rules still allow. Where even the subjects cannot be read the object is refused.
 */
final class PolicyDecoder {
    private final String namespace;
    private final List<String> problems = new ArrayList<>();

    private PolicyDecoder(String namespace) {
        this.namespace = namespace;
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with a sentence that names the field
     */
    static Policy decode(Document document) {
        return new PolicyDecoder(document.text("metadata", "namespace")).read(document);
    }

    private Policy read(Document document) {
        LabelSelector subjects = document.find("spec", "podSelector")
                .map(selector -> LabelSelector.decode(selector, "spec.podSelector"))
                .orElse(LabelSelector.EVERYTHING);
        List<String> types = document.list("spec", "policyTypes").stream()
                .map(Document::text)
                .toList();
        for (String type : types) {
            if (!type.equals("Ingress") && !type.equals("Egress")) {
                throw new IllegalArgumentException("spec.policyTypes: '" + type + "' is neither Ingress nor Egress");
            }
        }
        document.find("spec").ifPresent(this::tellUnknown);
        List<Document> egressRules = document.list("spec", "egress");
        boolean ingress = types.isEmpty() || types.contains("Ingress");
        boolean egress = types.isEmpty() ? !egressRules.isEmpty() : types.contains("Egress");
        return new Policy(
                Rehearsal.isEnforced(document, problems::add),
                subjects,
                ingress ? Optional.of(rules(document.list("spec", "ingress"), Direction.INGRESS)) : Optional.empty(),
                egress ? Optional.of(rules(egressRules, Direction.EGRESS)) : Optional.empty(),
                problems);
    }

    /** A field beside rules that nobody knows may be a direction that was mistyped: it isolates nobody, and that is told. */
    private void tellUnknown(Document spec) {
        for (String name : spec.names()) {
            if (!List.of("podSelector", "policyTypes", "ingress", "egress").contains(name)) {
                problems.add("spec." + name + " is not known and has no effect");
            }
        }
    }

    /** What a field that nobody knows was to mean may be less than what is left without it. */
    private static void onlyKnown(Document document, String field, List<String> known) {
        for (String name : document.names()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(field + "." + name + " is not known");
            }
        }
    }

    private List<PolicyRule> rules(List<Document> documents, Direction direction) {
        String list =
                switch (direction) {
                    case EGRESS -> "spec.egress";
                    case INGRESS -> "spec.ingress";
                };
        int most = Room.MOST_CLAUSES;
        if (documents.size() > most) {
            problems.add(list + " has " + documents.size() + " rules, and a switch has room for " + most + "; " + list
                    + "[" + most + "] and what follows allow nothing");
        }
        List<PolicyRule> rules = new ArrayList<>();
        for (int i = 0; i < Math.min(most, documents.size()); i++) {
            String field = list + "[" + i + "]";
            try {
                rules.add(rule(i, documents.get(i), field, direction));
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage() + "; " + field + " allows nothing");
            }
        }
        return rules;
    }

    private PolicyRule rule(int index, Document document, String field, Direction direction) {
        String peersName =
                switch (direction) {
                    case EGRESS -> "to";
                    case INGRESS -> "from";
                };
        onlyKnown(document, field, List.of(peersName, "ports"));
        List<Document> peers = document.list(peersName);
        List<Peer> read = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            read.add(peer(peers.get(i), field + "." + peersName + "[" + i + "]"));
        }
        return new PolicyRule(
                index,
                read.isEmpty() ? PeerSet.ALL : PeerSet.of(read),
                ports(document.list("ports"), field + ".ports"));
    }

    private Peer peer(Document document, String field) {
        Optional<Document> pods = document.find("podSelector");
        Optional<Document> namespaces = document.find("namespaceSelector");
        Optional<Document> block = document.find("ipBlock");
        onlyKnown(document, field, List.of("podSelector", "namespaceSelector", "ipBlock"));
        if (block.isPresent()) {
            if (pods.isPresent() || namespaces.isPresent()) {
                throw new IllegalArgumentException(
                        field + " has an ipBlock and a selector; it may have only one of them");
            }
            return block(block.get(), field + ".ipBlock");
        }
        if (pods.isEmpty() && namespaces.isEmpty()) {
            throw new IllegalArgumentException(
                    field + " names nobody: it needs a podSelector, a namespaceSelector or an ipBlock");
        }
        LabelSelector podSelector =
                pods.map(selector -> selector(selector, field + ".podSelector")).orElse(LabelSelector.EVERYTHING);
        return namespaces
                .map(selector -> selector(selector, field + ".namespaceSelector"))
                .<Peer>map(selector -> new Peer.PodsOfNamespaces(selector, podSelector))
                .orElseGet(() -> new Peer.PodsOfNamespace(namespace, podSelector));
    }

    /** A selector that is misspelt would mean everybody. */
    private static LabelSelector selector(Document document, String field) {
        onlyKnown(document, field, List.of("matchLabels", "matchExpressions"));
        return LabelSelector.decode(document, field);
    }

    private static Peer block(Document document, String field) {
        onlyKnown(document, field, List.of("cidr", "except"));
        Cidr cidr = Peer.Block.decode(document.text("cidr"), field + ".cidr");
        SortedSet<Cidr> except = new TreeSet<>();
        List<Document> holes = document.list("except");
        for (int i = 0; i < holes.size(); i++) {
            Cidr hole = Peer.Block.decode(holes.get(i).text(), field + ".except[" + i + "]");
            if (!cidr.contains(hole)) {
                throw new IllegalArgumentException(field + ".except[" + i + "]: " + hole + " is not within " + cidr);
            }
            except.add(hole);
        }
        return new Peer.Block(cidr, except);
    }

    private static PortSet ports(List<Document> documents, String field) {
        if (documents.isEmpty()) {
            return PortSet.ALL;
        }
        SortedSet<PortRange> ranges = new TreeSet<>();
        SortedSet<PortName> names = new TreeSet<>();
        for (int i = 0; i < documents.size(); i++) {
            Document document = documents.get(i);
            String where = field + "[" + i + "]";
            onlyKnown(document, where, List.of("protocol", "port", "endPort"));
            String text = document.text("protocol");
            Protocol protocol = Protocol.find(text)
                    .orElseThrow(() -> new IllegalArgumentException(
                            where + ".protocol '" + text + "' is none of TCP, UDP and SCTP"));
            Optional<Document> port = document.find("port");
            Optional<Document> end = document.find("endPort");
            if (port.isPresent() && port.get().isText()) {
                names.add(name(port.get().text(), protocol, end, where));
            } else if (port.isPresent()) {
                ranges.add(range(port.get().number(), protocol, end, where));
            } else if (end.isPresent()) {
                throw new IllegalArgumentException(where + ".endPort needs a port to begin with");
            } else {
                ranges.add(PortRange.whole(protocol));
            }
        }
        return new PortSet(false, ranges, names);
    }

    private static PortName name(String name, Protocol protocol, Optional<Document> end, String field) {
        if (end.isPresent()) {
            throw new IllegalArgumentException(field + ".endPort needs a port by number, not '" + name + "'");
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException(field + ".port must not be empty");
        }
        return new PortName(name, protocol);
    }

    private static PortRange range(long first, Protocol protocol, Optional<Document> end, String field) {
        long last = end.map(Document::number).orElse(first);
        if (first < 1 || first > PortRange.LARGEST) {
            throw new IllegalArgumentException(field + ".port must be 1 to 65535, not " + first);
        }
        if (last < first || last > PortRange.LARGEST) {
            throw new IllegalArgumentException(field + ".endPort must be " + first + " to 65535, not " + last);
        }
        return new PortRange(protocol, (int) first, (int) last);
    }
}
