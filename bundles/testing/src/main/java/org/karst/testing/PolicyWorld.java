package org.karst.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.karst.model.Ip;
import org.karst.pipeline.Kind;

/**
 * A random cluster to hold policies against: two nodes, three namespaces, eight pods of both families with labels and named
 * ports. Objects are maps as a user writes them, so that an oracle needs no line of a feature's code.
 */
public final class PolicyWorld {
    /** The nodes. */
    public static final List<String> NODES = List.of("a", "b");

    /** Numbers of ports that containers and policies prefer. */
    static final int[] PORTS = {80, 81, 8080, 8083, 9000};

    private static final List<String> NAMESPACES = List.of("x", "y", "z");

    private final SplittableRandom random;
    private final SortedMap<String, Map<String, String>> namespaces = new TreeMap<>();
    private final SortedMap<String, Pod> pods = new TreeMap<>();
    private final SortedMap<String, List<Ip>> nodes = new TreeMap<>();
    private final SortedMap<String, Map<String, String>> nodeLabels = new TreeMap<>();

    /**
     * A pod.
     *
     * @param addresses the IPv4 and the IPv6 address
     * @param ports numbers by "PROTOCOL name"
     */
    public record Pod(
            String namespace,
            String name,
            String node,
            Map<String, String> labels,
            List<Ip> addresses,
            Map<String, Integer> ports) {
        public String key() {
            return namespace + "/" + name;
        }
    }

    /**
     * An end of a connection.
     *
     * @param address its address
     * @param pod the pod that has it, if one has
     */
    public record End(Ip address, Optional<Pod> pod) {}

    /** A world that a seed makes. */
    public PolicyWorld(SplittableRandom random) {
        this.random = random;
        NAMESPACES.forEach(this::relabel);
        for (int i = 0; i < NODES.size(); i++) {
            int number = i + 1;
            nodes.put(
                    NODES.get(i),
                    ips(
                            "172.18.1." + number,
                            "fd00:18::1:" + number,
                            "10.128." + i + ".2",
                            "fd01:0:0:" + number + "::2"));
            nodeLabels.put(NODES.get(i), labels());
        }
        for (int i = 0; i < 8; i++) {
            addPod(NAMESPACES.get(i % 3), "p" + i, NODES.get(i % 2), 5 + i);
        }
    }

    private static List<Ip> ips(String... texts) {
        return Arrays.stream(texts).map(Ip::parse).toList();
    }

    private void addPod(String namespace, String name, String node, int host) {
        Map<String, Integer> ports = new TreeMap<>();
        for (String protocol : List.of("TCP", "UDP", "SCTP")) {
            if (random.nextInt(3) != 0) {
                ports.put(protocol + " web", port());
            }
        }
        int subnet = NODES.indexOf(node);
        Pod pod = new Pod(
                namespace,
                name,
                node,
                labels(),
                ips("10.128." + subnet + "." + host, "fd01:0:0:" + (subnet + 1) + "::" + host),
                ports);
        pods.put(pod.key(), pod);
    }

    /** Labels of each namespace. */
    public SortedMap<String, Map<String, String>> namespaces() {
        return namespaces;
    }

    /** Pods by namespace/name. */
    public SortedMap<String, Pod> pods() {
        return pods;
    }

    /** All addresses of each node. */
    public SortedMap<String, List<Ip>> nodes() {
        return nodes;
    }

    /** Labels of each node. */
    public SortedMap<String, Map<String, String>> nodeLabels() {
        return nodeLabels;
    }

    /** The node that has an address. */
    public Optional<String> nodeOf(Ip address) {
        return nodes.keySet().stream()
                .filter(node -> nodes.get(node).contains(address))
                .findFirst();
    }

    /** The name of one of the namespaces. */
    public String namespace() {
        return any(NAMESPACES);
    }

    /** Gives a namespace, or a pod, other labels. */
    public void relabel() {
        if (random.nextBoolean()) {
            relabel(namespace());
            return;
        }
        Pod pod = any(pods.values());
        pods.put(pod.key(), new Pod(pod.namespace(), pod.name(), pod.node(), labels(), pod.addresses(), pod.ports()));
    }

    private void relabel(String namespace) {
        Map<String, String> labels = labels();
        labels.put("kubernetes.io/metadata.name", namespace);
        namespaces.put(namespace, labels);
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        for (String key : List.of("app", "tier")) {
            if (random.nextInt(4) != 0) {
                labels.put(key, "v" + random.nextInt(3));
            }
        }
        return labels;
    }

    /** One of some values. */
    public <T> T any(Collection<T> values) {
        return new ArrayList<>(values).get(random.nextInt(values.size()));
    }

    /** A port that is likely to mean something. */
    public int port() {
        return PORTS[random.nextInt(PORTS.length)];
    }

    /** A label selector, now and then one that means everything. */
    public Map<String, Object> selector() {
        Map<String, Object> selector = new LinkedHashMap<>();
        if (random.nextInt(4) == 0) {
            return selector;
        }
        if (random.nextBoolean()) {
            selector.put("matchLabels", Map.of(key(), "v" + random.nextInt(3)));
        }
        if (selector.isEmpty() || random.nextInt(3) == 0) {
            Map<String, Object> expression = new LinkedHashMap<>();
            expression.put("key", key());
            String operator = any(List.of("In", "NotIn", "Exists", "DoesNotExist"));
            expression.put("operator", operator);
            if (operator.endsWith("In")) {
                expression.put("values", List.of("v" + random.nextInt(3), "v" + random.nextInt(3)));
            }
            selector.put("matchExpressions", List.of(expression));
        }
        return selector;
    }

    private String key() {
        return random.nextBoolean() ? "app" : "tier";
    }

    /**
     * The facts.
     *
     * @param ports the kind that reads named ports of pods
     */
    public Cluster cluster(Kind<?> ports) {
        Cluster cluster = new Cluster()
                .node("a", texts(nodeLabels.get("a")), "10.128.0.0/24", "fd01:0:0:1::/64")
                .node("b", texts(nodeLabels.get("b")), "10.128.1.0/24", "fd01:0:0:2::/64");
        namespaces.forEach((name, labels) -> cluster.namespace(name, texts(labels)));
        pods.forEach((key, pod) -> {
            cluster.pod(
                            key,
                            pod.node(),
                            pod.addresses().stream().map(Ip::toString).toArray(String[]::new))
                    .labels(key, texts(pod.labels()));
            List<Object> named = new ArrayList<>();
            pod.ports().forEach((name, number) -> {
                String[] parts = name.split(" ", 2);
                named.add(Map.of("protocol", parts[0], "name", parts[1], "containerPort", number));
            });
            cluster.object(
                    ports,
                    json(Map.of(
                            "metadata",
                            Map.of("namespace", pod.namespace(), "name", pod.name()),
                            "spec",
                            Map.of("containers", List.of(Map.of("ports", named))))));
        });
        return cluster;
    }

    private static String[] texts(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .toArray(String[]::new);
    }

    /** An object as JSON, which is YAML too. */
    public static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> "\"" + entry.getKey() + "\": " + json(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(PolicyWorld::json).collect(Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    /** Whether a label selector means labels (meta/v1 LabelSelector); one that is not there means all. */
    public static boolean selects(Object selector, Map<String, String> labels) {
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

    /** An object's fields; none if it is not there. */
    @SuppressWarnings("unchecked") // tests write only such maps
    public static Map<String, Object> map(Object value) {
        return value == null ? Map.of() : (Map<String, Object>) value;
    }

    /** A list; empty if it is not there. */
    @SuppressWarnings("unchecked") // tests write only such lists
    public static List<Object> list(Object value) {
        return value == null ? List.of() : (List<Object>) value;
    }
}
