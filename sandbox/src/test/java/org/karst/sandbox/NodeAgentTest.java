package org.karst.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.ApiAccess;
import org.karst.sandbox.internal.NodeAgent;
import org.karst.sandbox.internal.NodeObjects;
import org.karst.sandbox.internal.PodNamespaces;

/** The node agents against a real API, with a plugin of the test that writes down how it is called. */
@Tag("root")
class NodeAgentTest {
    private static final String PLUGIN =
            """
            #!/bin/sh
            # Gives eth0 (a bridge: any link will do) the address 10.99.0.7 unless the file "broken" is there.
            here=$(dirname "$0")
            config=$(cat)
            echo "$CNI_COMMAND $CNI_CONTAINERID $CNI_NETNS $CNI_IFNAME $CNI_ARGS $config" >> "$here/calls"
            if [ "$CNI_COMMAND" = ADD ]; then
                if [ -e "$here/broken" ]; then
                    echo '{"cniVersion":"1.1.0","code":11,"msg":"not now","details":"because"}'
                    exit 1
                fi
                name=$(basename "$CNI_NETNS")
                ip -n "$name" link add eth0 type bridge
                ip -n "$name" address add 10.99.0.7/24 dev eth0
                ip -n "$name" link set eth0 up
                echo '{"cniVersion":"1.1.0","ips":[{"address":"10.99.0.7/24"},{"address":"fd00:99::7/64"}]}'
            fi
            """;

    private final String name = "karst-t-" + ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private Path state;
    private Sandbox sandbox;
    private ApiServer api;
    private KubernetesClient client;
    private TrafficServers servers;
    private NodeAgent agent;

    @BeforeEach
    void start() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(Files.isReadable(Path.of("/usr/share/openvswitch/vswitch.ovsschema")), "needs Open vSwitch");
        Path plugin = directory.resolve("plugin");
        Files.writeString(plugin, PLUGIN);
        Files.setPosixFilePermissions(plugin, PosixFilePermissions.fromString("rwx------"));
        state = directory.resolve("state");
        sandbox = Sandbox.start(SandboxSettings.of(name, state).withNodes(1));
        api = ApiServer.start(ApiServerSettings.in(directory.resolve("api")));
        client = ApiAccess.open(api.kubeconfig());
        SandboxNode node = sandbox.nodes().get(0);
        NodeObjects.register(client, node, Families.DUAL);
        servers = TrafficServers.start();
        agent = NodeAgent.start(client, Map.of(node.name(), node), plugin, new PodNamespaces(sandbox), servers);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable part : new AutoCloseable[] {agent, servers, client, api, sandbox}) {
            if (part != null) {
                part.close();
            }
        }
        assertThat(NetworkNamespace.names()).noneMatch(other -> other.startsWith(name));
    }

    private Pod create(String podName, String nodeName) {
        Namespace namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName("demo")
                .endMetadata()
                .build();
        if (client.namespaces().withName("demo").get() == null) {
            client.resource(namespace).create();
        }
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(podName)
                        .withNamespace("demo")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(nodeName)
                        .addNewContainer()
                        .withName("web")
                        .withImage("sandbox/web")
                        .addNewPort()
                        .withContainerPort(9090)
                        .endPort()
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private Pod pod(String podName) {
        return client.pods().inNamespace("demo").withName(podName).get();
    }

    private boolean isRunning(String podName) {
        Pod pod = pod(podName);
        return pod != null
                && pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase());
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited 60 s for " + what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private List<String> calls() throws Exception {
        Path calls = directory.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    @Test
    void aPodRunsThenEnds() throws Exception {
        Pod created = create("web", "node-1");
        await("the pod", () -> isRunning("web"));
        Pod running = pod("web");
        assertThat(running.getStatus().getPodIP()).isEqualTo("10.99.0.7");
        assertThat(running.getStatus().getPodIPs()).extracting("ip").containsExactly("10.99.0.7", "fd00:99::7");
        assertThat(running.getStatus().getHostIP()).isEqualTo("172.18.1.1");
        assertThat(running.getStatus().getConditions())
                .filteredOn(condition -> condition.getType().equals("Ready"))
                .extracting(PodCondition::getStatus)
                .containsExactly("True");
        assertThat(running.getStatus().getContainerStatuses())
                .allMatch(status -> Boolean.TRUE.equals(status.getReady()));
        Place place = PodNamespaces.place(name, running);
        assertThat(calls()).singleElement().satisfies(call -> assertThat(call)
                .startsWith("ADD " + created.getMetadata().getUid() + " /run/netns/" + place.namespace() + " eth0 ")
                .contains("K8S_POD_NAMESPACE=demo;K8S_POD_NAME=web;")
                .contains("\"type\":\"plugin\"")
                .contains("\"socket\":\"" + state + "/nodes/node-1/cni.sock\""));
        Prober prober = new Prober(place, Duration.ofSeconds(20));
        assertThat(prober.tcp(InetAddress.getByName("10.99.0.7"), 60_000).problem())
                .isEmpty();
        assertThat(prober.udp(InetAddress.getByName("10.99.0.7"), 1_300).passed())
                .isTrue();

        client.pods().inNamespace("demo").withName("web").delete();
        await(
                "the end of the pod",
                () -> pod("web") == null && !NetworkNamespace.names().contains(place.namespace()));
        assertThat(calls()).hasSize(2);
        assertThat(calls().get(1))
                .startsWith("DEL " + created.getMetadata().getUid() + " /run/netns/" + place.namespace());
    }

    @Test
    void aFailureIsToldByAnEventAndTriedAgain() throws Exception {
        Path broken = Files.createFile(directory.resolve("broken"));
        create("web", "node-1");
        await("the event", () -> !client.v1()
                .events()
                .inNamespace("demo")
                .list()
                .getItems()
                .isEmpty());
        Event event = client.v1().events().inNamespace("demo").list().getItems().get(0);
        assertThat(event.getReason()).isEqualTo("FailedCreatePodSandBox");
        assertThat(event.getMessage()).isEqualTo("CNI ADD failed: not now (because) [code 11]");
        assertThat(event.getInvolvedObject().getName()).isEqualTo("web");
        assertThat(isRunning("web")).isFalse();
        Files.delete(broken);
        await("the pod", () -> isRunning("web"));
        assertThat(calls().get(1)).as("after a failed ADD").startsWith("DEL ");
        assertThat(client.v1().events().inNamespace("demo").list().getItems()).hasSize(1);
    }

    @Test
    void onlyPodsOfItsNodesAndEachUidByItself() throws Exception {
        create("elsewhere", "node-9");
        Pod first = create("web", "node-1");
        await("the pod", () -> isRunning("web"));
        client.pods().inNamespace("demo").withName("web").withGracePeriod(0).delete();
        await("the object's end", () -> pod("web") == null);
        Pod second = create("web", "node-1");
        await("the second pod", () -> isRunning("web"));
        assertThat(second.getMetadata().getUid())
                .isNotEqualTo(first.getMetadata().getUid());
        await("the first one's end", () -> calls().stream()
                .anyMatch(call -> call.startsWith("DEL " + first.getMetadata().getUid())));
        assertThat(calls()).noneMatch(call -> call.contains("K8S_POD_NAME=elsewhere"));
        assertThat(NetworkNamespace.names())
                .contains(PodNamespaces.place(name, pod("web")).namespace());
    }

    @Test
    void nodesAreRegisteredWithTheirAddresses() throws Exception {
        Node node = client.nodes().withName("node-1").get();
        assertThat(node.getSpec().getPodCIDRs()).isEmpty();
        assertThat(node.getStatus().getAddresses())
                .extracting("address")
                .containsExactly("172.18.1.1", "fd00:18::1:1", "node-1");
        NodeObjects.register(client, sandbox.nodes().get(0), Families.DUAL);
    }
}
