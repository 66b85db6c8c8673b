package org.karst.itests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.karst.sandbox.NodePlan;
import org.karst.sandbox.Place;
import org.karst.sandbox.ProbeResult;
import org.karst.sandbox.Prober;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;
import org.karst.sandbox.chaos.Workload;

/**
 * One cluster for several test classes: real server, real switches, pods by the real plugin. {@code near} and {@code beside} are on
 * node-1, {@code far} is on node-2; node-3 has room for few pods. It is made at the first use and ends with the last test.
 */
final class SharedCluster implements BeforeAllCallback {
    static final String NAMESPACE = "itests";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<NodePlan> NODES = List.of(
            new NodePlan(
                    "node-1", "172.18.1.1", "fd00:18::1:1", List.of("10.128.0.0/23", "fd00:10:128:1::/64"), Map.of()),
            new NodePlan(
                    "node-2", "172.18.1.2", "fd00:18::1:2", List.of("10.128.2.0/23", "fd00:10:128:2::/64"), Map.of()),
            new NodePlan(
                    "node-3", "172.18.1.3", "fd00:18::1:3", List.of("10.128.4.0/29", "fd00:10:128:3::/64"), Map.of()));

    private Running running;

    /** What is closed after all test classes. */
    private record Running(SandboxCluster cluster, List<ProbeResult> first, AtomicReference<Workload> used)
            implements AutoCloseable {
        static Running start() throws IOException, InterruptedException {
            Path repository = Path.of(System.getProperty("karst.repository"));
            Path distribution = repository.resolve("karaf-distribution/target/assembly");
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            SandboxCluster cluster = SandboxCluster.start(
                    SandboxSettings.of(
                                    "karst-t-it-" + ProcessHandle.current().pid(),
                                    Files.createTempDirectory("karst-it").resolve("state"))
                            .withNodes(NODES),
                    new ServerSettings(
                            distribution,
                            distribution.resolve("bin/karst-cni"),
                            port,
                            Optional.empty(),
                            Map.of("JAVA_HOME", System.getProperty("java.home"))),
                    progress -> {});
            try {
                cluster.client()
                        .resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(NAMESPACE)
                                .endMetadata()
                                .build())
                        .create();
                create(cluster.client(), "near", "node-1", Map.of());
                create(cluster.client(), "beside", "node-1", Map.of());
                create(cluster.client(), "far", "node-2", Map.of());
                cluster.awaitPods(PATIENCE);
                return new Running(cluster, firstPackets(cluster), new AtomicReference<>());
            } catch (IOException | InterruptedException | RuntimeException failure) {
                cluster.close();
                throw failure;
            }
        }

        Workload workload() throws IOException, InterruptedException {
            if (used.get() == null) {
                used.set(Workload.create(cluster));
                cluster.awaitReady();
            }
            return used.get();
        }

        /** The very first packets between nodes, one for each family and direction. */
        private static List<ProbeResult> firstPackets(SandboxCluster cluster) throws IOException {
            List<ProbeResult> results = new ArrayList<>();
            for (String from : List.of("near", "far")) {
                Prober prober = new Prober(place(cluster, from), PATIENCE);
                Place to = place(cluster, from.equals("near") ? "far" : "near");
                for (String address : List.of(to.ipv4().orElseThrow(), to.ipv6().orElseThrow())) {
                    results.add(prober.icmp(InetAddress.getByName(address), 56));
                }
            }
            return results;
        }

        @Override
        public void close() throws IOException, InterruptedException {
            Path state = cluster.sandbox().settings().state();
            cluster.close();
            Files.deleteIfExists(state.getParent());
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for network namespaces");
        running = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedCluster.class))
                .getOrComputeIfAbsent(
                        Running.class,
                        key -> {
                            try {
                                return Running.start();
                            } catch (IOException e) {
                                throw new AssertionError("the cluster did not start: " + e.getMessage(), e);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                                throw new AssertionError("interrupted while the cluster started", e);
                            }
                        },
                        Running.class);
    }

    SandboxCluster cluster() {
        return running.cluster();
    }

    KubernetesClient client() {
        return running.cluster().client();
    }

    /** Pods with policies and the streams between them; made at the first use. */
    Workload workload() throws IOException, InterruptedException {
        return running.workload();
    }

    /** What became of the very first packets between nodes. */
    List<ProbeResult> firstPackets() {
        return running.first();
    }

    Path log() {
        return running.cluster().sandbox().settings().state().resolve("log/karst.log");
    }

    /** A running pod. */
    Place place(String pod) {
        return place(running.cluster(), pod);
    }

    private static Place place(SandboxCluster cluster, String pod) {
        return cluster.place(
                cluster.client().pods().inNamespace(NAMESPACE).withName(pod).get());
    }

    /** Creates a pod on a node. */
    Pod create(String name, String node, Map<String, String> annotations) {
        return create(client(), name, node, annotations);
    }

    private static Pod create(KubernetesClient client, String name, String node, Map<String, String> annotations) {
        return client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withNamespace(NAMESPACE)
                        .withName(name)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .addNewContainer()
                        .withName("server")
                        .withImage("server")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    void delete(String pod) {
        client().pods().inNamespace(NAMESPACE).withName(pod).withGracePeriod(0).delete();
        await(
                "the end of pod " + pod,
                () -> client().pods().inNamespace(NAMESPACE).withName(pod).get() == null);
    }

    boolean runs(String pod) {
        Pod found = client().pods().inNamespace(NAMESPACE).withName(pod).get();
        return found != null
                && found.getStatus() != null
                && "Running".equals(found.getStatus().getPhase());
    }

    /** Waits for an event about an object, and returns its message. */
    String awaitEvent(String kind, String name, String reason) {
        String[] message = {""};
        await("an event " + reason + " of " + kind + " " + name, () -> {
            for (Event event : client().v1().events().inAnyNamespace().list().getItems()) {
                if (event.getInvolvedObject().getKind().equals(kind)
                        && event.getInvolvedObject().getName().equals(name)
                        && event.getReason().equals(reason)) {
                    message[0] = event.getMessage();
                    return true;
                }
            }
            return false;
        });
        return message[0];
    }

    /** Packets that flows of a place have seen whose match and actions contain these texts. */
    long packets(String node, String place, String match, String actions) {
        Map<?, ?> answer = Serialization.unmarshal(
                client().raw("/karst/v1/flows?node=" + node + "&slot=" + place.substring(0, place.indexOf('/'))),
                Map.class);
        long packets = 0;
        int flows = 0;
        for (Object row : (List<?>) answer.get("flows")) {
            Map<?, ?> flow = (Map<?, ?>) row;
            if (flow.get("place").equals(place)
                    && flow.get("match").toString().matches(match)
                    && flow.get("actions").equals(actions)) {
                flows++;
                packets += ((Number) ((Map<?, ?>) flow.get("counters")).get("packets")).longValue();
            }
        }
        if (flows != 1) {
            throw new AssertionError(flows + " flows of " + place + " match " + match + " and do " + actions);
        }
        return packets;
    }

    static void await(String what, Callable<Boolean> condition) {
        await(what, PATIENCE, condition);
    }

    static void await(String what, Duration patience, Callable<Boolean> condition) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("waited " + patience.toSeconds() + " s for " + what);
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        } catch (AssertionError e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("while waiting for " + what, e);
        }
    }
}
