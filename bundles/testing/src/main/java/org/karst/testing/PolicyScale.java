package org.karst.testing;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.controller.Inspection;
import org.karst.controller.internal.Loop;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.MacAddress;
import org.karst.model.Namespace;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Batch;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Feature;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Interface;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** A cluster of the size that matters, in a controller with real features and switches that only count. */
public final class PolicyScale implements AutoCloseable {
    private static final int SUBNET_LENGTH = 20;
    private static final int FIRST_HOST = 10;

    private final Size size;
    private final Kind<?> policies;
    private final List<Kind<?>> kinds = new ArrayList<>(List.of(World.PODS, World.NODES, World.NAMESPACES));
    private final Counter counter = new Counter();
    private final Loop loop = new Loop(Clock.systemUTC(), Set.of());

    /**
     * How large it is.
     *
     * @param nodes at most 1,024
     * @param pods on all nodes
     * @param podsOfNamespace in each namespace
     */
    public record Size(int nodes, int pods, int podsOfNamespace) {
        /** How many namespaces there are. */
        public int namespaces() {
            return pods / podsOfNamespace;
        }

        private int mostPodsOfNode() {
            return (pods + nodes - 1) / nodes;
        }
    }

    /** Counts the flows of each node and what is sent. */
    private static final class Counter implements Driver {
        private final Map<String, Integer> flows = new HashMap<>();
        private long sent;

        @Override
        public String name() {
            return "counter";
        }

        @Override
        public Set<Class<? extends Item>> items() {
            return Set.of(FlowItem.class);
        }

        @Override
        public void start(Mailbox mailbox) {}

        @Override
        public synchronized void apply(Batch batch) {
            for (Change change : batch.changes()) {
                FlowItem item = (FlowItem) (change.after() == null ? change.before() : change.after());
                int more = (change.after() == null ? 0 : 1) - (change.before() == null ? 0 : 1);
                flows.merge(item.node(), more, Integer::sum);
                sent++;
            }
        }

        @Override
        public void stop() {}

        private synchronized int most() {
            return flows.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        private synchronized long sent() {
            return sent;
        }
    }

    /**
     * An empty cluster.
     *
     * @param features one of them watches {@code networkpolicies}
     */
    public PolicyScale(Size size, Feature... features) throws InterruptedException, ExecutionException {
        this.size = size;
        loop.bind(counter).toCompletableFuture().get();
        for (Feature feature : features) {
            loop.bind(feature).toCompletableFuture().get();
            kinds.addAll(feature.watches());
        }
        policies = kinds.stream()
                .filter(kind -> kind.plural().equals("networkpolicies"))
                .findFirst()
                .orElseThrow();
    }

    /** Writes facts; returns when what follows from them is with the switches. */
    public void write(Consumer<Facts> step) throws InterruptedException, ExecutionException {
        loop.post(Mailbox.Lane.FACTS, step);
        inspect(Inspection::revision);
    }

    /** Asks the controller. */
    public <T> T inspect(Function<? super Inspection, ? extends T> question)
            throws InterruptedException, ExecutionException {
        return loop.<T>inspect(question).toCompletableFuture().get();
    }

    /** Flows of the node that has most. */
    public int mostFlows() {
        return counter.most();
    }

    /** How many flows have come, changed or gone so far. */
    public long sent() {
        return counter.sent();
    }

    /** The cluster, its nodes and its namespaces; all lists have been read. */
    public void ground(Facts facts) {
        facts.put(
                World.CLUSTER,
                World.CLUSTER_KEY,
                new ClusterNetwork(
                        List.of(SubnetPool.parse("10.128.0.0/10")),
                        List.of(),
                        1400,
                        6081,
                        List.of("tcp:198.18.0.1:6653"),
                        ""));
        for (int i = 0; i < size.nodes(); i++) {
            facts.put(
                    World.NODES.table(),
                    new PodKey("", "node-" + i),
                    new Node(
                            "node-" + i,
                            "uid",
                            "2026-01-01T00:00:00Z",
                            Labels.NONE,
                            List.of(subnet(i)),
                            List.of(Ip.v4(0xac12_0001L + i))));
            port(facts, "node-" + i, Topology.MANAGEMENT_PORT, 1);
            port(facts, "node-" + i, Topology.TUNNEL_PORT, 2);
        }
        for (int i = 0; i < size.namespaces(); i++) {
            String name = "ns-" + i;
            facts.put(
                    World.NAMESPACES.table(),
                    new PodKey("", name),
                    new Namespace(name, Labels.of(Map.of("team", "t" + i % 50))));
        }
        kinds.forEach(kind -> facts.synced(WatchItem.source(kind)));
        facts.synced(WatchItem.source(World.ALLOCATIONS));
    }

    private static Cidr subnet(int node) {
        int bits = 32 - SUBNET_LENGTH;
        return Cidr.around(Ip.v4(0x0a80_0000L + ((long) node << bits)), SUBNET_LENGTH);
    }

    private static void port(Facts facts, String node, String name, int number) {
        facts.put(
                World.INTERFACES,
                new PortKey(node, name),
                new Interface(World.INTEGRATION_BRIDGE, "", number, 1400, "", new TreeMap<>()));
    }

    /** A pod with the address that it has at first; two of each namespace share all labels where {@code application} is equal. */
    public void pod(Facts facts, int number, int application) {
        pod(facts, number, application, false);
    }

    /**
     * A pod with an address.
     *
     * @param application its label {@code app} is {@code a} with this number
     * @param moved whether it has the other of its two addresses
     */
    public void pod(Facts facts, int number, int application, boolean moved) {
        PodKey key = podKey(number);
        int node = number % size.nodes();
        int host = FIRST_HOST + number / size.nodes() + (moved ? size.mostPodsOfNode() : 0);
        Ip address = subnet(node).address(host);
        facts.put(
                World.PODS.table(),
                key,
                new Pod(
                        key,
                        "uid",
                        "node-" + node,
                        Labels.of(Map.of("app", "a" + application, "pod-template-hash", "h" + number / 2)),
                        false,
                        List.of(address),
                        false));
        String port = "veth" + number;
        facts.put(
                World.ATTACHMENTS,
                attachmentKey(number),
                new Attachment(
                        key,
                        port,
                        "/run/netns/" + number,
                        MacAddress.of(address),
                        1400,
                        List.of(new InterfaceAddress(address, SUBNET_LENGTH)),
                        List.of()));
        port(facts, "node-" + node, port, FIRST_HOST + number / size.nodes());
    }

    /** A pod goes. */
    public void removePod(Facts facts, int number) {
        facts.remove(World.PODS.table(), podKey(number));
        facts.remove(World.ATTACHMENTS, attachmentKey(number));
        facts.remove(World.INTERFACES, new PortKey("node-" + number % size.nodes(), "veth" + number));
    }

    private PodKey podKey(int number) {
        return new PodKey("ns-" + number / size.podsOfNamespace(), "pod-" + number);
    }

    private AttachmentKey attachmentKey(int number) {
        return new AttachmentKey("node-" + number % size.nodes(), "container-" + number, "eth0");
    }

    /** A policy that has been read, ready to be written. */
    public Consumer<Facts> policy(int number, String spec) {
        return policy(policies, number, spec);
    }

    private <T> Consumer<Facts> policy(Kind<T> kind, int number, String spec) {
        PodKey key = policyKey(number);
        T row = kind.decoder()
                .apply(YamlDocument.of(
                        "{metadata: {namespace: " + key.namespace() + ", name: p}, spec: " + spec + "}"));
        return facts -> facts.put(kind.table(), key, row);
    }

    /** A policy goes. */
    public void removePolicy(Facts facts, int number) {
        facts.remove(policies.table(), policyKey(number));
    }

    private PodKey policyKey(int number) {
        return new PodKey("ns-" + number % size.namespaces(), "policy-" + number);
    }

    /**
     * Policies of many kinds: all that a specification can say stands in one of five.
     *
     * @param number of the policy
     * @param kind which of the five; with the same number, policies of two kinds differ
     */
    public static String varied(int number, int kind) {
        return switch (kind % 5) {
            case 0 -> "{podSelector: {}, policyTypes: [Ingress, Egress]}";
            case 1 ->
                "{podSelector: {matchLabels: {app: a" + number % 3
                        + "}}, ingress: [{from: [{podSelector: {matchLabels: {app: a" + (number + 1) % 5
                        + "}}}], ports: [{port: " + (8_000 + number % 20) + "}]}]}";
            case 2 ->
                "{podSelector: {matchLabels: {app: a" + number % 5
                        + "}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: t" + number % 50
                        + "}}}], ports: [{port: 80}, {port: 443}]}]}";
            case 3 ->
                "{podSelector: {matchLabels: {app: a" + number % 4
                        + "}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}],"
                        + " ports: [{port: 53, protocol: UDP}]}, {to: [{ipBlock: {cidr: 192.0." + number % 200
                        + ".0/24}}]}]}";
            default ->
                "{podSelector: {matchExpressions: [{key: app, operator: In, values: [a0, a" + number % 5
                        + "]}]}, ingress: [{ports: [{port: " + (1_024 + number % 7) + ", endPort: 2047}]}]}";
        };
    }

    /** The three policies of a namespace with four pods: nothing is open, the second pod to the first, the third to the second. */
    public static String guarded(int number, int namespaces) {
        int which = number / namespaces;
        return which == 0
                ? "{podSelector: {}, policyTypes: [Ingress]}"
                : "{podSelector: {matchLabels: {app: a" + which
                        + "}}, ingress: [{from: [{podSelector: {matchLabels: {app: a" + (which - 1)
                        + "}}}], ports: [{port: " + (8_000 + which) + "}]}]}";
    }

    @Override
    public void close() {
        loop.close();
    }
}
