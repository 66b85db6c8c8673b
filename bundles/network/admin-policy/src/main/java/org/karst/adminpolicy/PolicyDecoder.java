package org.karst.adminpolicy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.karst.model.Document;
import org.karst.model.LabelSelector;
import org.karst.network.policy.Peer;
import org.karst.network.policy.PeerSet;
import org.karst.network.policy.PortSet;
import org.karst.pipeline.AuditLogging;
import org.karst.pipeline.AuditRecord.Verdict;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Rehearsal;

/**
 * Reads a cluster policy. What is not understood fails closed, as the API asks: a rule that accepts then matches nothing, one that
 * denies or passes denies everything. Each such rule becomes a problem that names the field.
 */
final class PolicyDecoder {
    private static final int HIGHEST_PRIORITY = 1000;
    private static final int MOST_NETWORKS = 25;

    private final PolicyKind kind;
    private final List<String> problems = new ArrayList<>();

    private PolicyDecoder(PolicyKind kind) {
        this.kind = kind;
    }

    /** Reads one, whatever it says: what makes no sense at all is about nobody. */
    static AdminPolicy decode(PolicyKind kind, Document document) {
        try {
            return new PolicyDecoder(kind).read(document);
        } catch (IllegalArgumentException e) {
            return AdminPolicy.inert(
                    kind == PolicyKind.ADMIN ? Tier.ADMIN : Tier.BASELINE,
                    e.getMessage() + "; the policy is about nobody");
        }
    }

    private AdminPolicy read(Document document) {
        if (kind == PolicyKind.BASELINE && !document.text("metadata", "name").equals("default")) {
            throw new IllegalArgumentException(
                    "metadata.name: only the BaselineAdminNetworkPolicy named default is in force");
        }
        Document spec = document.find("spec").orElseThrow(() -> new IllegalArgumentException("spec is missing"));
        for (String name : spec.names()) {
            if (!List.of("tier", "priority", "subject", "ingress", "egress").contains(name)) {
                problems.add("spec." + name + " is not known and has no effect");
            }
        }
        Tier tier = tier(spec);
        int priority = priority(spec);
        Subjects subjects = subjects(
                spec.find("subject").orElseThrow(() -> new IllegalArgumentException("spec.subject is missing")));
        return new AdminPolicy(
                tier,
                priority,
                Optional.of(subjects),
                rules(spec.list("ingress"), Direction.INGRESS),
                rules(spec.list("egress"), Direction.EGRESS),
                Rehearsal.isEnforced(document, problems::add),
                AuditLogging.decode(document, EnumSet.allOf(Verdict.class)),
                problems);
    }

    private Tier tier(Document spec) {
        return switch (kind) {
            case ADMIN -> Tier.ADMIN;
            case BASELINE -> Tier.BASELINE;
            case CLUSTER ->
                switch (spec.text("tier")) {
                    case "Admin" -> Tier.ADMIN;
                    case "Baseline" -> Tier.BASELINE;
                    default ->
                        throw new IllegalArgumentException(
                                "spec.tier '" + spec.text("tier") + "' is neither Admin nor Baseline");
                };
        };
    }

    private int priority(Document spec) {
        if (kind == PolicyKind.BASELINE) {
            return AdminPolicy.LAST;
        }
        long priority = spec.find("priority").map(Document::number).orElse(-1L);
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("spec.priority must be 0 to " + HIGHEST_PRIORITY);
        }
        return (int) priority;
    }

    private static Subjects subjects(Document document) {
        String field = "spec.subject";
        return switch (onlyName(document, field)) {
            case "namespaces" ->
                new Subjects(selector(document, "namespaces", field + ".namespaces"), LabelSelector.EVERYTHING);
            case "pods" -> {
                Peer.PodsOfNamespaces pods = pods(document.find("pods").orElseThrow(), field + ".pods");
                yield new Subjects(pods.namespaces(), pods.pods());
            }
            default -> throw unknown(document, field);
        };
    }

    private List<AdminRule> rules(List<Document> documents, Direction direction) {
        String list =
                switch (direction) {
                    case EGRESS -> "spec.egress";
                    case INGRESS -> "spec.ingress";
                };
        List<AdminRule> rules = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            rule(documents.get(i), list + "[" + i + "]", i, direction).ifPresent(rule -> rules.add(rule));
        }
        return rules;
    }

    private Optional<AdminRule> rule(Document document, String field, int index, Direction direction) {
        Decision decision = Decision.DENY;
        try {
            decision = decision(document.text("action"), field + ".action");
            if (index >= mostRules()) {
                throw new IllegalArgumentException(
                        field + ": a " + kind.kindName() + " may have " + mostRules() + " rules in one direction");
            }
            return Optional.of(rule(document, field, index, direction, decision));
        } catch (IllegalArgumentException e) {
            boolean accepts = decision == Decision.ACCEPT;
            problems.add(e.getMessage() + "; " + field + (accepts ? " accepts nothing" : " denies everything"));
            return accepts ? Optional.empty() : Optional.of(AdminRule.denyingAll(index));
        }
    }

    private Decision decision(String action, String field) {
        String accept = kind == PolicyKind.CLUSTER ? "Accept" : "Allow";
        if (action.equals(accept)) {
            return Decision.ACCEPT;
        }
        if (action.equals("Deny")) {
            return Decision.DENY;
        }
        if (action.equals("Pass") && kind != PolicyKind.BASELINE) {
            return Decision.PASS;
        }
        throw new IllegalArgumentException(field + " '" + action + "' is none of " + accept + ", Deny"
                + (kind == PolicyKind.BASELINE ? "" : " and Pass"));
    }

    /** Of rules in a direction, of peers of a rule and of ports of a rule. */
    private int mostRules() {
        return kind == PolicyKind.CLUSTER ? 25 : 100;
    }

    private AdminRule rule(Document document, String field, int index, Direction direction, Decision decision) {
        String peersName =
                switch (direction) {
                    case EGRESS -> "to";
                    case INGRESS -> "from";
                };
        String portsName = kind == PolicyKind.CLUSTER ? "protocols" : "ports";
        onlyKnown(document, field, List.of("name", "action", peersName, portsName));
        List<Document> peers = document.list(peersName);
        List<Peer> read = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            read.addAll(peer(peers.get(i), field + "." + peersName + "[" + i + "]", direction));
        }
        if (peers.isEmpty() || peers.size() > mostRules()) {
            throw new IllegalArgumentException(
                    field + "." + peersName + " must have 1 to " + mostRules() + " peers, not " + peers.size());
        }
        PortSet ports = document.find(portsName)
                .map(found -> PortDecoder.decode(kind, document.list(portsName), field + "." + portsName))
                .orElse(PortSet.ALL);
        if (direction == Direction.EGRESS
                && !ports.names().isEmpty()
                && read.stream().anyMatch(PolicyDecoder::isNameless)) {
            throw new IllegalArgumentException(
                    field + "." + portsName + ": nodes and networks have no names of ports; say a number");
        }
        return new AdminRule(index, decision, PeerSet.of(read), ports);
    }

    private static boolean isNameless(Peer peer) {
        return peer instanceof Peer.Block || peer instanceof Peer.Nodes;
    }

    private static List<? extends Peer> peer(Document document, String field, Direction direction) {
        String name = onlyName(document, field);
        boolean egress = direction == Direction.EGRESS;
        if (name.equals("namespaces")) {
            return List.of(
                    new Peer.PodsOfNamespaces(selector(document, name, field + "." + name), LabelSelector.EVERYTHING));
        }
        if (name.equals("pods")) {
            return List.of(pods(document.find(name).orElseThrow(), field + "." + name));
        }
        if (name.equals("nodes") && egress) {
            return List.of(new Peer.Nodes(selector(document, name, field + "." + name)));
        }
        if (name.equals("networks") && egress) {
            return networks(document.list(name), field + "." + name);
        }
        if (name.equals("domainNames") && egress) {
            throw new IllegalArgumentException(field + ".domainNames is not supported");
        }
        throw unknown(document, field);
    }

    private static Peer.PodsOfNamespaces pods(Document document, String field) {
        onlyKnown(document, field, List.of("namespaceSelector", "podSelector"));
        return new Peer.PodsOfNamespaces(
                selector(document, "namespaceSelector", field + ".namespaceSelector"),
                selector(document, "podSelector", field + ".podSelector"));
    }

    private static List<Peer> networks(List<Document> documents, String field) {
        if (documents.isEmpty() || documents.size() > MOST_NETWORKS) {
            throw new IllegalArgumentException(
                    field + " must have 1 to " + MOST_NETWORKS + " CIDRs, not " + documents.size());
        }
        List<Peer> blocks = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            blocks.add(Peer.Block.of(Peer.Block.decode(documents.get(i).text(), field + "[" + i + "]")));
        }
        return blocks;
    }

    private static LabelSelector selector(Document parent, String name, String field) {
        Optional<Document> document = parent.find(name);
        document.ifPresent(found -> onlyKnown(found, field, List.of("matchLabels", "matchExpressions")));
        return document.map(found -> LabelSelector.decode(found, field)).orElse(LabelSelector.EVERYTHING);
    }

    /** The name of the one field that an object has. */
    static String onlyName(Document document, String field) {
        List<String> names = document.names();
        if (names.size() != 1) {
            throw new IllegalArgumentException(field + " must have exactly one field that is known here; it has "
                    + (names.isEmpty() ? "none" : String.join(", ", names)));
        }
        return names.get(0);
    }

    static void onlyKnown(Document document, String field, List<String> known) {
        for (String name : document.names()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(field + "." + name + " is not known");
            }
        }
    }

    static IllegalArgumentException unknown(Document document, String field) {
        return new IllegalArgumentException(field + "." + onlyName(document, field) + " is not known");
    }
}
