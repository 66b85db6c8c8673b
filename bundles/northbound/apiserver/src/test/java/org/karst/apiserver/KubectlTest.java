package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stock {@code kubectl} against the server, where there is one on the path. */
@Timeout(300)
class KubectlTest {
    private static final String MANIFEST =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node-a, labels: {node-role.kubernetes.io/worker: ""}}
            spec: {podCIDRs: [10.128.0.0/23]}
            status: {addresses: [{type: InternalIP, address: 192.168.1.1}], conditions: [{type: Ready, status: "True"}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec: {nodeName: node-a, containers: [{name: c, image: x}]}
            """;

    @TempDir
    Path directory;

    private ApiServer server;
    private Path manifest;

    private record Outcome(int status, String output) {}

    @BeforeEach
    void start() throws Exception {
        assumeTrue(isOnPath(), "no kubectl on the path");
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        manifest = Files.writeString(directory.resolve("manifest.yaml"), MANIFEST);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static boolean isOnPath() {
        return List.of(System.getenv("PATH").split(":", -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }

    private Process begin(Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("kubectl", "--kubeconfig", server.kubeconfig().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        // Where kubectl keeps its cache of discovery.
        builder.environment().put("HOME", directory.toString());
        return builder.start();
    }

    private Outcome kubectl(String... arguments) throws Exception {
        Path output = Files.createTempFile(directory, "kubectl", ".out");
        Process process = begin(output, arguments);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(String.join(" ", arguments))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }

    @Test
    void createsShowsChangesAndDeletes() throws Exception {
        String file = manifest.toString();
        assertThat(kubectl("create", "-f", file).output())
                .isEqualTo("namespace/shop created\nnode/node-a created\npod/web created\n");
        assertThat(kubectl("create", "-f", file).output())
                .contains("(AlreadyExists)")
                .contains("pods \"web\" already exists");

        // By a typed client, which speaks Protobuf.
        assertThat(kubectl("create", "namespace", "other").output()).isEqualTo("namespace/other created\n");
        assertThat(kubectl("delete", "namespace", "other").output()).startsWith("namespace \"other\" deleted");

        assertThat(kubectl("get", "nodes").output())
                .matches("(?s)NAME +STATUS +ROLES +AGE +VERSION\\s+node-a +Ready +worker +\\d+s\\s+");
        assertThat(kubectl("get", "po", "-A", "-o", "wide", "-l", "app in (web)")
                        .output())
                .matches("(?s)NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS"
                        + " GATES\\s+shop +web +0/1 +Pending +0 +\\d+s +<none> +node-a +<none> +<none>\\s+");
        assertThat(kubectl("describe", "node", "node-a").output())
                .contains("PodCIDR:")
                .contains("web");
        assertThat(kubectl("get", "pods", "-n", "shop", "-o", "jsonpath={.items[*].metadata.name}")
                        .output())
                .isEqualTo("web");

        assertThat(kubectl("label", "pod", "-n", "shop", "web", "tier=front").output())
                .isEqualTo("pod/web labeled\n");
        assertThat(kubectl("annotate", "node", "node-a", "k=v").output()).isEqualTo("node/node-a annotated\n");
        assertThat(kubectl(
                                "patch",
                                "pod",
                                "-n",
                                "shop",
                                "web",
                                "--subresource=status",
                                "--type=json",
                                "-p",
                                "[{\"op\":\"add\",\"path\":\"/status/podIP\",\"value\":\"10.128.0.5\"}]")
                        .output())
                .isEqualTo("pod/web patched\n");
        assertThat(kubectl(
                                "get",
                                "pod",
                                "-n",
                                "shop",
                                "web",
                                "-o",
                                "jsonpath={.metadata.labels.tier} {.status.podIPs[0].ip}")
                        .output())
                .isEqualTo("front 10.128.0.5");
        assertThat(kubectl("wait", "--for=condition=Ready", "node/node-a", "--timeout=60s")
                        .output())
                .isEqualTo("node/node-a condition met\n");

        Path changed = Files.writeString(
                directory.resolve("changed.yaml"), MANIFEST.replace("{app: web}", "{app: web, v: two}"));
        Outcome replaced = kubectl("replace", "-f", changed.toString());
        assertThat(replaced.output()).contains("pod/web replaced");
        assertThat(replaced.status()).isZero();

        assertThat(kubectl("delete", "--dry-run=server", "-f", file).output()).contains("(server dry run)");
        assertThat(kubectl("get", "-f", file).status()).as("all is still there").isZero();
        assertThat(kubectl("delete", "namespace", "shop").output()).contains("namespace \"shop\" deleted");
        assertThat(kubectl("get", "pods", "-A").output()).isEqualTo("No resources found\n");
        assertThat(kubectl("delete", "namespace", "default").output()).contains("this namespace may not be deleted");
    }

    @Test
    void refusesAPolicyWithAWordThatItDoesNotKnow() throws Exception {
        Path policy = Files.writeString(
                directory.resolve("policy.yaml"),
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: p, namespace: default}
                spec: {podselector: {matchLabels: {app: web}}}
                """);
        Outcome refused = kubectl("apply", "-f", policy.toString());
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output()).contains("strict decoding error: unknown field \"spec.podselector\"");
        assertThat(kubectl("apply", "--validate=warn", "-f", policy.toString()).output())
                .contains("Warning: unknown field \"spec.podselector\"")
                .contains("networkpolicy.networking.k8s.io/p created");
        assertThat(kubectl("describe", "networkpolicy", "p").output()).contains("Allowing ingress traffic");
        assertThat(kubectl("explain", "networkpolicy.spec").output()).contains("podSelector");
    }

    @Test
    void appliesWhatAManifestSaysAndForgetsWhatItNoLongerSays() throws Exception {
        String file = manifest.toString();
        assertThat(kubectl("apply", "-f", file).output())
                .isEqualTo("namespace/shop created\nnode/node-a created\npod/web created\n");
        assertThat(kubectl("apply", "-f", file).output())
                .isEqualTo("namespace/shop unchanged\nnode/node-a unchanged\npod/web unchanged\n");
        kubectl("label", "pod", "-n", "shop", "web", "own=1");
        Path changed = Files.writeString(
                directory.resolve("changed.yaml"),
                MANIFEST.replace("{app: web}", "{tier: front}").replace("image: x}", "image: z}"));
        assertThat(kubectl("diff", "-f", changed.toString()).output())
                .contains("-    app: web")
                .contains("+    tier: front");
        assertThat(kubectl("apply", "-f", changed.toString()).output()).contains("pod/web configured");
        assertThat(kubectl(
                                "get",
                                "pod",
                                "-n",
                                "shop",
                                "web",
                                "-o",
                                "jsonpath={.metadata.labels} {.spec.containers[*].image}")
                        .output())
                .isEqualTo("{\"own\":\"1\",\"tier\":\"front\"} z");

        Path policy = Files.writeString(
                directory.resolve("policy.yaml"),
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: deny, namespace: shop}
                spec: {podSelector: {}, policyTypes: [Ingress]}
                """);
        assertThat(kubectl("apply", "-f", policy.toString()).output())
                .isEqualTo("networkpolicy.networking.k8s.io/deny created\n");
        assertThat(kubectl(
                                "patch",
                                "networkpolicy",
                                "-n",
                                "shop",
                                "deny",
                                "-p",
                                "{\"spec\":{\"policyTypes\":[\"Egress\"]}}")
                        .output())
                .isEqualTo("networkpolicy.networking.k8s.io/deny patched\n");
        assertThat(kubectl("apply", "-f", policy.toString()).output()).contains("deny configured");
        assertThat(kubectl("delete", "-f", policy.toString()).output()).contains("\"deny\" deleted");
    }

    @Test
    void appliesOnTheServersSide() throws Exception {
        String file = manifest.toString();
        assertThat(kubectl("apply", "--server-side", "-f", file).output())
                .isEqualTo("namespace/shop serverside-applied\nnode/node-a serverside-applied\npod/web"
                        + " serverside-applied\n");
        assertThat(kubectl("get", "pod", "-n", "shop", "web", "-o", "yaml", "--show-managed-fields")
                        .output())
                .contains("manager: kubectl")
                .contains("operation: Apply")
                .contains("k:{\"name\":\"c\"}");
        kubectl("label", "pod", "-n", "shop", "web", "--field-manager=hand", "--overwrite", "app=other");
        Outcome conflict = kubectl("apply", "--server-side", "-f", file);
        assertThat(conflict.status()).isNotZero();
        assertThat(conflict.output())
                .contains("Apply failed with 1 conflict: conflict with \"hand\" using v1: .metadata.labels.app")
                .contains("--force-conflicts");
        assertThat(kubectl("apply", "--server-side", "--force-conflicts", "-f", file)
                        .output())
                .contains("pod/web serverside-applied");
        Path changed =
                Files.writeString(directory.resolve("changed.yaml"), MANIFEST.replace("{app: web}", "{tier: front}"));
        assertThat(kubectl("diff", "--server-side", "-f", changed.toString()).output())
                .contains("-    app: web")
                .contains("+    tier: front");
        kubectl("apply", "--server-side", "-f", changed.toString());
        assertThat(kubectl("get", "pod", "-n", "shop", "web", "-o", "jsonpath={.metadata.labels}")
                        .output())
                .isEqualTo("{\"tier\":\"front\"}");
    }

    @Test
    void goesOverFromTheClientsSideToTheServers() throws Exception {
        kubectl("apply", "-f", manifest.toString());
        Path changed =
                Files.writeString(directory.resolve("changed.yaml"), MANIFEST.replace("{app: web}", "{tier: front}"));
        assertThat(kubectl("apply", "--server-side", "-f", changed.toString()).output())
                .contains("pod/web serverside-applied");
        assertThat(kubectl("get", "pod", "-n", "shop", "web", "-o", "jsonpath={.metadata.labels}")
                        .output())
                .as("what it had applied on its side it may take away on the server's")
                .isEqualTo("{\"tier\":\"front\"}");
        assertThat(kubectl("get", "pod", "-n", "shop", "web", "-o", "jsonpath={.metadata.managedFields[*].manager}")
                        .output()
                        .split(" "))
                .as("in the order of their times, which are in seconds")
                .containsExactlyInAnyOrder("kubectl", "kubectl-last-applied");
    }

    @Test
    void tellsWhoOneIsAndWhatOneMay() throws Exception {
        kubectl("create", "-f", manifest.toString());
        assertThat(kubectl("auth", "can-i", "create", "pods").output()).isEqualTo("yes\n");
        assertThat(kubectl("auth", "can-i", "--list").output())
                .contains("Non-Resource URLs")
                .contains("[*]");
        assertThat(kubectl("auth", "whoami").output()).contains("karst:admin").contains("system:masters");
        assertThat(kubectl("version").output()).contains("Server Version: v1.35");

        Path kubeconfig = directory.resolve("anna.kubeconfig");
        server.issue(kubeconfig, "anna", Role.VIEWER, Duration.ofDays(1));
        String option = "--kubeconfig=" + kubeconfig;
        assertThat(kubectl(option, "auth", "whoami").output()).contains("anna").contains("karst:viewers");
        assertThat(kubectl(option, "get", "pods", "-n", "shop").output()).contains("web");
        assertThat(kubectl(option, "auth", "can-i", "get", "pods").output()).isEqualTo("yes\n");
        Outcome no = kubectl(option, "auth", "can-i", "delete", "pods");
        assertThat(no.output()).isEqualTo("no\n");
        assertThat(no.status()).isEqualTo(1);
        assertThat(kubectl(option, "delete", "pod", "-n", "shop", "web").output())
                .isEqualTo("Error from server (Forbidden): pods \"web\" is forbidden: User \"anna\" cannot delete"
                        + " resource \"pods\" in API group \"\" in the namespace \"shop\"\n");
    }

    @Test
    void worksWithAKindThatItBrings() throws Exception {
        Path definition = Files.writeString(
                directory.resolve("crd.yaml"),
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: widgets.example.com}
                spec:
                  group: example.com
                  scope: Namespaced
                  names: {plural: widgets, kind: Widget, shortNames: [wi], categories: [all]}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    subresources:
                      status: {}
                      scale: {specReplicasPath: .spec.count, statusReplicasPath: .status.count}
                    additionalPrinterColumns:
                    - {name: Count, type: integer, jsonPath: .spec.count}
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties:
                          spec:
                            type: object
                            x-kubernetes-validations: [{rule: "self.count < 9"}]
                            properties:
                              count: {type: integer, description: How many there are, default: 2}
                """);
        assertThat(kubectl("apply", "-f", definition.toString()).output())
                .contains("does not evaluate x-kubernetes-validations")
                .contains("customresourcedefinition.apiextensions.k8s.io/widgets.example.com created");
        assertThat(kubectl("wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=60s")
                        .output())
                .isEqualTo("customresourcedefinition.apiextensions.k8s.io/widgets.example.com condition met\n");
        Path widget = Files.writeString(
                directory.resolve("widget.yaml"),
                "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: one}\nspec: {}\n");
        assertThat(kubectl("apply", "-f", widget.toString()).output()).isEqualTo("widget.example.com/one created\n");
        assertThat(kubectl("get", "wi").output()).matches("NAME +COUNT\\s+one +2\\s+");
        assertThat(kubectl("scale", "widget", "one", "--replicas=5").output())
                .isEqualTo("widget.example.com/one scaled\n");
        assertThat(kubectl("get", "all", "-o", "name").output()).isEqualTo("widget.example.com/one\n");
        assertThat(kubectl("explain", "widget.spec.count").output()).contains("How many there are");
        assertThat(kubectl("get", "widget", "one", "-o", "jsonpath={.spec.count}")
                        .output())
                .isEqualTo("5");
        assertThat(kubectl("delete", "crd", "widgets.example.com").output())
                .contains("\"widgets.example.com\" deleted");
        assertThat(kubectl("get", "widgets").output()).contains("(NotFound)");
    }

    @Test
    void watches() throws Exception {
        kubectl("create", "-f", manifest.toString());
        Path output = directory.resolve("watch.out");
        Process watch = begin(output, "get", "pods", "-n", "shop", "-w");
        try {
            await(output, "Pending");
            kubectl(
                    "patch",
                    "pod",
                    "-n",
                    "shop",
                    "web",
                    "--subresource=status",
                    "--type=merge",
                    "-p",
                    "{\"status\":{\"phase\":\"Running\"}}");
            await(output, "Running");
            kubectl("delete", "pod", "-n", "shop", "web");
            await(output, "Terminating");
        } finally {
            watch.destroyForcibly();
        }
    }

    private static void await(Path output, String text) throws Exception {
        while (!Files.readString(output, StandardCharsets.UTF_8).contains(text)) {
            Thread.sleep(20);
        }
    }
}
