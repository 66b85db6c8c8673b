package org.karst.sandbox.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.Place;
import org.karst.sandbox.Prober;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** NetworkPolicy with real packets: the real server, a switch on each node, pods by the real CNI plugin. */
@Tag("root")
class NetworkPolicyTrafficTest {
    private static final Path DISTRIBUTION = Path.of("..", "karaf-distribution", "target", "assembly")
            .toAbsolutePath()
            .normalize();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** After so long, what is denied has not arrived. */
    private static final Duration SILENCE = Duration.ofMillis(700);

    private static final ResourceDefinitionContext POLICIES = new ResourceDefinitionContext.Builder()
            .withGroup("networking.k8s.io")
            .withVersion("v1")
            .withKind("NetworkPolicy")
            .withPlural("networkpolicies")
            .withNamespaced(true)
            .build();
    private static final String PODS =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: x, labels: {team: x}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: y, labels: {team: y}}
            ---
            """
                    + policy("spec: {podSelector: {matchLabels: {app: web}}, ingress: []}")
                    + pod("x", "web", "node-1")
                    + pod("x", "client", "node-1")
                    + pod("x", "remote", "node-2")
                    + pod("y", "other", "node-2");

    private static SandboxCluster cluster;

    private static String pod(String namespace, String name, String node) {
        return """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: %s, name: %s, labels: {app: %s}}
            spec: {nodeName: %s, containers: [{name: c, image: sandbox, ports: [{containerPort: 7, name: echo}]}]}
            """
                .formatted(namespace, name, name, node);
    }

    private static String policy(String spec) {
        return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {namespace: x, name: web}\n" + spec
                + "\n";
    }

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(Files.isExecutable(DISTRIBUTION.resolve("bin/karst-server")), "the distribution is not built");
        String name = "karst-t-np-" + ProcessHandle.current().pid();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        cluster = SandboxCluster.start(
                SandboxSettings.of(name, directory.resolve("state")),
                new ServerSettings(
                        DISTRIBUTION, DISTRIBUTION.resolve("bin/karst-cni"), port, Optional.empty(), Map.of()),
                step -> {});
        try (InputStream objects = new ByteArrayInputStream(PODS.getBytes(StandardCharsets.UTF_8))) {
            for (HasMetadata object : cluster.client().load(objects).items()) {
                cluster.client().resource(object).create();
            }
        }
        cluster.awaitPods(Duration.ofSeconds(60));
    }

    @AfterAll
    static void end() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Replaces the policy of the web pods, and waits until no switch is behind. */
    private static void apply(String spec) throws Exception {
        KubernetesClient client = cluster.client();
        GenericKubernetesResource policy = Serialization.unmarshal(policy(spec), GenericKubernetesResource.class);
        ServerState server = new ServerState(client);
        server.wrote(
                "networkpolicies.networking.k8s.io/v1",
                client.genericKubernetesResources(POLICIES)
                        .inNamespace("x")
                        .resource(policy)
                        .update());
        server.awaitApplied();
        // the datapath follows the tables
        for (SandboxNode node : cluster.sandbox().nodes()) {
            cluster.sandbox().openVSwitch(node).appctl("revalidator/wait");
        }
    }

    private static Place place(String namespace, String name) {
        Pod pod = cluster.client().pods().inNamespace(namespace).withName(name).get();
        return cluster.place(pod);
    }

    private static Place node(String name) {
        return cluster.sandbox().nodes().stream()
                .map(SandboxNode::place)
                .filter(place -> place.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static InetAddress web(String family) throws IOException {
        Place web = place("x", "web");
        return InetAddress.getByName((family.equals("IPv4") ? web.ipv4() : web.ipv6()).orElseThrow());
    }

    private static boolean reaches(Place from, String family) throws IOException {
        return new Prober(from, PATIENCE).tcp(web(family), 100).passed();
    }

    private static boolean isDenied(Place from, String family) throws IOException {
        return !new Prober(from, SILENCE).tcp(web(family), 100).passed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"IPv4", "IPv6"})
    void whoIsAllowedReachesThePodAndNobodyElse(String family) throws Exception {
        List<Place> all = List.of(place("x", "client"), place("x", "remote"), place("y", "other"), node("node-2"));
        apply("spec: {podSelector: {matchLabels: {app: web}}, ingress: []}");
        for (Place from : all) {
            assertThat(isDenied(from, family)).as("denied: " + from.name()).isTrue();
        }
        assertThat(reaches(node("node-1"), family)).as("its own node probes it").isTrue();

        apply("spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app:"
                + " client}}}], ports: [{port: echo}]}, {from: [{namespaceSelector: {matchLabels: {team:"
                + " y}}}]}]}");
        assertThat(reaches(place("x", "client"), family))
                .as("by label and named port")
                .isTrue();
        assertThat(reaches(place("y", "other"), family))
                .as("by namespace, across nodes")
                .isTrue();
        assertThat(isDenied(place("x", "remote"), family)).as("another label").isTrue();
        assertThat(new Prober(place("x", "client"), SILENCE)
                        .icmp(web(family), 56)
                        .passed())
                .as("ICMP is not the named port")
                .isFalse();

        Place remote = place("x", "remote");
        String block = family.equals("IPv4")
                ? remote.ipv4().orElseThrow() + "/32"
                : remote.ipv6().orElseThrow() + "/128";
        apply("spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: \"" + block
                + "\"}}]}]}");
        assertThat(reaches(remote, family)).as("by address").isTrue();
        assertThat(isDenied(place("x", "client"), family)).isTrue();
    }

    @Test
    void aConnectionStopsAndGoesOnWithoutAReset() throws Exception {
        apply("spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}");
        try (NetworkNamespace namespace =
                        NetworkNamespace.named(place("x", "remote").namespace());
                Socket socket = namespace.<Socket, IOException>call(session -> {
                    Socket made = new Socket();
                    made.connect(new InetSocketAddress(web("IPv4"), 7), 20_000);
                    return made;
                })) {
            assertThat(echo(socket, 'a', 20_000)).isTrue();
            apply("spec: {podSelector: {matchLabels: {app: web}}, ingress: []}");
            assertThat(echo(socket, 'b', 1_000)).as("denied").isFalse();
            apply("spec: {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 7}]}]}");
            assertThat(read(socket, 'b', 60_000))
                    .as("what was sent meanwhile arrives")
                    .isTrue();
            assertThat(echo(socket, 'c', 20_000)).isTrue();
        }
    }

    private static boolean echo(Socket socket, char sent, int patience) throws IOException {
        socket.getOutputStream().write(sent);
        return read(socket, sent, patience);
    }

    private static boolean read(Socket socket, char expected, int patience) throws IOException {
        socket.setSoTimeout(patience);
        try {
            return socket.getInputStream().read() == expected;
        } catch (SocketTimeoutException quiet) {
            return false;
        }
    }
}
