package org.karst.bench.sides;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes objects into the API as many clients do at once. */
final class Objects implements AutoCloseable {
    static final String PODS = "pods.v1";
    static final String POLICIES = "networkpolicies.networking.k8s.io/v1";

    private static final int CLIENTS = 8;
    private static final Pattern VERSION = Pattern.compile("\"resourceVersion\":\"([0-9]+)\"");

    private final KubernetesClient client;
    private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    private final SortedSet<String> restricted = new TreeSet<>();

    Objects(KubernetesClient client) {
        this.client = client;
    }

    /**
     * An object to be.
     *
     * @param collection the path of its kind
     * @param json what it is
     */
    record Creation(String collection, String json) {}

    static Creation namespace(String name) {
        return new Creation("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    /** It names no node. */
    static Creation pod(Dummy pod) {
        return pod(pod, "");
    }

    static Creation podOnItsNode(Dummy pod) {
        return pod(pod, "\"nodeName\":\"" + pod.nodeName() + "\",");
    }

    private static Creation pod(Dummy pod, String moreOfSpec) {
        return new Creation(
                "/api/v1/namespaces/" + pod.namespace() + "/pods",
                "{\"metadata\":{\"name\":\"" + pod.name() + "\",\"labels\":{\"app\":\"none\"}},\"spec\":{" + moreOfSpec
                        + "\"containers\":[{\"name\":\"none\",\"image\":\"none\"}]}}");
    }

    static Creation policy(Policy policy) {
        String labels = policy.app().isEmpty() ? "" : "\"matchLabels\":{\"app\":\"" + policy.app() + "\"}";
        return new Creation(
                policies(policy.namespace()),
                "{\"metadata\":{\"name\":\"" + policy.name() + "\"},\"spec\":{\"podSelector\":{" + labels
                        + "},\"policyTypes\":[\"Ingress\"],\"ingress\":[{\"from\":[{\"namespaceSelector\":{\"matchLabels\":"
                        + "{\"kubernetes.io/metadata.name\":\"" + policy.from()
                        + "\"}}}],\"ports\":[{\"protocol\":\"TCP\",\"port\":" + policy.port() + "}]}]}}");
    }

    private static String policies(String namespace) {
        return "/apis/networking.k8s.io/v1/namespaces/" + namespace + "/networkpolicies";
    }

    /** Begins to create objects, several at a time; the result is the highest of their versions. */
    Future<Long> begin(List<Creation> creations) {
        List<Future<Long>> written = new ArrayList<>();
        for (Creation creation : creations) {
            if (creation.collection().endsWith("/networkpolicies")) {
                restricted.add(creation.collection());
            }
            written.add(clients.submit(() -> version(client.raw(creation.collection(), "POST", creation.json()))));
        }
        return clients.submit(() -> {
            long highest = 0;
            for (Future<Long> each : written) {
                highest = Math.max(highest, each.get());
            }
            return highest;
        });
    }

    /** Creates objects and answers with the highest of their versions. */
    long post(List<Creation> creations) throws IOException, InterruptedException {
        return get(begin(creations));
    }

    static long get(Future<Long> version) throws IOException, InterruptedException {
        try {
            return version.get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "an object could not be written: " + e.getCause().getMessage(), e);
        }
    }

    private static long version(String answer) {
        Matcher matcher = VERSION.matcher(answer);
        if (!matcher.find()) {
            throw new IllegalStateException("an answer of the API has no resourceVersion: " + answer);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Deletes a policy; the answer is a version as of which it is gone. */
    long delete(Policy policy) {
        client.raw(policies(policy.namespace()) + '/' + policy.name(), "DELETE", null);
        return version(client.raw(policies(policy.namespace()) + "?limit=1"));
    }

    /** Gives a pod the label {@code app}. */
    long label(Dummy pod, String app) {
        return Long.parseLong(client.pods()
                .inNamespace(pod.namespace())
                .withName(pod.name())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"app\":\"" + app + "\"}}}")
                .getMetadata()
                .getResourceVersion());
    }

    /** Deletes all policies that were ever made. */
    void deletePolicies() {
        restricted.forEach(collection -> client.raw(collection, "DELETE", null));
        restricted.clear();
    }

    @Override
    public void close() {
        clients.shutdownNow();
    }
}
