package org.karst.sandbox.chaos;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.karst.sandbox.Place;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.internal.Echo;

/**
 * Pods with policies in a namespace of their own, and the streams between them: {@code near} and {@code beside} on the first node,
 * {@code far} and {@code stranger} on the second. Only those with the label {@code role=client} may send to the echo servers of those with
 * {@code role=server}, and only there.
 */
public final class Workload {
    static final String NAMESPACE = "chaos";

    private static final String PASSING = "passing";
    /** So many that their port has more to carry than that of any pod: a queue that overflows there overflows here too. */
    private static final int CONTROLS = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SandboxCluster cluster;

    private Workload(SandboxCluster cluster) {
        this.cluster = cluster;
    }

    /** Creates it in a cluster of at least two nodes and waits until its pods run. */
    public static Workload create(SandboxCluster cluster) throws IOException, InterruptedException {
        Workload workload = new Workload(cluster);
        workload.create();
        return workload;
    }

    private void create() throws IOException, InterruptedException {
        KubernetesClient client = cluster.client();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        policies(client);
        List<SandboxNode> nodes = cluster.sandbox().nodes();
        createPod("near", nodes.get(0), "client");
        createPod("beside", nodes.get(0), "server");
        createPod("far", nodes.get(1), "server");
        createPod("stranger", nodes.get(1), "stranger");
        cluster.awaitPods(PATIENCE);
    }

    /** Creates a pod with a role. */
    public void createPod(String name, SandboxNode node, String role) {
        cluster.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .withLabels(Map.of("role", role))
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node.name())
                        .addNewContainer()
                        .withName("server")
                        .withImage("server")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    /** Creates pods on a node that policies name; returns their names. */
    List<String> createPassersBy(int count, SandboxNode node) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = "passer-by-" + i;
            createPod(name, node, i % 2 == 0 ? "client" : "server");
            names.add(name);
        }
        return names;
    }

    /** Creates a policy about the servers that admits nothing more. */
    void createPassingPolicy() {
        cluster.client()
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(PASSING)
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("role", "server")
                        .endPodSelector()
                        .withPolicyTypes("Ingress")
                        .endSpec()
                        .build())
                .create();
    }

    void deletePassingPolicy() {
        cluster.client()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace(NAMESPACE)
                .withName(PASSING)
                .delete();
    }

    /** Deletes a pod and waits until it is gone. */
    public void deletePod(String name) throws InterruptedException {
        var pod = cluster.client().pods().inNamespace(NAMESPACE).withName(name);
        pod.withGracePeriod(0).delete();
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (pod.get() != null && System.nanoTime() < end) {
            Thread.sleep(50);
        }
    }

    private static void policies(KubernetesClient client) {
        client.resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("servers")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("role", "server")
                        .endPodSelector()
                        .withPolicyTypes("Ingress")
                        .addNewIngress()
                        .addNewFrom()
                        .withNewPodSelector()
                        .addToMatchLabels("role", "client")
                        .endPodSelector()
                        .endFrom()
                        .addNewPort()
                        .withProtocol("UDP")
                        .withPort(new IntOrString(Echo.PORT))
                        .endPort()
                        .endIngress()
                        .endSpec()
                        .build())
                .create();
        client.resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName("clients")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("role", "client")
                        .endPodSelector()
                        .withPolicyTypes("Egress")
                        .addNewEgress()
                        .addNewTo()
                        .withNewPodSelector()
                        .addToMatchLabels("role", "server")
                        .endPodSelector()
                        .endTo()
                        .endEgress()
                        .endSpec()
                        .build())
                .create();
    }

    /** A running pod of it. */
    public Place place(String pod) {
        Pod found = cluster.client().pods().inNamespace(NAMESPACE).withName(pod).get();
        return cluster.place(found);
    }

    /** Near and far in both families; what the policies forbid; and beside them the machine alone. */
    public List<Stream> streams() throws IOException {
        Place near = place("near");
        Place beside = place("beside");
        Place far = place("far");
        Place stranger = place("stranger");
        Place first = cluster.sandbox().nodes().get(0).place();
        Place second = cluster.sandbox().nodes().get(1).place();
        List<Stream> streams = new ArrayList<>();
        for (boolean six : new boolean[] {false, true}) {
            String family = six ? " IPv6" : " IPv4";
            streams.add(stream("near" + family, near, beside, six, Stream.Kind.ALLOWED));
            streams.add(stream("far" + family, near, far, six, Stream.Kind.TUNNELLED));
            streams.add(stream("forbidden" + family, stranger, beside, six, Stream.Kind.FORBIDDEN));
        }
        for (int i = 1; i <= CONTROLS; i++) {
            streams.add(stream("control of node 1, " + i, outside(), first, false, Stream.Kind.CONTROL));
            streams.add(stream("control of node 2, " + i, outside(), second, false, Stream.Kind.CONTROL));
        }
        return streams;
    }

    private Place outside() {
        return cluster.sandbox().settings().outside();
    }

    private static Stream stream(String name, Place from, Place to, boolean six, Stream.Kind kind) throws IOException {
        String address = (six ? to.ipv6() : to.ipv4()).orElseThrow();
        return new Stream(name, from, InetAddress.getByName(address), kind);
    }
}
