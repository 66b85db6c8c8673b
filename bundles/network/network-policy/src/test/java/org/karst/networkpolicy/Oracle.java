package org.karst.networkpolicy;

import static org.karst.testing.PolicyWorld.list;
import static org.karst.testing.PolicyWorld.map;
import static org.karst.testing.PolicyWorld.selects;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.testing.PolicySwitches;
import org.karst.testing.PolicyWorld;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;

/**
 * What the API's documentation says of NetworkPolicy, written down once more in the plainest way, from the objects as a user
 * writes them: slow, without any index, and without a line of the feature's code.
 */
final class Oracle implements PolicySwitches.Documentation {
    /** Policies by namespace/name: the object's spec. */
    final Map<String, Map<String, Object>> policies = new TreeMap<>();

    private final PolicyWorld world;

    Oracle(PolicyWorld world) {
        this.world = world;
    }

    @Override
    public boolean egress(Pod from, End to, String protocol, int port) {
        return from.equals(to.pod().orElse(null)) || isAllowed(rules("Egress", from, to, to.pod(), protocol, port));
    }

    @Override
    public boolean ingress(End from, Pod to, String protocol, int port) {
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
            List<Ip> addresses = world.nodeOf(end.address())
                    .map(node -> world.nodes().get(node))
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
                ? selects(fields.get("namespaceSelector"), world.namespaces().getOrDefault(pod.namespace(), Map.of()))
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

    @Override
    public String toString() {
        return PolicyWorld.json(policies);
    }
}
