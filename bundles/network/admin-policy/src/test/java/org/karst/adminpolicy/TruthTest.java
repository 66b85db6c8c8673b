package org.karst.adminpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.connectivity.Connectivity;
import org.karst.ipv6.Ipv6;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Kind;
import org.karst.testing.Cluster;
import org.karst.testing.PolicyTruth;
import org.karst.testing.PolicyWorld;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;
import org.karst.testing.RealSwitch;

/**
 * Random clusters with random cluster policies and some network policies, changed again and again: what the switches and the judges say
 * of each connection is what the documentation says.
 */
@Tag("root")
class TruthTest implements PolicyTruth.Scenario {
    private final NetworkPolicyFeature networkPolicy = new NetworkPolicyFeature();
    private SplittableRandom random;
    private PolicyWorld world;
    private Oracle oracle;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theSwitchesSayWhatTheDocumentationSays(long seed) throws Exception {
        assumeTrue(RealSwitch.isPossible(), "needs root and Open vSwitch");
        random = new SplittableRandom(seed);
        world = new PolicyWorld(random);
        oracle = new Oracle(world);
        for (int i = 0; i < 5; i++) {
            addPolicy(i);
        }
        assertThat(new PolicyTruth(random, world, oracle, this)
                        .differences(8, 80, new Connectivity(), new Ipv6(), networkPolicy, new AdminPolicyFeature()))
                .as("seed " + seed)
                .isEmpty();
    }

    @Override
    public void edit() {
        switch (random.nextInt(5)) {
            case 0, 1 -> world.relabel();
            case 2 -> oracle.isolated.put(world.namespace(), world.port());
            default -> addPolicy(random.nextInt(5));
        }
    }

    private void addPolicy(int number) {
        String kind = List.of(
                        "AdminNetworkPolicy", "ClusterNetworkPolicy", "ClusterNetworkPolicy", "ClusterNetworkPolicy")
                .get(number % 4);
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("priority", random.nextInt(4));
        String name = "policy-" + number;
        if (kind.equals("ClusterNetworkPolicy")) {
            spec.put("tier", random.nextBoolean() ? "Admin" : "Baseline");
        } else if (number == 4) {
            kind = "BaselineAdminNetworkPolicy";
            name = "default";
            spec.remove("priority");
        }
        spec.put("subject", random.nextInt(3) == 0 ? Map.of("namespaces", Map.of()) : pods());
        for (String list : List.of("ingress", "egress")) {
            List<Object> rules = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                rules.add(rule(kind, list));
            }
            spec.put(list, rules);
        }
        oracle.policies.put(kind + "/" + name, spec);
    }

    private Map<String, Object> rule(String kind, String list) {
        boolean cluster = kind.equals("ClusterNetworkPolicy");
        String accept = cluster ? "Accept" : "Allow";
        Map<String, Object> rule = new LinkedHashMap<>();
        List<String> actions = kind.startsWith("Baseline") ? List.of(accept, "Deny") : List.of(accept, "Deny", "Pass");
        rule.put("action", world.any(actions));
        List<Object> peers = new ArrayList<>();
        boolean addresses = list.equals("egress") && random.nextInt(3) == 0;
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            peers.add(addresses ? addresses(cluster) : pods());
        }
        rule.put(list.equals("egress") ? "to" : "from", peers);
        List<Object> ports = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            ports.add(cluster ? protocol(addresses) : port(addresses));
        }
        if (!ports.isEmpty()) {
            rule.put(cluster ? "protocols" : "ports", ports);
        }
        return rule;
    }

    private Map<String, Object> pods() {
        return random.nextInt(3) == 0
                ? Map.of("namespaces", world.selector())
                : Map.of("pods", Map.of("namespaceSelector", world.selector(), "podSelector", world.selector()));
    }

    private Map<String, Object> addresses(boolean cluster) {
        return switch (random.nextInt(cluster ? 8 : 7)) {
            case 0, 1, 2 -> Map.of("nodes", world.selector());
            case 7 -> Map.of("domainNames", List.of("example.org"));
            default ->
                Map.of(
                        "networks",
                        world.any(List.of(
                                List.<Object>of("0.0.0.0/0"),
                                List.<Object>of("10.128.0.0/24", "fd01:0:0:1::/64"),
                                List.<Object>of("10.128.1.6/31", "172.18.1.2/32"),
                                List.<Object>of("::/0"),
                                List.<Object>of("192.0.2.0/24", "fd00:18::/64"))));
        };
    }

    private Map<String, Object> protocol(boolean addresses) {
        if (!addresses && random.nextInt(4) == 0) {
            return Map.of("destinationNamedPort", random.nextInt(4) == 0 ? "absent" : "web");
        }
        Map<String, Object> port = random.nextBoolean() ? Map.of("number", world.port()) : Map.of("range", range());
        return Map.of(world.any(List.of("tcp", "udp", "sctp")), Map.of("destinationPort", port));
    }

    private Map<String, Object> range() {
        int start = world.port() - random.nextInt(5);
        return Map.of("start", start, "end", start + 1 + random.nextInt(1_000));
    }

    private Map<String, Object> port(boolean addresses) {
        if (!addresses && random.nextInt(4) == 0) {
            return Map.of("namedPort", "web");
        }
        String protocol = world.any(List.of("TCP", "UDP", "SCTP"));
        if (random.nextBoolean()) {
            return Map.of("portNumber", Map.of("protocol", protocol, "port", world.port()));
        }
        Map<String, Object> range = new LinkedHashMap<>(range());
        range.put("protocol", protocol);
        return Map.of("portRange", range);
    }

    @Override
    public Cluster cluster() {
        Cluster cluster = world.cluster(AdminPolicies.PODS.ports());
        List<Kind<?>> watched = networkPolicy.watches();
        oracle.policies.forEach((key, spec) -> {
            String[] parts = key.split("/", 2);
            for (PolicyKind kind : PolicyKind.values()) {
                if (kind.kindName().equals(parts[0])) {
                    cluster.object(
                            kind.kind(), PolicyWorld.json(Map.of("metadata", Map.of("name", parts[1]), "spec", spec)));
                }
            }
        });
        Map<String, Object> types = Map.of("podSelector", Map.of(), "policyTypes", List.of("Ingress", "Egress"));
        oracle.isolated.forEach((namespace, port) -> {
            Map<String, Object> spec = new LinkedHashMap<>(types);
            List<Object> rules = List.of(Map.of("ports", List.of(Map.of("port", port))));
            spec.put("ingress", rules);
            spec.put("egress", rules);
            cluster.object(
                    watched.get(0),
                    PolicyWorld.json(
                            Map.of("metadata", Map.of("namespace", namespace, "name", "isolate"), "spec", spec)));
        });
        return cluster;
    }

    @Override
    public String expected(Pod pod, End peer, Direction direction, String protocol, int port) {
        boolean ingress = direction == Direction.INGRESS;
        String said = oracle.said(
                ingress ? "ingress" : "egress", pod, peer, ingress ? Optional.of(pod) : peer.pod(), protocol, port);
        boolean own = ingress && world.nodes().get(pod.node()).contains(peer.address());
        boolean itself = peer.pod().filter(pod::equals).isPresent();
        return !own && !itself
                ? said
                : oracle.isSubject(ingress ? "ingress" : "egress", pod) ? "admitted" : "NOT_SUBJECT";
    }

    @Override
    public String written(Pod pod, Direction direction, Judgement judgement) {
        if (judgement.outcome() == Judgement.Outcome.ALLOW && judgement.rules().isEmpty()) {
            return "admitted";
        }
        return judgement
                .first()
                .map(rule -> judgement.outcome()
                        + (rule.kind().equals("NetworkPolicy")
                                ? " by NetworkPolicy"
                                : " " + rule.kind() + "/" + rule.name() + "["
                                        + rule.index().orElseThrow() + "]"))
                .orElse(judgement.outcome().toString());
    }
}
