package org.karst.networkpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.connectivity.Connectivity;
import org.karst.ipv6.Ipv6;
import org.karst.model.Ip;
import org.karst.model.PodKey;
import org.karst.network.policy.ContainerPorts;
import org.karst.network.policy.NamedPort;
import org.karst.network.policy.PortName;
import org.karst.network.policy.Protocol;
import org.karst.networkpolicy.Oracle.End;
import org.karst.networkpolicy.Oracle.Pod;
import org.karst.testing.Cluster;
import org.karst.testing.RealSwitch;
import org.karst.testing.Run;

/**
 * Random clusters with random policies, changed again and again: what the switches say of each connection is what the
 * documentation says.
 */
@Tag("root")
class TruthTest {
    private static final List<String> NODES = List.of("a", "b");
    private static final int[] PORTS = {80, 81, 8080, 8083, 9000};

    private final Oracle oracle = new Oracle();
    private final Map<String, Integer> portOfPod = new TreeMap<>();
    private final Map<String, RealSwitch> switches = new TreeMap<>();
    private SplittableRandom random;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theSwitchesSayWhatTheDocumentationSays(long seed) throws Exception {
        check(seed, 8, 60);
    }

    private void check(long seed, int steps, int questions) throws Exception {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        random = new SplittableRandom(seed);
        build();
        try (Run run = Run.of(cluster(), new Connectivity(), new Ipv6(), new NetworkPolicyFeature())) {
            for (String node : NODES) {
                switches.put(node, RealSwitch.start());
                switches.get(node).ports(List.of(1, 2, 3, 4, 5, 6, 7, 8));
            }
            for (int step = 0; step < steps; step++) {
                for (String node : NODES) {
                    switches.get(node).flows(run.switchFlows(node));
                }
                new JudgeCheck(oracle, run).all("seed " + seed + " step " + step + ": ");
                for (int i = 0; i < questions; i++) {
                    ask("seed " + seed + " step " + step + ": ");
                }
                edit();
                run.step(cluster().all());
                oracle.policies.keySet().stream().toList().forEach(name -> {
                    if (oracle.policies.get(name) == null) {
                        oracle.policies.remove(name);
                    }
                });
            }
        } finally {
            for (RealSwitch each : switches.values()) {
                each.close();
            }
            switches.clear();
        }
    }

    private void build() {
        oracle.namespaces.clear();
        oracle.pods.clear();
        oracle.policies.clear();
        portOfPod.clear();
        for (String namespace : List.of("x", "y", "z")) {
            relabel(namespace);
        }
        oracle.nodes.put("a", ips("172.18.1.1", "fd00:18::1:1", "10.128.0.2", "fd01:0:0:1::2"));
        oracle.nodes.put("b", ips("172.18.1.2", "fd00:18::1:2", "10.128.1.2", "fd01:0:0:2::2"));
        for (int i = 0; i < 8; i++) {
            addPod(List.of("x", "y", "z").get(i % 3), "p" + i, NODES.get(i % 2), 5 + i);
        }
        for (int i = 0; i < 6; i++) {
            addPolicy(i);
        }
    }

    private static List<Ip> ips(String... texts) {
        return java.util.Arrays.stream(texts).map(Ip::parse).toList();
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

    private void relabel(String namespace) {
        Map<String, String> labels = labels();
        labels.put("kubernetes.io/metadata.name", namespace);
        oracle.namespaces.put(namespace, labels);
    }

    private void addPod(String namespace, String name, String node, int host) {
        Map<String, Integer> ports = new TreeMap<>();
        for (String protocol : List.of("TCP", "UDP", "SCTP")) {
            if (random.nextInt(3) != 0) {
                ports.put(protocol + " web", PORTS[random.nextInt(PORTS.length)]);
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
        oracle.pods.put(pod.key(), pod);
    }

    private void addPolicy(int number) {
        Map<String, Object> spec = new LinkedHashMap<>();
        if (random.nextInt(5) != 0) {
            spec.put("podSelector", random.nextInt(4) == 0 ? Map.of() : selector());
        }
        int types = random.nextInt(4);
        if (types > 0) {
            spec.put(
                    "policyTypes",
                    List.of(List.of("Ingress"), List.of("Egress"), List.of("Ingress", "Egress"))
                            .get(types - 1));
        }
        for (String direction : List.of("ingress", "egress")) {
            int rules = random.nextInt(4);
            if (rules > 0) {
                List<Object> list = new ArrayList<>();
                for (int i = 1; i < rules; i++) {
                    list.add(rule(direction.equals("egress") ? "to" : "from"));
                }
                spec.put(direction, list);
            }
        }
        oracle.policies.put(List.of("x", "y", "z").get(random.nextInt(3)) + "/policy-" + number, spec);
    }

    private Map<String, Object> rule(String peersName) {
        Map<String, Object> rule = new LinkedHashMap<>();
        List<Object> peers = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            peers.add(peer());
        }
        if (!peers.isEmpty() || random.nextBoolean()) {
            rule.put(peersName, peers);
        }
        List<Object> ports = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            ports.add(port());
        }
        if (!ports.isEmpty() || random.nextBoolean()) {
            rule.put("ports", ports);
        }
        return rule;
    }

    private Map<String, Object> peer() {
        Map<String, Object> peer = new LinkedHashMap<>();
        switch (random.nextInt(6)) {
            case 0, 1 -> peer.put("podSelector", random.nextInt(3) == 0 ? Map.of() : selector());
            case 2 -> peer.put("namespaceSelector", random.nextInt(3) == 0 ? Map.of() : selector());
            case 3 -> {
                peer.put("podSelector", random.nextInt(3) == 0 ? Map.of() : selector());
                peer.put("namespaceSelector", random.nextInt(3) == 0 ? Map.of() : selector());
            }
            default -> peer.put("ipBlock", block());
        }
        return peer;
    }

    private Map<String, Object> block() {
        String[][] blocks = {
            {"0.0.0.0/0", "10.128.0.0/16", "172.18.1.2/32", "10.128.0.6/32"},
            {"10.128.0.0/14", "10.128.0.0/24", "10.128.1.0/29"},
            {"10.128.0.5/32"},
            {"10.128.1.0/24", "10.128.1.6/31"},
            {"172.18.1.0/24", "172.18.1.1/32"},
            {"192.0.2.0/24", "192.0.2.64/26", "192.0.2.70/32"},
            {"::/0", "fd01:0:0:1::/64"},
            {"fd01::/48", "fd01:0:0:2::6/128"},
            {"fd00:18::/64"},
        };
        String[] chosen = blocks[random.nextInt(blocks.length)];
        List<Object> except = new ArrayList<>();
        for (int i = 1; i < chosen.length; i++) {
            if (random.nextInt(3) == 0) {
                except.add(chosen[i]);
            }
        }
        Map<String, Object> block = new LinkedHashMap<>(Map.of("cidr", chosen[0]));
        if (!except.isEmpty()) {
            block.put("except", except);
        }
        return block;
    }

    private Map<String, Object> port() {
        Map<String, Object> port = new LinkedHashMap<>();
        int protocol = random.nextInt(4);
        if (protocol > 0) {
            port.put("protocol", List.of("TCP", "UDP", "SCTP").get(protocol - 1));
        }
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1 -> port.put("port", "web");
            case 2 -> port.put("port", "absent");
            case 3 -> {
                int first = PORTS[random.nextInt(PORTS.length)] - random.nextInt(5);
                port.put("port", first);
                port.put("endPort", first + random.nextInt(1_000));
            }
            default -> port.put("port", PORTS[random.nextInt(PORTS.length)]);
        }
        return port;
    }

    private Map<String, Object> selector() {
        Map<String, Object> selector = new LinkedHashMap<>();
        if (random.nextBoolean()) {
            selector.put("matchLabels", Map.of(key(), "v" + random.nextInt(3)));
        }
        if (selector.isEmpty() || random.nextInt(3) == 0) {
            Map<String, Object> expression = new LinkedHashMap<>();
            expression.put("key", key());
            String operator = List.of("In", "NotIn", "Exists", "DoesNotExist").get(random.nextInt(4));
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

    private void edit() {
        switch (random.nextInt(5)) {
            case 0 -> relabel(List.of("x", "y", "z").get(random.nextInt(3)));
            case 1 -> {
                Pod pod = any(oracle.pods.values());
                oracle.pods.put(
                        pod.key(),
                        new Pod(pod.namespace(), pod.name(), pod.node(), labels(), pod.addresses(), pod.ports()));
            }
            case 2 -> {
                String name = any(oracle.policies.keySet());
                oracle.policies.put(name, Map.of("podSelector", Map.of("matchLabels", Map.of("nobody", "x"))));
            }
            default -> addPolicy(random.nextInt(6));
        }
    }

    private <T> T any(java.util.Collection<T> values) {
        return new ArrayList<>(values).get(random.nextInt(values.size()));
    }

    private Cluster cluster() {
        Cluster cluster = new Cluster()
                .node("a", "10.128.0.0/24", "fd01:0:0:1::/64")
                .node("b", "10.128.1.0/24", "fd01:0:0:2::/64");
        oracle.namespaces.forEach((name, labels) -> cluster.namespace(name, texts(labels)));
        Map<String, Integer> last = new TreeMap<>(Map.of("a", 2, "b", 2));
        oracle.pods.forEach((key, pod) -> {
            portOfPod.put(key, last.merge(pod.node(), 1, Integer::sum));
            cluster.pod(
                            key,
                            pod.node(),
                            pod.addresses().stream().map(Ip::toString).toArray(String[]::new))
                    .labels(key, texts(pod.labels()));
            TreeSet<NamedPort> ports = new TreeSet<>();
            pod.ports().forEach((name, number) -> {
                String[] parts = name.split(" ", 2);
                ports.add(new NamedPort(new PortName(parts[1], Protocol.valueOf(parts[0])), number));
            });
            cluster.fact(
                    Policies.PODS.ports().table(), new PodKey(pod.namespace(), pod.name()), new ContainerPorts(ports));
        });
        oracle.policies.forEach((key, spec) -> cluster.object(
                Policies.POLICIES,
                "{metadata: {namespace: " + key.split("/", 2)[0] + ", name: " + key.split("/", 2)[1] + "}, spec: "
                        + json(spec) + "}"));
        return cluster;
    }

    private static String[] texts(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .toArray(String[]::new);
    }

    private static String json(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> "\"" + entry.getKey() + "\": " + json(entry.getValue()))
                    .collect(java.util.stream.Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(TruthTest::json).collect(java.util.stream.Collectors.joining(", ", "[", "]"));
        }
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    /** One connection from a pod, a node or outside to a pod, a node or outside. */
    private void ask(String context) {
        int family = random.nextInt(2);
        String protocol = List.of("TCP", "UDP", "SCTP", "ICMP").get(random.nextInt(4));
        int port = random.nextInt(10) == 0 ? 1 + random.nextInt(65535) : PORTS[random.nextInt(PORTS.length)];
        Pod pod = any(oracle.pods.values());
        switch (random.nextInt(4)) {
            case 0 -> fromNodeOrOutside(context, pod, family, protocol, port);
            case 1 -> toNode(context, pod, family, protocol, port);
            default -> betweenPods(context, pod, any(oracle.pods.values()), family, protocol, port);
        }
    }

    private void betweenPods(String context, Pod from, Pod to, int family, String protocol, int port) {
        if (from.equals(to)) {
            return;
        }
        Ip source = from.addresses().get(family);
        Ip destination = to.addresses().get(family);
        boolean egress = oracle.egress(from, new End(destination, Optional.of(to)), protocol, port);
        boolean ingress = oracle.ingress(new End(source, Optional.of(from)), to, protocol, port);
        String what = context + from.key() + " to " + to.key() + " " + protocol + " " + port + " family " + family;
        int out = switches.get(from.node()).output(packet(from, source, destination, protocol, port));
        if (from.node().equals(to.node())) {
            assertThat(out).as(what).isEqualTo(egress && ingress ? portOfPod.get(to.key()) : 0);
            return;
        }
        assertThat(out).as(what + " egress").isEqualTo(egress ? 2 : 0);
        assertThat(switches.get(to.node()).output(tunnelled(from.node(), source, destination, protocol, port)))
                .as(what + " ingress")
                .isEqualTo(ingress ? portOfPod.get(to.key()) : 0);
    }

    private void toNode(String context, Pod from, int family, String protocol, int port) {
        String node = any(NODES);
        Ip destination = any(oracle.nodes.get(node).stream()
                .filter(ip -> ip.family().ordinal() == family)
                .toList());
        boolean allowed = oracle.egress(from, new End(destination, Optional.empty()), protocol, port);
        assertThat(switches.get(from.node())
                        .output(packet(from, from.addresses().get(family), destination, protocol, port)))
                .as(context + from.key() + " to node " + node + " " + destination + " " + protocol + " " + port)
                .isEqualTo(!allowed ? 0 : node.equals(from.node()) ? 1 : 2);
    }

    private void fromNodeOrOutside(String context, Pod to, int family, String protocol, int port) {
        Ip destination = to.addresses().get(family);
        Ip outside = Ip.parse(List.of(
                        List.of("192.0.2.70", "192.0.2.100", "198.51.100.1"),
                        List.of("2001:db8::1", "2001:db8::2", "2001:db8::3"))
                .get(family)
                .get(random.nextInt(3)));
        String node = any(NODES);
        boolean isNode = random.nextBoolean();
        Ip source = isNode
                ? any(oracle.nodes.get(node).stream()
                        .filter(ip -> ip.family().ordinal() == family)
                        .toList())
                : outside;
        boolean own = isNode && node.equals(to.node());
        boolean allowed = own || oracle.ingress(new End(source, Optional.empty()), to, protocol, port);
        String packet = isNode && !own
                ? tunnelled(node, source, destination, protocol, port)
                : "in_port=1," + fields(source, destination, protocol, port);
        assertThat(switches.get(to.node()).output(packet))
                .as(context + source + " to " + to.key() + " " + protocol + " " + port)
                .isEqualTo(allowed ? portOfPod.get(to.key()) : 0);
    }

    private String packet(Pod from, Ip source, Ip destination, String protocol, int port) {
        return "in_port=" + portOfPod.get(from.key()) + ",dl_src="
                + org.karst.model.MacAddress.of(from.addresses().get(0)) + ","
                + fields(source, destination, protocol, port);
    }

    private static String tunnelled(String node, Ip source, Ip destination, String protocol, int port) {
        return "in_port=2,tun_src=" + (node.equals("a") ? "172.18.1.1" : "172.18.1.2") + ","
                + fields(source, destination, protocol, port);
    }

    private static String fields(Ip source, Ip destination, String protocol, int port) {
        boolean v6 = source.family() == org.karst.model.Family.IPV6;
        String name = protocol.toLowerCase(java.util.Locale.ROOT);
        return name + (v6 ? "6" : "") + (v6 ? ",ipv6_src=" : ",nw_src=") + source + (v6 ? ",ipv6_dst=" : ",nw_dst=")
                + destination
                + ",nw_ttl=64"
                + (protocol.equals("ICMP")
                        ? v6 ? ",icmpv6_type=128,icmpv6_code=0" : ",icmp_type=8,icmp_code=0"
                        : "," + name + "_src=30000," + name + "_dst=" + port);
    }
}
