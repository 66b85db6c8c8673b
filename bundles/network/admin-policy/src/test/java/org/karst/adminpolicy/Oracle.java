package org.karst.adminpolicy;

import static org.karst.testing.PolicyWorld.list;
import static org.karst.testing.PolicyWorld.map;
import static org.karst.testing.PolicyWorld.selects;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.karst.model.Cidr;
import org.karst.testing.PolicySwitches;
import org.karst.testing.PolicyWorld;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;

/**
 * What the API's documentation says of cluster policies, written down once more in the plainest way, from the objects as a user
 * writes them. Of NetworkPolicy it knows one form: whether a namespace's pods are isolated, and who may come in or be gone to.
 */
final class Oracle implements PolicySwitches.Documentation {
    /** Cluster policies by "Kind/name": the object's spec. */
    final Map<String, Map<String, Object>> policies = new TreeMap<>();

    /** Namespaces whose pods a NetworkPolicy isolates in both directions, with the one TCP port that it allows to everybody. */
    final Map<String, Integer> isolated = new TreeMap<>();

    private final PolicyWorld world;

    Oracle(PolicyWorld world) {
        this.world = world;
    }

    @Override
    public boolean egress(Pod from, End to, String protocol, int port) {
        return from.equals(to.pod().orElse(null))
                || !said("egress", from, to, to.pod(), protocol, port).startsWith("DENY");
    }

    @Override
    public boolean ingress(End from, Pod to, String protocol, int port) {
        return to.equals(from.pod().orElse(null))
                || !said("ingress", to, from, Optional.of(to), protocol, port).startsWith("DENY");
    }

    /** The first word and rule that decides: in the order of tiers. */
    String said(String list, Pod subject, End peer, Optional<Pod> destination, String protocol, int port) {
        String admin = tier("Admin", list, subject, peer, destination, protocol, port);
        if (admin.startsWith("ALLOW") || admin.startsWith("DENY")) {
            return admin;
        }
        Integer allowed = isolated.get(subject.namespace());
        if (allowed != null) {
            return protocol.equals("TCP") && port == allowed ? "ALLOW by NetworkPolicy" : "DENY by NetworkPolicy";
        }
        return tier("Baseline", list, subject, peer, destination, protocol, port);
    }

    private String tier(
            String tier, String list, Pod subject, End peer, Optional<Pod> destination, String protocol, int port) {
        boolean any = false;
        for (String key : ordered(tier)) {
            Map<String, Object> spec = policies.get(key);
            if (!isSubject(map(spec.get("subject")), subject)) {
                continue;
            }
            List<Object> rules = list(spec.get(list));
            for (int i = 0; i < rules.size(); i++) {
                Map<String, Object> rule = map(rules.get(i));
                if (isVoid(rule, list)) {
                    continue;
                }
                any = true;
                if (isUnknown(rule, list)) {
                    return "DENY " + key + "[" + i + "]";
                }
                String action = String.valueOf(rule.get("action"));
                List<Object> peers = list(rule.get(list.equals("egress") ? "to" : "from"));
                if (peers.stream().anyMatch(each -> isPeer(map(each), peer))
                        && isPort(rule, destination, protocol, port)) {
                    return switch (action) {
                                case "Accept", "Allow" -> "ALLOW ";
                                case "Deny" -> "DENY ";
                                default -> "PASS ";
                            }
                            + key + "[" + i + "]";
                }
            }
        }
        return any ? "PASS" : "NOT_SUBJECT";
    }

    /** Whether any policy is about a pod. */
    boolean isSubject(String list, Pod pod) {
        return isolated.containsKey(pod.namespace())
                || policies.values().stream()
                        .filter(spec -> isSubject(map(spec.get("subject")), pod))
                        .flatMap(spec -> list(spec.get(list)).stream())
                        .anyMatch(rule -> !isVoid(map(rule), list));
    }

    /** Whether a rule accepts by something that is not known. */
    private static boolean isVoid(Map<String, Object> rule, String list) {
        return "Accept".equals(rule.get("action")) && isUnknown(rule, list);
    }

    private static boolean isUnknown(Map<String, Object> rule, String list) {
        return list(rule.get(list.equals("egress") ? "to" : "from")).stream()
                .anyMatch(each -> map(each).containsKey("domainNames"));
    }

    private List<String> ordered(String tier) {
        List<String> keys = new ArrayList<>();
        policies.forEach((key, spec) -> {
            String own = key.startsWith("AdminNetworkPolicy")
                    ? "Admin"
                    : key.startsWith("Baseline") ? "Baseline" : String.valueOf(spec.get("tier"));
            if (own.equals(tier)) {
                keys.add(key);
            }
        });
        keys.sort(Comparator.comparing(
                        (String key) -> ((Number) policies.get(key).getOrDefault("priority", 1001)).intValue())
                .thenComparing(key -> key));
        return keys;
    }

    private boolean isSubject(Map<String, Object> subject, Pod pod) {
        return isPod(subject, Optional.of(pod));
    }

    private boolean isPod(Map<String, Object> fields, Optional<Pod> pod) {
        if (pod.isEmpty()) {
            return false;
        }
        Map<String, String> namespace = world.namespaces().get(pod.get().namespace());
        if (fields.containsKey("namespaces")) {
            return selects(fields.get("namespaces"), namespace);
        }
        Map<String, Object> pods = map(fields.get("pods"));
        return selects(pods.get("namespaceSelector"), namespace)
                && selects(pods.get("podSelector"), pod.get().labels());
    }

    private boolean isPeer(Map<String, Object> fields, End end) {
        if (fields.containsKey("networks")) {
            return list(fields.get("networks")).stream()
                    .map(cidr -> Cidr.parse(String.valueOf(cidr)))
                    .anyMatch(cidr -> cidr.contains(end.address()));
        }
        if (fields.containsKey("nodes")) {
            return world.nodeOf(end.address())
                    .filter(node ->
                            selects(fields.get("nodes"), world.nodeLabels().get(node)))
                    .isPresent();
        }
        return isPod(fields, end.pod());
    }

    private static boolean isPort(Map<String, Object> rule, Optional<Pod> destination, String protocol, int port) {
        if (rule.containsKey("protocols")) {
            return list(rule.get("protocols")).stream()
                    .anyMatch(each -> isProtocol(map(each), destination, protocol, port));
        }
        return list(rule.get("ports")).isEmpty()
                || list(rule.get("ports")).stream().anyMatch(each -> isOldPort(map(each), destination, protocol, port));
    }

    private static boolean isProtocol(Map<String, Object> entry, Optional<Pod> destination, String protocol, int port) {
        if (entry.containsKey("destinationNamedPort")) {
            return isNamed(entry.get("destinationNamedPort"), destination, protocol, port);
        }
        Map<String, Object> of = map(entry.get(protocol.toLowerCase(java.util.Locale.ROOT)));
        Map<String, Object> wanted = map(of.get("destinationPort"));
        return wanted.containsKey("number")
                ? wanted.get("number").equals(port)
                : wanted.containsKey("range") && isWithin(map(wanted.get("range")), port);
    }

    private static boolean isOldPort(Map<String, Object> entry, Optional<Pod> destination, String protocol, int port) {
        if (entry.containsKey("namedPort")) {
            return isNamed(entry.get("namedPort"), destination, protocol, port);
        }
        if (entry.containsKey("portNumber")) {
            Map<String, Object> wanted = map(entry.get("portNumber"));
            return protocol.equals(wanted.get("protocol")) && wanted.get("port").equals(port);
        }
        Map<String, Object> range = map(entry.get("portRange"));
        return protocol.equals(range.get("protocol")) && isWithin(range, port);
    }

    private static boolean isWithin(Map<String, Object> range, int port) {
        return ((Number) range.get("start")).intValue() <= port && port <= ((Number) range.get("end")).intValue();
    }

    private static boolean isNamed(Object name, Optional<Pod> destination, String protocol, int port) {
        return destination
                .map(pod -> pod.ports().get(protocol + " " + name))
                .filter(number -> number == port)
                .isPresent();
    }

    @Override
    public String toString() {
        return PolicyWorld.json(policies);
    }
}
