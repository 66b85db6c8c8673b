package org.karst.networkpolicy;

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
import org.karst.pipeline.Direction;
import org.karst.pipeline.Judgement;
import org.karst.pipeline.Judgement.Outcome;
import org.karst.pipeline.RuleReference;
import org.karst.testing.Cluster;
import org.karst.testing.PolicyTruth;
import org.karst.testing.PolicyWorld;
import org.karst.testing.PolicyWorld.End;
import org.karst.testing.PolicyWorld.Pod;
import org.karst.testing.RealSwitch;

/**
 * Random clusters with random policies, changed again and again: what the switches and the judges say of each connection is what the
 * documentation says, and the judges name the rules that it has.
 */
@Tag("root")
class TruthTest implements PolicyTruth.Scenario {
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
        for (int i = 0; i < 6; i++) {
            addPolicy(i);
        }
        assertThat(new PolicyTruth(random, world, oracle, this)
                        .differences(8, 60, new Connectivity(), new Ipv6(), new NetworkPolicyFeature()))
                .as("seed " + seed)
                .isEmpty();
    }

    @Override
    public String written(Pod pod, Direction direction, Judgement judgement) {
        if (judgement.outcome() == Outcome.DENY) {
            boolean named = !judgement.rules().isEmpty()
                    && judgement.rules().stream()
                            .allMatch(rule -> rule.index().isEmpty()
                                    && rule.acl()
                                            .equals("NP:" + pod.namespace() + ":" + RuleReference.word(direction)));
            return named ? "DENY" : "DENY " + judgement.rules();
        }
        return judgement.outcome()
                + judgement.rules().stream()
                        .map(rule -> " " + rule.namespace() + "/" + rule.name() + "["
                                + rule.index().orElseThrow() + "]")
                        .reduce("", String::concat);
    }

    @Override
    public String expected(Pod pod, End end, Direction direction, String protocol, int port) {
        boolean ingress = direction == Direction.INGRESS;
        Optional<List<String>> rules = oracle.rules(
                ingress ? "Ingress" : "Egress", pod, end, ingress ? Optional.of(pod) : end.pod(), protocol, port);
        if (rules.isEmpty()) {
            return "NOT_SUBJECT";
        }
        boolean own = ingress && world.nodes().get(pod.node()).contains(end.address());
        boolean itself = end.pod().filter(pod::equals).isPresent();
        if (own || itself) {
            return "ALLOW";
        }
        return rules.get().isEmpty() ? "DENY" : "ALLOW " + String.join(" ", rules.get());
    }

    private void addPolicy(int number) {
        Map<String, Object> spec = new LinkedHashMap<>();
        if (random.nextInt(5) != 0) {
            spec.put("podSelector", world.selector());
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
        oracle.policies.put(world.namespace() + "/policy-" + number, spec);
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
            case 0, 1 -> peer.put("podSelector", world.selector());
            case 2 -> peer.put("namespaceSelector", world.selector());
            case 3 -> {
                peer.put("podSelector", world.selector());
                peer.put("namespaceSelector", world.selector());
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
                int first = world.port() - random.nextInt(5);
                port.put("port", first);
                port.put("endPort", first + random.nextInt(1_000));
            }
            default -> port.put("port", world.port());
        }
        return port;
    }

    @Override
    public void edit() {
        switch (random.nextInt(5)) {
            case 0, 1 -> world.relabel();
            case 2 ->
                oracle.policies.put(
                        world.any(oracle.policies.keySet()),
                        Map.of("podSelector", Map.of("matchLabels", Map.of("nobody", "x"))));
            default -> addPolicy(random.nextInt(6));
        }
    }

    @Override
    public Cluster cluster() {
        Cluster cluster = world.cluster(Policies.PODS.ports());
        oracle.policies.forEach((key, spec) -> cluster.object(
                Policies.POLICIES,
                PolicyWorld.json(Map.of(
                        "metadata",
                        Map.of("namespace", key.split("/", 2)[0], "name", key.split("/", 2)[1]),
                        "spec",
                        spec))));
        return cluster;
    }
}
