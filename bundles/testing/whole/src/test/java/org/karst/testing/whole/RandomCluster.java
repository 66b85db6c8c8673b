package org.karst.testing.whole;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.karst.allocation.SubnetAllocation;
import org.karst.connectivity.Connectivity;
import org.karst.incremental.Table;
import org.karst.ipv6.Ipv6;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.MacAddress;
import org.karst.model.Namespace;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Interface;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Leadership;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;
import org.karst.testing.YamlDocument;

/**
 * The facts of a cluster with everything that features read: nodes with and without subnets, dual-stack pods that share names
 * of labels and, where it hurts, addresses, and policies of all shapes. The same seed yields the same facts.
 */
final class RandomCluster {
    private static final int NAMESPACES = 12;
    private static final int APPLICATIONS = 7;
    /** Small, so that pods get the addresses of others. */
    private static final int HOSTS = 200;

    private static final int FIRST_PORT = 10;
    private static final int PORTS = 60_000;

    private final SplittableRandom random;
    private final int nodes;
    private final List<Feature> features = features();
    private final List<Fact<?, ?>> facts = new ArrayList<>();

    /** A row that can be written and removed. */
    record Fact<K extends Comparable<? super K>, R>(Table<K, R> table, K key, R row) {
        void put(Facts into) {
            into.put(table, key, row);
        }

        void remove(Facts from) {
            from.remove(table, key);
        }
    }

    RandomCluster(long seed, int nodes, int pods, int policies) {
        this.random = new SplittableRandom(seed);
        this.nodes = nodes;
        base();
        for (int i = 0; i < pods; i++) {
            facts.addAll(pod(i));
        }
        for (int i = 0; i < policies; i++) {
            facts.add(policy(i, random.nextInt(1 << 20)));
        }
    }

    /** All features of Karst, made anew. */
    static List<Feature> features() {
        return List.of(new SubnetAllocation(), new Connectivity(), new Ipv6(), new NetworkPolicyFeature());
    }

    List<Fact<?, ?>> facts() {
        return List.copyOf(facts);
    }

    /** The sources of all that is watched have told what they know. */
    static Consumer<Facts> synced() {
        List<Kind<?>> kinds = new ArrayList<>(List.of(World.PODS, World.NODES, World.NAMESPACES, World.ALLOCATIONS));
        features().forEach(feature -> kinds.addAll(feature.watches()));
        return into -> kinds.forEach(kind -> into.synced(WatchItem.source(kind)));
    }

    private <K extends Comparable<? super K>, R> void add(Table<K, R> table, K key, R row) {
        facts.add(new Fact<>(table, key, row));
    }

    private void base() {
        add(World.LEADER, World.LEADER_KEY, new Leadership("me"));
        add(
                World.CLUSTER,
                World.CLUSTER_KEY,
                new ClusterNetwork(
                        List.of(SubnetPool.parse("10.128.0.0/14/23"), SubnetPool.parse("fd01::/48/64")),
                        List.of(Cidr.parse("172.30.0.0/16"), Cidr.parse("fd02::/112")),
                        1400,
                        6081,
                        List.of("tcp:198.18.0.1:6653"),
                        "netdev"));
        for (int i = 0; i < nodes; i++) {
            String name = "node-" + i;
            // every fourth brings no subnet and wants one of the pool
            List<Cidr> subnets = i % 4 == 3 ? List.of() : List.of(subnet(i), subnet6(i));
            add(
                    World.NODES.table(),
                    new PodKey("", name),
                    new Node(
                            name,
                            "uid-" + name,
                            "2026-01-01T00:00:" + (10 + i % 50) + "Z",
                            Labels.NONE,
                            subnets,
                            List.of(Ip.v4(0xac12_0101L + i), Ip.parse("fd00:18::1:" + (i + 1)))));
            add(port(name, Topology.MANAGEMENT_PORT, 1));
            add(port(name, Topology.TUNNEL_PORT, 2));
        }
        for (int i = 0; i < NAMESPACES; i++) {
            String name = "ns-" + i;
            add(
                    World.NAMESPACES.table(),
                    new PodKey("", name),
                    new Namespace(name, Labels.of(Map.of("team", "t" + i % 3, "name", name))));
        }
    }

    private void add(Fact<?, ?> fact) {
        facts.add(fact);
    }

    private static Cidr subnet(int node) {
        return Cidr.around(Ip.v4(0x0a80_0000L + ((long) node << 9)), 23);
    }

    private static Cidr subnet6(int node) {
        return Cidr.parse("fd01:0:0:" + Integer.toHexString(node) + "::/64");
    }

    private static Fact<PortKey, Interface> port(String node, String name, int number) {
        return new Fact<>(
                World.INTERFACES,
                new PortKey(node, name),
                new Interface(World.INTEGRATION_BRIDGE, "", number, 1400, "", new TreeMap<>()));
    }

    static PodKey podKey(int number) {
        return new PodKey("ns-" + number % NAMESPACES, "pod-" + number);
    }

    /** The rows of a pod that runs: object, named ports, attachment, interface. */
    List<Fact<?, ?>> pod(int number) {
        return pod(number, random.nextInt(APPLICATIONS));
    }

    List<Fact<?, ?>> pod(int number, int application) {
        int node = number % nodes % 4 == 3 ? (number + 1) % nodes : number % nodes;
        String name = "node-" + node;
        PodKey key = podKey(number);
        int host = 3 + number / nodes % HOSTS;
        Ip address = subnet(node).address(host);
        Ip address6 = subnet6(node).address(host);
        String port = "veth" + number;
        List<Fact<?, ?>> rows = new ArrayList<>();
        rows.add(object(number, application));
        rows.add(namedPorts(number));
        rows.add(new Fact<>(
                World.ATTACHMENTS,
                new AttachmentKey(name, "container-" + number, "eth0"),
                new Attachment(
                        key,
                        port,
                        "/run/netns/" + number,
                        MacAddress.of(address),
                        1400,
                        List.of(new InterfaceAddress(address, 23), new InterfaceAddress(address6, 64)),
                        List.of(Topology.gateway(subnet(node)), Topology.gateway(subnet6(node))))));
        rows.add(port(name, port, FIRST_PORT + number % PORTS));
        return rows;
    }

    /** The pod's object, with the labels of an application. */
    Fact<PodKey, Pod> object(int number, int application) {
        int node = number % nodes % 4 == 3 ? (number + 1) % nodes : number % nodes;
        int host = 3 + number / nodes % HOSTS;
        PodKey key = podKey(number);
        return new Fact<>(
                World.PODS.table(),
                key,
                new Pod(
                        key,
                        "uid-" + number,
                        "node-" + node,
                        Labels.of(Map.of("app", "a" + application, "hash", "h" + number / 2)),
                        false,
                        List.of(subnet(node).address(host), subnet6(node).address(host)),
                        number % 97 == 96));
    }

    private Fact<PodKey, ?> namedPorts(int number) {
        return decoded(
                kind("pods"),
                podKey(number),
                "{spec: {containers: [{name: c, ports: [{name: web, containerPort: " + (8_000 + number % 3)
                        + "}, {name: dns, protocol: UDP, containerPort: 53}]}]}}");
    }

    private Kind<?> kind(String plural) {
        return features.stream()
                .flatMap(feature -> feature.watches().stream())
                .filter(kind -> kind.plural().equals(plural))
                .findFirst()
                .orElseThrow();
    }

    private static <R> Fact<PodKey, R> decoded(Kind<R> kind, PodKey key, String yaml) {
        return new Fact<>(kind.table(), key, kind.decoder().apply(YamlDocument.of(yaml)));
    }

    /** A policy of one of the shapes that there are. */
    Fact<PodKey, ?> policy(int number, int variant) {
        String application = "{matchLabels: {app: a" + variant % APPLICATIONS + "}}";
        String other = "{matchLabels: {app: a" + (variant / 7) % APPLICATIONS + "}}";
        String team = "{matchLabels: {team: t" + variant % 3 + "}}";
        String spec =
                switch (variant % 6) {
                    case 0 -> "{podSelector: {}, policyTypes: [Ingress, Egress]}";
                    case 1 ->
                        "{podSelector: " + application + ", ingress: [{from: [{podSelector: " + other
                                + "}], ports: [{port: web}]}]}";
                    case 2 ->
                        "{podSelector: " + application + ", ingress: [{from: [{namespaceSelector: " + team
                                + "}], ports: [{port: 80}, {port: 443, protocol: SCTP}]}]}";
                    case 3 ->
                        "{podSelector: " + application
                                + ", policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{port:"
                                + " dns, protocol: UDP}]}, {to: [{ipBlock: {cidr: 192.0." + variant % 200
                                + ".0/24, except: [192.0." + variant % 200 + ".64/26]}}]}]}";
                    case 4 ->
                        "{podSelector: {matchExpressions: [{key: app, operator: In, values: [a0, a"
                                + variant % APPLICATIONS + "]}]}, ingress: [{ports: [{port: "
                                + (1_024 + variant % 7) + ", endPort: 2047}]}]}";
                    default ->
                        "{podSelector: " + application + ", policyTypes: [Ingress, Egress], ingress: [{}], egress:"
                                + " [{to: [{ipBlock: {cidr: 'fd01::/32'}}, {podSelector: " + other
                                + ", namespaceSelector: " + team + "}]}]}";
                };
        PodKey key = new PodKey("ns-" + number % NAMESPACES, "policy-" + number);
        return decoded(
                kind("networkpolicies"),
                key,
                "{metadata: {namespace: " + key.namespace() + ", name: " + key.name() + "}, spec: " + spec + "}");
    }
}
