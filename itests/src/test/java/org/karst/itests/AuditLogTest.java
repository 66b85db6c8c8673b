package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.Place;
import org.karst.sandbox.Prober;

/** From a real packet that a policy denies to the line that tells of it. */
@Tag("root")
class AuditLogTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final String NAMESPACE = "audited";
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private static Place server;

    @BeforeAll
    static void prepare() throws Exception {
        CLUSTER.client()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .withLabels(Map.of("audited", "yes"))
                        .withAnnotations(Map.of("k8s.ovn.org/acl-logging", "{\"deny\":\"alert\",\"allow\":\"info\"}"))
                        .endMetadata()
                        .build())
                .create();
        CLUSTER.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("server")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("node-2")
                        .addNewContainer()
                        .withName("server")
                        .withImage("server")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        CLUSTER.cluster().awaitPods(Duration.ofSeconds(60));
        Pod pod = CLUSTER.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withName("server")
                .get();
        server = CLUSTER.cluster().place(pod);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            clusterPolicy().delete();
            CLUSTER.client()
                    .network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(NAMESPACE)
                    .delete();
            CLUSTER.client().pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
            CLUSTER.client().namespaces().withName(NAMESPACE).delete();
        }
    }

    /** Only the pod far may reach the server. */
    private static void policy(Map<String, String> annotations) {
        CLUSTER.client()
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("from-far")
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .endPodSelector()
                        .addNewIngress()
                        .addNewFrom()
                        .withNewIpBlock()
                        .withCidr(CLUSTER.place("far").ipv4().orElseThrow() + "/32")
                        .endIpBlock()
                        .endFrom()
                        .endIngress()
                        .endSpec()
                        .build())
                .createOr(NonDeletingOperation::update);
    }

    /** Before NetworkPolicy is asked. */
    private static void clusterPolicy(String action, Map<String, String> annotations) {
        GenericKubernetesResource policy = Serialization.unmarshal(
                """
                apiVersion: policy.networking.k8s.io/v1alpha1
                kind: AdminNetworkPolicy
                metadata: {name: edge}
                spec:
                  priority: 7
                  subject: {namespaces: {matchLabels: {audited: "yes"}}}
                  ingress: [{action: %s, from: [{namespaces: {}}]}]
                """
                        .formatted(action),
                GenericKubernetesResource.class);
        policy.getMetadata().setAnnotations(annotations);
        CLUSTER.client().resource(policy).createOr(NonDeletingOperation::update);
    }

    private static Resource<GenericKubernetesResource> clusterPolicy() {
        return CLUSTER.client()
                .genericKubernetesResources("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy")
                .withName("edge");
    }

    private static Path file(String name) {
        return CLUSTER.log().resolveSibling(name);
    }

    /** Sends pings until a line tells of one, and returns the JSON line of the same packet. */
    private static String told(String from, String address, String line) {
        Pattern pattern = Pattern.compile(line);
        String[] json = {""};
        SharedCluster.await("the line " + line, () -> {
            new Prober(CLUSTER.place(from), PATIENCE).icmp(InetAddress.getByName(address), 56);
            if (!Files.exists(file("acl-audit-log.json"))) {
                return false;
            }
            List<String> lines = Files.readAllLines(file("acl-audit-log.log"));
            List<String> jsons = Files.readAllLines(file("acl-audit-log.json"));
            for (int i = 0; i < Math.min(lines.size(), jsons.size()); i++) {
                if (pattern.matcher(lines.get(i)).matches()) {
                    json[0] = jsons.get(i);
                    return true;
                }
            }
            return false;
        });
        return json[0];
    }

    private static String line(String name, String verdict, String severity, String packet) {
        return "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\\|\\d{5,}\\|acl_log\\(ovn_pinctrl0\\)\\|INFO\\|name=\""
                + name + "\", verdict=" + verdict + ", severity=" + severity + ", direction=to-lport: " + packet;
    }

    private static String icmp(String from) {
        return "icmp,vlan_tci=0x0000,dl_src=[0-9a-f:]{17},dl_dst=[0-9a-f:]{17},nw_src="
                + CLUSTER.place(from).ipv4().orElseThrow() + ",nw_dst="
                + server.ipv4().orElseThrow()
                + ",nw_tos=0,nw_ecn=0,nw_ttl=\\d+,nw_frag=no,icmp_type=8,icmp_code=0";
    }

    @Test
    void whatIsDeniedAllowedAndRehearsedIsToldWithTheRightNames() throws IOException {
        policy(Map.of());
        String four = server.ipv4().orElseThrow();
        assertThat(told("near", four, line("NP:audited:Ingress", "drop", "alert", icmp("near"))))
                .contains("\"node\":\"node-2\"", "\"dryRun\":false", "\"verdict\":\"drop\"")
                .contains("\"source\":{\"namespace\":\"itests\",\"pod\":\"near\"")
                .contains("\"destination\":{\"namespace\":\"audited\",\"pod\":\"server\"")
                .contains("\"policy\":{\"kind\":\"NetworkPolicy\",\"namespace\":\"audited\",\"name\":\"from-far\"}");
        assertThat(told(
                        "near",
                        server.ipv6().orElseThrow(),
                        line("NP:audited:Ingress", "drop", "alert", "icmp6,.*,icmp_type=128,icmp_code=0")))
                .contains("\"protocol\":\"icmp6\"", "\"pod\":\"near\"");
        assertThat(told("far", four, line("NP:audited:from-far:Ingress:0", "allow", "info", icmp("far"))))
                .contains("\"firstPacket\":true", "\"name\":\"from-far\",\"rule\":0}");

        clusterPolicy("Allow", Map.of("karst.org/enforcement", "audit"));
        told("near", four, line("dry-run:ANP:edge:Ingress:0", "allow", "notice", icmp("near")));
        Map<String, String> told =
                Map.of("k8s.ovn.org/acl-logging", "{\"pass\":\"notice\",\"deny\":\"warning\",\"allow\":\"debug\"}");
        clusterPolicy("Pass", told);
        assertThat(told("far", four, line("ANP:edge:Ingress:0", "pass", "notice", icmp("far"))))
                .contains(
                        "\"verdict\":\"pass\"",
                        "\"policy\":{\"kind\":\"AdminNetworkPolicy\",\"name\":\"edge\",\"rule\":0}");
        clusterPolicy("Deny", told);
        told("far", four, line("ANP:edge:Ingress:0", "drop", "warning", icmp("far")));
        clusterPolicy("Allow", told);
        told("near", four, line("ANP:edge:Ingress:0", "allow", "debug", icmp("near")));
        clusterPolicy().delete();

        policy(Map.of("karst.org/enforcement", "audit"));
        assertThat(told("near", four, line("dry-run:NP:audited:Ingress", "drop", "alert", icmp("near"))))
                .contains("\"dryRun\":true", "\"pod\":\"near\"");
        // The datapath follows the tables within a revalidation.
        SharedCluster.await("that nothing is denied for it", () -> new Prober(CLUSTER.place("near"), PATIENCE)
                .icmp(InetAddress.getByName(four), 56)
                .passed());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("acl-audit-log.log"))))
                .isEqualTo("rw-r-----");
    }
}
