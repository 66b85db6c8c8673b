package org.karst.networkpolicy;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.karst.connectivity.Connectivity;
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
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Interface;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;
import org.karst.testing.YamlDocument;

/**
 * Clusters of the size that matters, in a controller with real features and switches that only count. {@code main} prints
 * times for its arguments: nodes, pods, policies.
 */
final class Scale {
    private static final int PODS_OF_NAMESPACE = 10;
    private static final int EDITS = 300;

    private final int nodes;
    private final int pods;
    private final int policies;
    private final SplittableRandom random = new SplittableRandom(1);
    final Counter counter = new Counter();

    Scale(int nodes, int pods, int policies) {
        this.nodes = nodes;
        this.pods = pods;
        this.policies = policies;
    }

    /** Counts the flows of each node and what is sent. */
    static final class Counter implements Driver {
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

        synchronized int most() {
            return flows.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        }

        synchronized long sent() {
            return sent;
        }
    }

    Loop start() throws Exception {
        Loop loop = new Loop(Clock.systemUTC(), Set.of());
        loop.bind(counter).toCompletableFuture().get();
        loop.bind(new Connectivity()).toCompletableFuture().get();
        loop.bind(new NetworkPolicyFeature()).toCompletableFuture().get();
        return loop;
    }

    /** Milliseconds of the writer's processor time until it is settled and handed out: other processes do not count. */
    static double write(Loop loop, Consumer<Facts> step) throws Exception {
        long start = writerNanos(loop);
        loop.post(Mailbox.Lane.FACTS, step);
        return (writerNanos(loop) - start) / 1e6;
    }

    private static long writerNanos(Loop loop) throws Exception {
        return loop.inspect(any -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime())
                .toCompletableFuture()
                .get();
    }

    void everything(Facts facts) {
        facts.put(
                World.CLUSTER,
                World.CLUSTER_KEY,
                new ClusterNetwork(
                        List.of(SubnetPool.parse("10.128.0.0/12")),
                        List.of(),
                        1400,
                        6081,
                        List.of("tcp:198.18.0.1:6653"),
                        ""));
        for (int i = 0; i < nodes; i++) {
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
        for (int i = 0; i < pods / PODS_OF_NAMESPACE; i++) {
            String name = "ns-" + i;
            facts.put(
                    World.NAMESPACES.table(),
                    new PodKey("", name),
                    new Namespace(name, Labels.of(Map.of("team", "t" + i % 50))));
        }
        for (int i = 0; i < pods; i++) {
            pod(facts, i, i % 5);
        }
        for (int i = 0; i < policies; i++) {
            policy(facts, i, i);
        }
        for (Kind<?> kind : List.of(
                World.PODS,
                World.NODES,
                World.NAMESPACES,
                World.ALLOCATIONS,
                Policies.PODS.ports(),
                Policies.POLICIES)) {
            facts.synced(WatchItem.source(kind));
        }
    }

    private static Cidr subnet(int node) {
        return Cidr.around(Ip.v4(0x0a80_0000L + ((long) node << 12)), 20);
    }

    private static void port(Facts facts, String node, String name, int number) {
        facts.put(
                World.INTERFACES,
                new PortKey(node, name),
                new Interface(World.INTEGRATION_BRIDGE, "", number, 1400, "", new TreeMap<>()));
    }

    void pod(Facts facts, int number, int application) {
        pod(facts, number, application, 10 + number / nodes);
    }

    private void pod(Facts facts, int number, int application, int host) {
        PodKey key = new PodKey("ns-" + number / PODS_OF_NAMESPACE, "pod-" + number);
        int node = number % nodes;
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
                new AttachmentKey("node-" + node, "container-" + number, "eth0"),
                new Attachment(
                        key,
                        port,
                        "/run/netns/" + number,
                        MacAddress.of(address),
                        1400,
                        List.of(new InterfaceAddress(address, 20)),
                        List.of()));
        port(facts, "node-" + node, port, 10 + number / nodes);
    }

    private void policy(Facts facts, int number, int kind) {
        String namespace = "ns-" + number % (pods / PODS_OF_NAMESPACE);
        String spec =
                switch (kind % 5) {
                    case 0 -> "{podSelector: {}, policyTypes: [Ingress, Egress]}";
                    case 1 ->
                        "{podSelector: {matchLabels: {app: a" + number % 3
                                + "}}, ingress: [{from: [{podSelector: {matchLabels: {app: a"
                                + (number + 1) % 5 + "}}}], ports: [{port: " + (8_000 + number % 20) + "}]}]}";
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
        facts.put(
                Policies.POLICIES.table(),
                new PodKey(namespace, "policy-" + number),
                PolicyDecoder.decode(
                        YamlDocument.of("{metadata: {namespace: " + namespace + ", name: p}, spec: " + spec + "}")));
    }

    private void print(String what, List<Double> times, long flowMods) {
        double[] sorted =
                times.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%-12s p50 %7.2f ms  p99 %7.2f ms  max %7.2f ms  flow-mods %.1f%n",
                what,
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100],
                sorted[sorted.length - 1],
                (double) flowMods / sorted.length);
    }

    private interface Edit {
        void write(Facts facts, int number);
    }

    private void measure(Loop loop, String what, Edit edit) throws Exception {
        List<Double> times = new ArrayList<>();
        long before = 0;
        for (int i = 0; i < 2 * EDITS; i++) {
            if (i == EDITS) {
                times.clear();
                before = counter.sent();
            }
            int number = random.nextInt(1 << 30);
            times.add(write(loop, facts -> edit.write(facts, number)));
        }
        print(what, times, counter.sent() - before);
    }

    /** Prints the times of each kind of edit. */
    public static void main(String[] arguments) throws Exception {
        int[] sizes = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        Scale scale = new Scale(sizes[0], sizes[1], sizes[2]);
        try (Loop loop = scale.start()) {
            System.out.printf(Locale.ROOT, "from scratch %.0f ms%n", write(loop, scale::everything));
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    Locale.ROOT,
                    "%d cells, %d MB, at most %d flows on a node%n",
                    loop.inspect(Inspection::cells).toCompletableFuture().get(),
                    (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                    scale.counter.most());
            scale.measure(loop, "labels", (facts, n) -> scale.pod(facts, n % scale.pods, n / scale.pods % 5));
            scale.measure(
                    loop,
                    "address",
                    (facts, n) ->
                            scale.pod(facts, n % scale.pods, n % scale.pods % 5, 2_010 + n % scale.pods / scale.nodes));
            scale.measure(loop, "policy", (facts, n) -> scale.policy(facts, n % scale.policies, n / scale.policies));
            scale.measure(loop, "new pod", (facts, n) -> {
                int number = n % scale.pods;
                facts.remove(
                        World.ATTACHMENTS,
                        new AttachmentKey("node-" + number % scale.nodes, "container-" + number, "eth0"));
                int other = (n / 7) % scale.pods;
                scale.pod(facts, other, other % 5);
            });
            loop.inspect(Inspection::evaluations).toCompletableFuture().get().entrySet().stream()
                    .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                    .limit(Integer.getInteger("evaluations", 0))
                    .forEach(entry -> System.out.println(entry));
        }
    }
}
