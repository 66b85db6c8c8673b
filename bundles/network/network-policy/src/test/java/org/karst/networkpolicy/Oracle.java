package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.karst.model.Cidr;
import org.karst.model.Ip;

/**
 * What the API's documentation says of NetworkPolicy, written down once more in the plainest way, from the objects as a user
 * writes them: slow, without any index, and without a line of the feature's code.
 */
final class Oracle {
    /** Labels of each namespace. */
    final Map<String, Map<String, String>> namespaces = new TreeMap<>();

    /** Pods by namespace/name. */
    final Map<String, Pod> pods = new TreeMap<>();

    /** Policies by namespace/name: the object's spec. */
    final Map<String, Map<String, Object>> policies = new TreeMap<>();

    /** All addresses of each node. */
    final Map<String, List<Ip>> nodes = new TreeMap<>();

    record Pod(
            String namespace,
            String name,
            String node,
            Map<String, String> labels,
            List<Ip> addresses,
            Map<String, Integer> ports) {
        String key() {
            return namespace + "/" + name;
        }
    }

    /** An end of a connection: an address, and the pod that has it, if one has. */
    record End(Ip address, Optional<Pod> pod) {}

    boolean egress(Pod from, End to, String protocol, int port) {
        return from.equals(to.pod().orElse(null)) || isAllowed(rules("Egress", from, to, to.pod(), protocol, port));
    }

    boolean ingress(End from, Pod to, String protocol, int port) {
        return to.equals(from.pod().orElse(null))
                || isAllowed(rules("Ingress", to, from, Optional.of(to), protocol, port));
    }

    private static boolean isAllowed(Optional<List<String>> rules) {
        return rules.map(allowing -> !allowing.isEmpty()).orElse(true);
    }

    /** The rules that allow a connection, as namespace/policy[index]; empty if nothing isolates the subject. */
    Optional<List<String>> rules(
            String type, Pod subject, End peer, Optional<Pod> destination, String protocol, int port) {
        boolean isolated = false;
        List<String> allowing = new ArrayList<>();
        for (var policy : policies.entrySet()) {
            Map<String, Object> spec = policy.getValue();
            String namespace = policy.getKey().split("/", 2)[0];
            if (!namespace.equals(subject.namespace())
                    || !selects(spec.get("podSelector"), subject.labels())
                    || !types(spec).contains(type)) {
                continue;
            }
            isolated = true;
            List<Object> rules = list(spec.get(type.toLowerCase(java.util.Locale.ROOT)));
            for (int i = 0; i < rules.size(); i++) {
                List<Object> peers = list(map(rules.get(i)).get(type.equals("Egress") ? "to" : "from"));
                List<Object> ports = list(map(rules.get(i)).get("ports"));
                boolean peerMatches = peers.isEmpty() || peers.stream().anyMatch(each -> isPeer(each, namespace, peer));
                boolean portMatches = ports.isEmpty()
                        || ports.stream().anyMatch(each -> isPort(map(each), destination, protocol, port));
                if (peerMatches && portMatches) {
                    allowing.add(policy.getKey() + "[" + i + "]");
                }
            }
        }
        return isolated ? Optional.of(allowing) : Optional.empty();
    }

    private static List<String> types(Map<String, Object> spec) {
        List<Object> types = list(spec.get("policyTypes"));
        if (!types.isEmpty()) {
            return types.stream().map(String::valueOf).toList();
        }
        return list(spec.get("egress")).isEmpty() ? List.of("Ingress") : List.of("Ingress", "Egress");
    }

    private boolean isPeer(Object peer, String namespace, End end) {
        Map<String, Object> fields = map(peer);
        if (fields.containsKey("ipBlock")) {
            Map<String, Object> block = map(fields.get("ipBlock"));
            // A node is one, whichever of its addresses is meant.
            List<Ip> addresses = nodes.values().stream()
                    .filter(all -> all.contains(end.address()))
                    .findFirst()
                    .orElse(List.of(end.address()));
            Cidr cidr = Cidr.parse(String.valueOf(block.get("cidr")));
            return addresses.stream().anyMatch(cidr::contains)
                    && list(block.get("except")).stream()
                            .map(String::valueOf)
                            .map(Cidr::parse)
                            .noneMatch(hole -> addresses.stream().anyMatch(hole::contains));
        }
        if (end.pod().isEmpty()) {
            return false;
        }
        Pod pod = end.pod().get();
        boolean inNamespace = fields.containsKey("namespaceSelector")
                ? selects(fields.get("namespaceSelector"), namespaces.getOrDefault(pod.namespace(), Map.of()))
                : pod.namespace().equals(namespace);
        return inNamespace && selects(fields.get("podSelector"), pod.labels());
    }

    private static boolean isPort(Map<String, Object> fields, Optional<Pod> destination, String protocol, int port) {
        if (!String.valueOf(fields.getOrDefault("protocol", "TCP")).equals(protocol)) {
            return false;
        }
        Object wanted = fields.get("port");
        if (wanted == null) {
            return true;
        }
        if (wanted instanceof String name) {
            return destination
                    .map(pod -> pod.ports().get(protocol + " " + name))
                    .filter(number -> number == port)
                    .isPresent();
        }
        int first = ((Number) wanted).intValue();
        Object end = fields.get("endPort");
        return first <= port && port <= (end == null ? first : ((Number) end).intValue());
    }

    private static boolean selects(Object selector, Map<String, String> labels) {
        if (selector == null) {
            return true;
        }
        for (var required : map(map(selector).get("matchLabels")).entrySet()) {
            if (!required.getValue().equals(labels.get(required.getKey()))) {
                return false;
            }
        }
        for (Object expression : list(map(selector).get("matchExpressions"))) {
            String value = labels.get(String.valueOf(map(expression).get("key")));
            List<Object> values = list(map(expression).get("values"));
            boolean holds =
                    switch (String.valueOf(map(expression).get("operator"))) {
                        case "In" -> value != null && values.contains(value);
                        case "NotIn" -> value == null || !values.contains(value);
                        case "Exists" -> value != null;
                        case "DoesNotExist" -> value == null;
                        default -> throw new IllegalArgumentException(String.valueOf(expression));
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    @SuppressWarnings("unchecked") // tests write only such maps
    private static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked") // tests write only such lists
    private static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }
}
