package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxNode;

/** Applies the demo's manifests to a running sandbox and measures who reaches whom. */
public final class Demo {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONFLICT = 409;
    private static final String MANIFESTS = "/org/karst/sandbox/demo.yaml";

    private Demo() {}

    public static Matrix run(Environment environment, Description sandbox, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (KubernetesClient client = ApiAccess.open(environment.kubeconfig())) {
            progress.accept("applying the manifests of the demo");
            List<Pod> pods = apply(client, sandbox);
            progress.accept("waiting for " + pods.size() + " pods");
            SandboxCluster.awaitPods(client, PATIENCE);
            List<Matrix.Located> places = new ArrayList<>();
            for (Pod pod : pods) {
                Pod running = client.pods().resource(pod).get();
                if (running == null) {
                    throw new SandboxException("pod demo/" + pod.getMetadata().getName() + " was deleted meanwhile");
                }
                places.add(new Matrix.Located(
                        PodNamespaces.place(sandbox.settings().name(), running),
                        running.getSpec().getNodeName(),
                        false));
            }
            for (SandboxNode node : sandbox.settings().nodes()) {
                if (pods.stream()
                        .anyMatch(pod -> node.name().equals(pod.getSpec().getNodeName()))) {
                    places.add(new Matrix.Located(node.place(), node.name(), true));
                }
            }
            return Matrix.measure(places, sandbox.settings().families(), progress);
        }
    }

    /** Creates what is not there yet, and returns the pods; those of nodes that this sandbox does not have are left out. */
    private static List<Pod> apply(KubernetesClient client, Description sandbox) throws IOException {
        Set<String> nodes =
                sandbox.settings().nodes().stream().map(SandboxNode::name).collect(Collectors.toSet());
        List<Pod> pods = new ArrayList<>();
        try (InputStream manifests = Demo.class.getResourceAsStream(MANIFESTS)) {
            for (HasMetadata object : client.load(manifests).items()) {
                if (object instanceof Pod pod) {
                    if (!nodes.contains(pod.getSpec().getNodeName())) {
                        continue;
                    }
                    pods.add(pod);
                }
                try {
                    client.resource(object).create();
                } catch (KubernetesClientException refused) {
                    if (refused.getCode() != CONFLICT) {
                        throw refused;
                    }
                }
            }
        }
        return pods;
    }
}
