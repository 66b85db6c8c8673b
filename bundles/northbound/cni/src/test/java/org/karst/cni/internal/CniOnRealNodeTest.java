package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.connectivity.Connectivity;
import org.karst.controller.internal.Loop;
import org.karst.host.HostDriver;
import org.karst.host.HostSettings;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.model.Cidr;
import org.karst.model.Labels;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.ovsdb.internal.OvsdbDriver;
import org.karst.pipeline.Batch;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Feature;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PlacedItem;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.SwitchConnection;
import org.karst.pipeline.SwitchItem;
import org.karst.pipeline.Target;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/**
 * The plugin as a runtime calls it, on a real node: real switch, real links, real container namespaces. Only OpenFlow is by
 * hand, and says yes to everything.
 */
@Tag("root")
class CniOnRealNodeTest {
    private static final String SHIM = System.getProperty("karst.cni.shim");

    @TempDir
    private Path directory;

    private final String prefix = "karst-t-cni-" + ProcessHandle.current().pid();
    private RealNode node;
    private Loop loop;
    private final List<Driver> drivers = new ArrayList<>();

    /** Acknowledges flows as soon as they are wanted. */
    private static final class WillingSwitch implements Driver {
        private Mailbox mailbox;

        @Override
        public String name() {
            return "openflow";
        }

        @Override
        public Set<Class<? extends Item>> items() {
            return Set.of(FlowItem.class, SwitchItem.class);
        }

        @Override
        public void start(Mailbox box) {
            mailbox = box;
        }

        @Override
        public void apply(Batch batch) {
            for (Change change : batch.changes()) {
                Item item = change.after() == null ? change.before() : change.after();
                String place = ((PlacedItem) item).node();
                if (item instanceof SwitchItem) {
                    mailbox.post(
                            Mailbox.Lane.FACTS, facts -> facts.put(World.SWITCHES, place, new SwitchConnection(1, 1)));
                }
                mailbox.acknowledge(new Target(name(), place), batch.revision());
            }
        }

        @Override
        public void stop() {}
    }

    @BeforeEach
    void start() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root for network namespaces");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ovs-vswitchd")), "ovs-vswitchd is not installed");
        node = new RealNode(prefix + "-n", directory);
        startProcess(true);
    }

    private void startProcess(boolean listed) {
        loop = new Loop(Clock.systemUTC(), Set.of());
        loop.post(Mailbox.Lane.FACTS, facts -> {
            facts.put(
                    World.CLUSTER,
                    World.CLUSTER_KEY,
                    new ClusterNetwork(
                            List.of(SubnetPool.parse("10.128.0.0/14/23")), List.of(), 1400, 6081, List.of(), "netdev"));
            facts.put(
                    World.NODES.table(),
                    new PodKey("", node.name()),
                    new Node(
                            node.name(),
                            "u",
                            "2026-01-01T00:00:00Z",
                            Labels.of(Map.of()),
                            List.of(Cidr.parse("10.128.2.0/24"), Cidr.parse("fd01:0:0:2::/64")),
                            List.of()));
        });
        if (listed) {
            heardAll();
        }
        HostDriver host = new HostDriver(new HostSettings("/run/netns/{node}", true));
        Feature cni = new CniFeature(
                directory.resolve("cni.sock").toString(),
                host,
                name -> CompletableFuture.completedFuture(List.of()),
                Clock.systemUTC(),
                Duration.ofSeconds(20));
        drivers.add(new OvsdbDriver(node.endpoint()));
        drivers.add(host);
        drivers.add(new WillingSwitch());
        drivers.forEach(loop::bind);
        drivers.addAll(cni.drivers());
        loop.bind(new Connectivity());
        loop.bind(cni);
        awaitStatus();
    }

    /** As if the API server had listed everything. */
    private void heardAll() {
        loop.post(Mailbox.Lane.FACTS, facts -> {
            facts.synced(WatchItem.source(World.PODS));
            facts.synced(WatchItem.source(World.NODES));
            facts.synced(WatchItem.source(World.NAMESPACES));
            facts.synced(WatchItem.source(World.ALLOCATIONS));
        });
    }

    /** What a runtime does before it starts pods. */
    private void awaitStatus() {
        for (int i = 0; call("STATUS", "", Map.of(), "").exit() != 0; i++) {
            assertThat(i).as(call("STATUS", "", Map.of(), "").output()).isLessThan(1000);
            RealNode.pause();
        }
    }

    private void endProcess() {
        loop.close();
        drivers.forEach(Driver::stop);
        drivers.clear();
    }

    @AfterEach
    void stop() {
        if (loop != null) {
            endProcess();
        }
        if (node != null) {
            node.close();
        }
    }

    private Process begin(String command, String container, Map<String, String> more, String config) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("CNI_COMMAND", command);
        if (!container.isEmpty()) {
            environment.put("CNI_CONTAINERID", container);
            environment.put("CNI_IFNAME", "eth0");
            environment.put("CNI_NETNS", "/run/netns/" + container);
            environment.put("CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + container);
        }
        return RealNode.start(List.of(SHIM), environment, config(config));
    }

    private String config(String more) {
        return "{\"cniVersion\":\"1.1.0\",\"name\":\"karst\",\"type\":\"karst-cni\",\"socket\":\""
                + directory.resolve("cni.sock") + "\"" + more + "}";
    }

    private RealNode.Run call(String command, String container, Map<String, String> more, String config) {
        return RealNode.finish(begin(command, container, more, config));
    }

    private RealNode.Run call(String command, String container) {
        return call(command, container, Map.of(), "");
    }

    private static JsonNode json(RealNode.Run run) {
        try {
            assertThat(run.exit()).as(run.output()).isZero();
            return CallReader.JSON.readTree(run.output());
        } catch (JsonProcessingException e) {
            throw new AssertionError(run.output(), e);
        }
    }

    @Test
    void aContainerGetsItsNetworkAndLosesIt() {
        String pod = prefix + "-p";
        node.namespace(pod);
        RealNode.Run added = call("ADD", pod);
        JsonNode result = json(added);
        String port = result.at("/interfaces/0/name").asText();
        // all is there when ADD returns
        assertThat(node.in(pod, "ip", "-o", "addr", "show", "dev", "eth0").output())
                .contains("10.128.2.4/24")
                .contains("fd01:0:0:2::4/64");
        assertThat(node.in(pod, "ip", "route", "show", "default").output()).contains("via 10.128.2.1 dev eth0");
        assertThat(node.in(pod, "ip", "-6", "route", "show", "default").output())
                .contains("via fd01:0:0:2::1 dev eth0");
        assertThat(node.in(pod, "ip", "-o", "link", "show", "dev", "eth0").output())
                .contains("mtu 1400")
                .contains(result.at("/interfaces/1/mac").asText());
        assertThat(node.vsctl("get", "Interface", port, "ofport")).matches("[1-9]\\d*");
        assertThat(node.vsctl("get", "Interface", port, "error")).isEqualTo("[]");

        assertThat(call("CHECK", pod, Map.of(), ",\"prevResult\":" + added.output())
                        .output())
                .isEmpty();
        assertThat(call("DEL", pod)).isEqualTo(new RealNode.Run(0, ""));
        assertThat(node.in(pod, "ip", "-o", "link").output()).doesNotContain("eth0");
        assertThat(node.in(node.name(), "ip", "-o", "link").output()).doesNotContain(port);
        assertThat(node.vsctl("list-ports", "br-int")).doesNotContain(port);
        assertThat(call("DEL", pod)).isEqualTo(new RealNode.Run(0, ""));
    }

    @Test
    void anInterfaceOfSomebodyElseIsNotTakenOver() throws IOException {
        String pod = prefix + "-p";
        node.namespace(pod);
        assertThat(node.in(pod, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", "theirs")
                        .output())
                .isEmpty();
        RealNode.Run refused = call("ADD", pod);
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.output())
                .contains("\"code\":103")
                .contains("Interface eth0 of pod default/" + pod + " cannot be made on node " + node.name())
                .contains("File exists");
        assertThat(call("DEL", pod)).isEqualTo(new RealNode.Run(0, ""));
        assertThat(node.in(pod, "ip", "-o", "link", "show", "eth0").output())
                .as("still the other's")
                .contains("eth0@theirs");
        assertThat(node.in(pod, "ip", "link", "del", "eth0").output()).isEmpty();
        assertThat(json(call("ADD", pod)).at("/ips/0/address").asText()).isNotEmpty();
        assertThat(Files.readString(directory.resolve("vswitchd.log")))
                .as("the switch was told of no port before its link")
                .doesNotContain("could not open");
    }

    @Test
    void checkFindsWhatSomebodyChangedInTheContainer() {
        String pod = prefix + "-p";
        node.namespace(pod);
        RealNode.Run added = call("ADD", pod);
        String previous = ",\"prevResult\":" + added.output();
        String mac = json(added).at("/interfaces/1/mac").asText();
        damage(pod, previous, "ip link set eth0 address 02:00:00:00:00:09", "link set eth0 address " + mac);
        damage(pod, previous, "ip link set eth0 mtu 1300", "link set eth0 mtu 1400");
        damage(pod, previous, "ip route del default", "route add default via 10.128.2.1 dev eth0 proto 75");
        // somebody else's addresses and routes are no difference
        assertThat(node.in(pod, "ip", "addr", "add", "192.0.2.1/32", "dev", "lo")
                        .output())
                .isEmpty();
        assertThat(node.in(pod, "ip", "route", "add", "192.0.2.0/24", "dev", "eth0")
                        .output())
                .isEmpty();
        assertThat(call("CHECK", pod, Map.of(), previous)).isEqualTo(new RealNode.Run(0, ""));
        damage(pod, previous, "ip addr del fd01:0:0:2::4/64 dev eth0", "");
    }

    /** Changes something in a container, expects that CHECK finds it, and puts it back. */
    private void damage(String pod, String previous, String change, String repair) {
        assertThat(node.in(pod, change.split(" ")).output()).isEmpty();
        RealNode.Run check = call("CHECK", pod, Map.of(), previous);
        assertThat(check.exit()).as(check.output()).isEqualTo(1);
        assertThat(check.output()).contains("\"code\":102").contains("is not as it was made");
        if (!repair.isEmpty()) {
            assertThat(node.in(pod, ("ip " + repair).split(" ")).output()).isEmpty();
            assertThat(call("CHECK", pod, Map.of(), previous)).isEqualTo(new RealNode.Run(0, ""));
        }
    }

    @Test
    void theProcessDiesBetweenAddAndDelete() {
        String pod = prefix + "-p";
        node.namespace(pod);
        String first = json(call("ADD", pod)).at("/ips/0/address").asText();
        endProcess();
        assertThat(call("DEL", pod).output()).contains("\"code\":11");
        startProcess(true);
        assertThat(call("ADD", pod).output()).contains("already attached");
        String other = prefix + "-o";
        node.namespace(other);
        assertThat(json(call("ADD", other)).at("/ips/0/address").asText()).isNotEqualTo(first);
        assertThat(call("DEL", pod)).isEqualTo(new RealNode.Run(0, ""));
        // the container itself may be gone before its DEL comes
        assertThat(RealNode.finish(RealNode.start(List.of("ip", "netns", "del", other), Map.of(), ""))
                        .exit())
                .isZero();
        assertThat(call("DEL", other)).isEqualTo(new RealNode.Run(0, ""));
        assertThat(node.vsctl("list-ports", "br-int")).doesNotContain("veth");
        assertThat(node.in(node.name(), "ip", "-o", "link").output()).doesNotContain("veth");
    }

    @Test
    void whileTheProcessStartsUpNothingIsRemovedAndDeleteSaysSo() throws Exception {
        String pod = prefix + "-p";
        node.namespace(pod);
        String port = json(call("ADD", pod)).at("/interfaces/0/name").asText();
        endProcess();
        startProcess(false);
        Process delete = begin("DEL", pod, Map.of(), "");
        assertThat(delete.waitFor(1, TimeUnit.SECONDS)).as("it waits").isFalse();
        assertThat(node.vsctl("list-ports", "br-int")).contains(port);
        heardAll();
        assertThat(RealNode.finish(delete)).isEqualTo(new RealNode.Run(0, ""));
        assertThat(node.vsctl("list-ports", "br-int")).doesNotContain(port);
    }

    @Test
    void theSwitchDiesAndComesBack() {
        String pod = prefix + "-p";
        node.namespace(pod);
        json(call("ADD", pod));
        node.restartSwitch();
        String other = prefix + "-o";
        node.namespace(other);
        json(call("ADD", other));
        assertThat(call("DEL", pod).exit()).isZero();
        assertThat(call("DEL", other).exit()).isZero();
    }

    /** Starts one program for each line of input, all at once, and returns what each printed; a shell costs less than a JVM. */
    private List<String> atOnce(List<String> names, String command) {
        try {
            Files.writeString(directory.resolve("names"), String.join("\n", names) + "\n");
            Files.writeString(directory.resolve("config"), config(""));
            String script = "while read p; do " + command + " >out.$p 2>&1 & done <names; wait";
            assertThat(RealNode.finish(RealNode.start(
                                    List.of("sh", "-c", "cd " + directory + "; " + script), Map.of(), ""))
                            .exit())
                    .isZero();
            List<String> outputs = new ArrayList<>();
            for (String name : names) {
                outputs.add(Files.readString(directory.resolve("out." + name)));
            }
            return outputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String plugin(String verb) {
        return "CNI_COMMAND=" + verb + " CNI_CONTAINERID=$p CNI_IFNAME=eth0 CNI_NETNS=/run/netns/$p " + SHIM
                + " <config";
    }

    @Test
    void fiftyAtOnceGetFiftyAddressesAndLeaveNothing() {
        List<String> pods = new ArrayList<>();
        List<String> plain = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pods.add(prefix + "-" + i);
            node.namespace(pods.get(i));
            plain.add("plain" + i);
            assertThat(node.in(
                                    node.name(),
                                    "ip",
                                    "link",
                                    "add",
                                    "plain" + i,
                                    "type",
                                    "veth",
                                    "peer",
                                    "name",
                                    "peer" + i)
                            .exit())
                    .isZero();
        }
        node.vsctl("add-br", "plain", "--", "set", "Bridge", "plain", "datapath_type=netdev");
        for (int round = 0; round < 3; round++) {
            long begin = System.nanoTime();
            List<String> added = atOnce(pods, plugin("ADD"));
            long adds = System.nanoTime() - begin;
            Set<String> addresses = new HashSet<>();
            added.forEach(output -> addresses.add(
                    json(new RealNode.Run(0, output)).at("/ips/0/address").asText()));
            assertThat(addresses).hasSize(50).doesNotContain("");

            begin = System.nanoTime();
            assertThat(atOnce(pods, plugin("DEL"))).containsOnly("");
            long deletes = System.nanoTime() - begin;
            assertThat(node.vsctl("list-ports", "br-int")).doesNotContain("veth");
            assertThat(node.in(node.name(), "ip", "-o", "link").output()).doesNotContain("veth");

            node.awaitIdle();
            begin = System.nanoTime();
            assertThat(atOnce(plain, "ovs-vsctl --db=" + node.endpoint() + " add-port plain $p"))
                    .containsOnly("");
            long tool = System.nanoTime() - begin;
            plain.forEach(port -> node.vsctl("del-port", port));
            node.awaitIdle();
            System.out.printf(
                    "50 at once: ADD %d ms, DEL %d ms; ovs-vsctl add-port %d ms%n",
                    TimeUnit.NANOSECONDS.toMillis(adds),
                    TimeUnit.NANOSECONDS.toMillis(deletes),
                    TimeUnit.NANOSECONDS.toMillis(tool));
        }
    }
}
