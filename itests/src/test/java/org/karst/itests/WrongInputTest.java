package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.karst.host.NetworkNamespace;

/**
 * What a user may do wrong: a clear sentence stands where that user looks, never a stack trace, and a stream of packets between two
 * pods that goes on all the time loses nothing.
 */
@Tag("root")
class WrongInputTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static UndisturbedStream undisturbed;

    @BeforeAll
    static void beginStream() throws IOException {
        undisturbed = new UndisturbedStream(
                CLUSTER, "near", CLUSTER.place("beside").ipv4().orElseThrow());
    }

    @AfterAll
    static void nobodyElseNoticedAnything() throws Exception {
        if (undisturbed != null) {
            try (UndisturbedStream stream = undisturbed) {
                stream.assertUndisturbed();
            }
            assertThat(Files.readAllLines(CLUSTER.log()))
                    .as("stack traces in the server's log")
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }

    // ------------------------------------------------------------------ objects

    @Test
    void anAddressThatAnotherPodHolds() {
        String address = CLUSTER.place("near").ipv4().orElseThrow();
        CLUSTER.create("twin", "node-1", Map.of("sandbox.karst.org/ips", address));
        assertThat(CLUSTER.awaitEvent("Pod", "twin", "FailedCreatePodSandBox"))
                .contains("The requested address " + address
                        + " cannot be given to pod itests/twin: pod itests/near holds it.");
        CLUSTER.delete("twin");
    }

    @Test
    void anAddressOfAnotherNodesSubnet() {
        CLUSTER.create("stray", "node-1", Map.of("sandbox.karst.org/ips", "10.128.2.99"));
        assertThat(CLUSTER.awaitEvent("Pod", "stray", "FailedCreatePodSandBox"))
                .contains("The requested address 10.128.2.99 is not one that node node-1 gives to pods.");
        CLUSTER.delete("stray");
    }

    @Test
    void aFullSubnet() {
        // .0 to .3 and .7 of a /29 are not given
        for (String pod : List.of("full-1", "full-2", "full-3")) {
            CLUSTER.create(pod, "node-3", Map.of());
            SharedCluster.await(pod, () -> CLUSTER.runs(pod));
        }
        CLUSTER.create("full-4", "node-3", Map.of());
        assertThat(CLUSTER.awaitEvent("Pod", "full-4", "FailedCreatePodSandBox"))
                .contains("10.128.4.0/29")
                .contains("node-3")
                .contains("[code 101]");
        CLUSTER.delete("full-1");
        SharedCluster.await("the address of full-1 for full-4", () -> CLUSTER.runs("full-4"));
        for (String pod : List.of("full-2", "full-3", "full-4")) {
            CLUSTER.delete(pod);
        }
    }

    private static Node node(String name, List<String> subnets, String address) {
        NodeBuilder node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withPodCIDRs(subnets)
                .endSpec();
        return address.isEmpty()
                ? node.build()
                : node.withNewStatus()
                        .addNewAddress()
                        .withType("InternalIP")
                        .withAddress(address)
                        .endAddress()
                        .endStatus()
                        .build();
    }

    @Test
    void aNodeWhoseSubnetsOverlapThoseOfAnother() {
        CLUSTER.client()
                .resource(node("overlapping", List.of("10.128.2.128/25", "fd00:10:128:2:8000::/65"), "172.18.1.77"))
                .create();
        assertThat(CLUSTER.awaitEvent("Node", "overlapping", "SubnetConflict"))
                .contains("spec.podCIDRs 10.128.2.128/25 overlaps a subnet of the older node node-2: it is not used")
                .contains("spec.podCIDRs fd00:10:128:2:8000::/65 overlaps a subnet of the older node node-2");
        CLUSTER.client().nodes().withName("overlapping").delete();
    }

    @Test
    void aNodeWithoutAddress() {
        CLUSTER.client().resource(node("bare", List.of("10.129.0.0/24"), "")).create();
        assertThat(CLUSTER.awaitEvent("Node", "bare", "AddressMissing"))
                .isEqualTo("status.addresses has no InternalIP: other nodes cannot reach this one");
        CLUSTER.client().nodes().withName("bare").delete();
    }

    @Test
    void aPodOnANodeThatDoesNotExist() {
        CLUSTER.create("lost", "nowhere", Map.of());
        SharedCluster.await("the state of the pod", () -> CLUSTER.client()
                .raw("/karst/v1/pods")
                .replaceAll("\\s", "")
                .matches(".*\"pod\":\"itests/lost\",\"node\":\"nowhere\"[^}]*\"state\":\"NODE_UNKNOWN\".*"));
        assertThat(CLUSTER.awaitEvent("Pod", "lost", "NodeUnknown")).contains("there is no Node object of that name");
        CLUSTER.delete("lost");
    }

    // ------------------------------------------------------------------ HTTP

    private static HttpResponse<String> http(String path, String token, String body) throws Exception {
        Map<?, ?> cluster = (Map<?, ?>) ((Map<?, ?>) ((List<?>) kubeconfig().get("clusters")).get(0)).get("cluster");
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new java.io.ByteArrayInputStream(Base64.getDecoder()
                                .decode(cluster.get("certificate-authority-data")
                                        .toString()))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(cluster.get("server") + path)).timeout(Duration.ofSeconds(10));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return HttpClient.newBuilder()
                .sslContext(tls)
                .build()
                .send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Map<?, ?> kubeconfig() throws IOException {
        Path state = CLUSTER.cluster().sandbox().settings().state();
        return Serialization.unmarshal(Files.readString(state.resolve("kubeconfig")), Map.class);
    }

    private static String token() throws IOException {
        Map<?, ?> user = (Map<?, ?>) ((Map<?, ?>) ((List<?>) kubeconfig().get("users")).get(0)).get("user");
        return user.get("token").toString();
    }

    private static void assertStatus(HttpResponse<String> answer, int code, String reason, String sentence) {
        assertThat(answer.statusCode()).isEqualTo(code);
        Map<?, ?> status = Serialization.unmarshal(answer.body(), Map.class);
        assertThat(status.get("kind")).isEqualTo("Status");
        assertThat(status.get("status")).isEqualTo("Failure");
        assertThat(status.get("code")).isEqualTo(code);
        assertThat(status.get("reason")).isEqualTo(reason);
        assertThat(status.get("message").toString()).contains(sentence).doesNotContain("\tat ", "Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/pods", "/karst/v1/status", "/metrics"})
    void aTokenThatIsWrongOrMissing(String path) throws Exception {
        assertStatus(http(path, "not-the-token", ""), 401, "Unauthorized", "Unauthorized");
        assertStatus(http(path, "", ""), 401, "Unauthorized", "Unauthorized");
        assertThat(http(path, token(), "").statusCode()).isEqualTo(200);
    }

    @Test
    void aQuestionAboutWhatDoesNotExist() throws Exception {
        assertStatus(
                http("/karst/v1/flows?node=nowhere", token(), ""),
                404,
                "NotFound",
                "there is no node nowhere; there are ");
        assertStatus(
                http("/karst/v1/flows?slot=NONE", token(), ""), 404, "NotFound", "there is no slot NONE; there are ");
        assertStatus(http("/karst/v1/nonsense", token(), ""), 404, "NotFound", "there is no question nonsense");
    }

    @Test
    void anObjectThatIsNone() throws Exception {
        assertStatus(
                http("/api/v1/namespaces/itests/pods", token(), "{\"kind\""),
                400,
                "BadRequest",
                "the body of the request is not valid JSON at line 1, column");
        assertStatus(
                http(
                        "/api/v1/namespaces/itests/pods",
                        token(),
                        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"Bad Name\"},\"spec\":{}}"),
                422,
                "Invalid",
                "Pod \"Bad Name\" is invalid: [metadata.name: Invalid value");
        assertStatus(
                http(
                        "/api/v1/nodes",
                        token(),
                        "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"bad\"},"
                                + "\"spec\":{\"podCIDRs\":[\"10.300.0.0/99\"]}}"),
                422,
                "Invalid",
                "spec.podCIDRs[0]: Invalid value: \"10.300.0.0/99\": must be a valid CIDR value");
    }

    // ------------------------------------------------------------------ CNI

    private static String configuration(String version) {
        return "{\"cniVersion\":\"" + version + "\",\"name\":\"karst\",\"type\":\"karst-cni\",\"socket\":\""
                + CLUSTER.cluster().sandbox().nodes().get(0).cniSocket() + "\"}";
    }

    private static Map<?, ?> cniError(String configuration, Map<String, String> variables) throws Exception {
        Commands.Result result = cni(configuration, variables);
        assertThat(result.status()).as(result.output()).isEqualTo(1);
        assertThat(result.output()).doesNotContain("\tat ", "Exception");
        return Serialization.unmarshal(result.output(), Map.class);
    }

    private static Commands.Result cni(String configuration, Map<String, String> variables) throws Exception {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", "c1",
                "CNI_NETNS", "/run/netns/none",
                "CNI_IFNAME", "eth0",
                "CNI_PATH", "/opt/cni/bin",
                "CNI_ARGS", "K8S_POD_NAMESPACE=itests;K8S_POD_NAME=by-hand"));
        environment.putAll(variables);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("karst.repository"), "karaf-distribution/target/assembly/bin/karst-cni")
                        .toString());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process plugin = builder.start();
        try {
            plugin.getOutputStream().write(configuration.getBytes(StandardCharsets.UTF_8));
            plugin.getOutputStream().close();
            String output = new String(plugin.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(plugin.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Commands.Result(plugin.exitValue(), output);
        } finally {
            plugin.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | CNI_COMMAND     | EXPLODE   | CNI_COMMAND is \"EXPLODE\", which is no verb of CNI.",
                "4 | CNI_CONTAINERID | ''        | ADD needs CNI_CONTAINERID in the environment.",
                "4 | CNI_CONTAINERID | ../../etc | CNI_CONTAINERID \"../../etc\" is no valid identifier.",
                "4 | CNI_NETNS       | ''        | ADD needs CNI_NETNS in the environment.",
                "4 | CNI_IFNAME      | a/b       | CNI_IFNAME \"a/b\" cannot name a network interface.",
            })
    void aCallWithWrongVariables(int code, String variable, String value, String sentence) throws Exception {
        Map<?, ?> error = cniError(configuration("1.1.0"), Map.of(variable, value));
        assertThat(error.get("msg")).isEqualTo(sentence);
        assertThat(error.get("code")).isEqualTo(code);
    }

    @Test
    void aCallWithAWrongConfiguration() throws Exception {
        assertThat(cniError(configuration("9.9.9"), Map.of()).toString())
                .contains("code=1")
                .contains("CNI version \"9.9.9\" of the network configuration is not supported.")
                .contains("Karst speaks 0.3.1, 0.4.0, 1.0.0, 1.1.0.");
        String cut = configuration("1.1.0");
        assertThat(cniError(cut.substring(0, cut.length() - 1), Map.of()).toString())
                .contains("code=6");
        assertThat(cniError(cut.replace("}", ",\"runtimeConfig\":{\"ips\":[\"10.128.0.300\"]}}"), Map.of())
                        .toString())
                .contains("code=7")
                .contains("\"runtimeConfig.ips\"")
                .contains("holds \"10.128.0.300\", which is no address");
        assertThat(cniError(cut.replace("cni.sock", "nobody.sock"), Map.of()).toString())
                .contains("code=11")
                .contains("The Karst daemon is not running on this node; try again when it is.");
    }

    /** The container has an interface of that name already: its caller is told why, and the next pod does not wait. */
    @Test
    void anInterfaceThatSomebodyElseMade() throws Exception {
        String taken = CLUSTER.cluster().sandbox().settings().outside().namespace();
        Map<String, String> variables = Map.of("CNI_CONTAINERID", "taken", "CNI_NETNS", "/run/netns/" + taken);
        Map<?, ?> error = cniError(configuration("1.1.0"), variables);
        assertThat(error.get("code")).isEqualTo(103);
        assertThat(error.get("msg").toString())
                .startsWith("Interface eth0 of pod itests/by-hand cannot be made on node node-1: ")
                .contains("File exists");
        CLUSTER.create("next", "node-1", Map.of());
        SharedCluster.await("the next pod", () -> CLUSTER.runs("next"));
        assertThat(CLUSTER.client()
                        .v1()
                        .events()
                        .inNamespace(SharedCluster.NAMESPACE)
                        .list()
                        .getItems())
                .as("complaints about the next pod")
                .noneMatch(event -> event.getInvolvedObject().getName().equals("next"));
        Map<String, String> end = new TreeMap<>(variables);
        end.put("CNI_COMMAND", "DEL");
        assertThat(cni(configuration("1.1.0"), end).status()).isZero();
        CLUSTER.delete("next");
        try (NetworkNamespace outside = NetworkNamespace.named(taken)) {
            outside.run(inside -> assertThat(inside.routes().link("eth0"))
                    .as("the other's interface")
                    .isPresent());
        }
    }
}
