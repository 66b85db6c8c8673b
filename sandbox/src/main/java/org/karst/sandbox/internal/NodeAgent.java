package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.TrafficServers;

/**
 * What the kubelets of all nodes would do for a Pod object: a namespace, the CNI plugin, servers in it, its status; and all of it
 * back when the object goes. What happens to one pod happens in order; different pods at once.
 */
public final class NodeAgent implements AutoCloseable {
    private static final int WORKERS = 8;

    private final KubernetesClient client;
    private final Map<String, SandboxNode> nodes;
    private final Path plugin;
    private final PodPlaces places;
    private final TrafficServers servers;
    private final Map<String, PodWork> work = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, task -> {
        Thread thread = new Thread(task, "node agent");
        thread.setDaemon(true);
        return thread;
    });
    private final SharedIndexInformer<Pod> informer;

    /** Makes and names the namespaces of pods. */
    public interface PodPlaces {
        /** Makes the namespace of a pod. */
        NetworkNamespace create(String namespace, String name, String uid) throws IOException;

        /** The name of a pod's namespace; another for a later pod of the same name. */
        String name(String namespace, String name, String uid);
    }

    private NodeAgent(
            KubernetesClient client,
            Map<String, SandboxNode> nodes,
            Path plugin,
            PodPlaces places,
            TrafficServers servers) {
        this.client = client;
        this.nodes = Map.copyOf(nodes);
        this.plugin = plugin;
        this.places = places;
        this.servers = servers;
        // As kubelets do: of a hundred thousand pods only those that are on a node.
        this.informer =
                client.pods().inAnyNamespace().withoutField("spec.nodeName", "").inform(new Watcher());
    }

    /** Writes the configuration list of each node's runtime, begins with the pods that are bound to these nodes, and goes on with each that comes. */
    public static NodeAgent start(
            KubernetesClient client,
            Map<String, SandboxNode> nodes,
            Path plugin,
            PodPlaces places,
            TrafficServers servers)
            throws IOException {
        for (SandboxNode node : nodes.values()) {
            Path configurations = Files.createDirectories(node.directory().resolve("cni/net.d"));
            Files.writeString(
                    configurations.resolve("10-karst.conflist"), new CniPlugin(plugin, node.cniSocket()).list() + "\n");
        }
        return new NodeAgent(client, nodes, plugin, places, servers);
    }

    private final class Watcher implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            wanted(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                gone(before);
            }
            wanted(pod);
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            gone(pod);
        }
    }

    private void wanted(Pod pod) {
        SandboxNode node = pod.getSpec().getNodeName() == null
                ? null
                : nodes.get(pod.getSpec().getNodeName());
        if (node != null) {
            work.computeIfAbsent(pod.getMetadata().getUid(), uid -> new PodWork(this, pod, node))
                    .wish(pod, true);
        }
    }

    private void gone(Pod pod) {
        PodWork known = work.get(pod.getMetadata().getUid());
        if (known != null) {
            known.wish(pod, false);
        }
    }

    KubernetesClient client() {
        return client;
    }

    ExecutorService workers() {
        return workers;
    }

    PodPlaces places() {
        return places;
    }

    TrafficServers servers() {
        return servers;
    }

    CniPlugin plugin(SandboxNode node) {
        return new CniPlugin(plugin, node.cniSocket());
    }

    /** A pod is over: whatever comes later under its UID is a mistake. */
    void finished(String uid, PodWork over) {
        work.remove(uid, over);
    }

    @Override
    public void close() {
        informer.stop();
        workers.shutdownNow();
    }
}
