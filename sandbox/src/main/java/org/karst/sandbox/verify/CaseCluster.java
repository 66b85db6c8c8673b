package org.karst.sandbox.verify;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.karst.sandbox.NodePlan;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.internal.PodWishes;

/** The objects of a case in a running sandbox, changed as its steps say. */
final class CaseCluster {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PODS = "pods.v1";
    private static final String NAMESPACES = "namespaces.v1";

    private final SandboxCluster sandbox;
    private final KubernetesClient client;
    private final ServerState server;
    private final List<NodePlan> nodes;

    /** What there is of the case, as wanted. */
    private final Map<String, Map<String, String>> namespaces = new TreeMap<>();

    private final Map<String, PolicyCase.Pod> pods = new TreeMap<>();
    private final Map<PolicyKey, ResourceDefinitionContext> policies = new LinkedHashMap<>();

    /** A policy: its kind, its namespace (empty: of the cluster) and name. */
    private record PolicyKey(String kind, String namespace, String name) {}

    CaseCluster(SandboxCluster sandbox) {
        this.sandbox = sandbox;
        this.client = sandbox.client();
        this.server = new ServerState(client);
        this.nodes = sandbox.sandbox().settings().plans();
    }

    /** Makes the cluster what a case begins with; what is the same as before stays. */
    void become(PolicyCase.Cluster wanted) throws IOException, InterruptedException {
        for (PolicyKey policy : List.copyOf(policies.keySet())) {
            deletePolicy(policy);
        }
        Map<String, PolicyCase.Pod> wantedPods = new LinkedHashMap<>();
        wanted.pods().forEach(pod -> wantedPods.put(pod.key(), pod));
        for (PolicyCase.Pod pod : List.copyOf(pods.values())) {
            PolicyCase.Pod other = wantedPods.get(pod.key());
            if (other == null || !other.withLabels(pod.labels()).equals(pod)) {
                deletePod(pod.key());
            }
        }
        Set<String> names =
                wanted.namespaces().stream().map(PolicyCase.Namespace::name).collect(Collectors.toSet());
        for (String name : List.copyOf(namespaces.keySet())) {
            if (!names.contains(name)) {
                deleteNamespace(name);
            }
        }
        for (PolicyCase.Namespace namespace : wanted.namespaces()) {
            if (!namespaces.containsKey(namespace.name())) {
                createNamespace(namespace.name(), namespace.labels());
            } else if (!namespaces.get(namespace.name()).equals(namespace.labels())) {
                labelNamespace(namespace.name(), namespace.labels());
            }
        }
        for (PolicyCase.Pod pod : wantedPods.values()) {
            if (!pods.containsKey(pod.key())) {
                createPod(pod);
            } else if (!pods.get(pod.key()).labels().equals(pod.labels())) {
                labelPod(pod.key(), pod.labels());
            }
        }
        settle();
    }

    /** Applies the actions of a step, in order, and returns when all of it is in force. */
    void apply(List<PolicyCase.Action> actions) throws IOException, InterruptedException {
        for (PolicyCase.Action action : actions) {
            try {
                apply(action);
            } catch (KubernetesClientException refused) {
                throw new SandboxException(action.op() + " " + action.name() + " was refused: " + refused.getMessage());
            } catch (RuntimeException wrong) {
                throw new SandboxException(action.op() + " " + action.name() + " makes no sense: "
                        + String.valueOf(wrong.getMessage()).lines().findFirst().orElse(""));
            }
        }
        settle();
    }

    private void apply(PolicyCase.Action action) throws IOException, InterruptedException {
        String key = action.namespace() + "/" + action.name();
        switch (action.op()) {
            case createPolicy, updatePolicy -> writePolicy(action);
            case deletePolicy ->
                deletePolicy(new PolicyKey(
                        action.kind(), action.namespace() == null ? "" : action.namespace(), action.name()));
            case createNamespace -> createNamespace(action.name(), labels(action));
            case setNamespaceLabels -> labelNamespace(action.name(), labels(action));
            case deleteNamespace -> deleteNamespace(action.name());
            case createPod -> createPod(action.pod());
            case setPodLabels -> labelPod(key, labels(action));
            case deletePod -> deletePod(key);
        }
    }

    private static Map<String, String> labels(PolicyCase.Action action) {
        return action.labels() == null ? Map.of() : action.labels();
    }

    private void settle() throws IOException, InterruptedException {
        sandbox.awaitPods(PATIENCE);
        client.pods().inAnyNamespace().list().getItems().forEach(pod -> server.wrote(PODS, pod));
        server.awaitApplied();
    }

    private void writePolicy(PolicyCase.Action action) {
        GenericKubernetesResource policy = Serialization.unmarshal(action.yaml(), GenericKubernetesResource.class);
        String namespace = policy.getMetadata().getNamespace() == null
                ? ""
                : policy.getMetadata().getNamespace();
        ResourceDefinitionContext kind = kind(policy, !namespace.isEmpty());
        GenericKubernetesResource present =
                resource(kind, namespace, policy.getMetadata().getName()).get();
        policy.getMetadata()
                .setResourceVersion(
                        present == null ? null : present.getMetadata().getResourceVersion());
        var objects = client.genericKubernetesResources(kind);
        Resource<GenericKubernetesResource> resource = namespace.isEmpty()
                ? objects.resource(policy)
                : objects.inNamespace(namespace).resource(policy);
        GenericKubernetesResource written = present == null ? resource.create() : resource.update();
        policies.put(
                new PolicyKey(policy.getKind(), namespace, policy.getMetadata().getName()), kind);
        server.wrote(name(kind), written);
    }

    private static ResourceDefinitionContext kind(GenericKubernetesResource object, boolean namespaced) {
        String apiVersion = object.getApiVersion();
        int slash = apiVersion.indexOf('/');
        String kind = object.getKind();
        return new ResourceDefinitionContext.Builder()
                .withGroup(slash < 0 ? "" : apiVersion.substring(0, slash))
                .withVersion(apiVersion.substring(slash + 1))
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT).replaceFirst("y$", "ies"))
                .withNamespaced(namespaced)
                .build();
    }

    /** As the names of watches have it. */
    private static String name(ResourceDefinitionContext kind) {
        return kind.getPlural() + "." + kind.getGroup() + "/" + kind.getVersion();
    }

    private Resource<GenericKubernetesResource> resource(
            ResourceDefinitionContext kind, String namespace, String name) {
        return namespace.isEmpty()
                ? client.genericKubernetesResources(kind).withName(name)
                : client.genericKubernetesResources(kind).inNamespace(namespace).withName(name);
    }

    private void deletePolicy(PolicyKey policy) throws IOException, InterruptedException {
        ResourceDefinitionContext kind = policies.remove(policy);
        if (kind == null) {
            throw new SandboxException("there is no " + policy.kind() + " " + policy.namespace() + "/" + policy.name());
        }
        server.delete(name(kind), resource(kind, policy.namespace(), policy.name()));
    }

    private void createNamespace(String name, Map<String, String> labels) {
        server.wrote(
                NAMESPACES,
                client.namespaces()
                        .resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withLabels(labels)
                                .endMetadata()
                                .build())
                        .create());
        namespaces.put(name, labels);
    }

    private void labelNamespace(String name, Map<String, String> labels) {
        server.wrote(NAMESPACES, client.namespaces().withName(name).edit(namespace -> new NamespaceBuilder(namespace)
                .editMetadata()
                .withLabels(labels)
                .endMetadata()
                .build()));
        namespaces.put(name, labels);
    }

    private void deleteNamespace(String name) throws IOException, InterruptedException {
        for (PolicyKey policy : List.copyOf(policies.keySet())) {
            if (policy.namespace().equals(name)) {
                deletePolicy(policy);
            }
        }
        for (PolicyCase.Pod pod : List.copyOf(pods.values())) {
            if (pod.namespace().equals(name)) {
                deletePod(pod.key());
            }
        }
        server.delete(NAMESPACES, client.namespaces().withName(name));
        namespaces.remove(name);
    }

    private void createPod(PolicyCase.Pod pod) throws IOException {
        server.wrote(
                PODS,
                client.pods().inNamespace(pod.namespace()).resource(object(pod)).create());
        pods.put(pod.key(), pod);
    }

    private Pod object(PolicyCase.Pod pod) throws IOException {
        Map<String, String> annotations = new TreeMap<>();
        if (!pod.hostNetwork()) {
            annotations.put(PodWishes.ADDRESSES, pod.ip());
        }
        Set<String> undeclared = new TreeSet<>();
        List<Container> containers = new ArrayList<>();
        for (PolicyCase.Container container : pod.containers()) {
            ContainerBuilder built =
                    new ContainerBuilder().withName(container.name()).withImage("karst.org/sandbox");
            for (PolicyCase.Port port : container.ports()) {
                if (port.declared()) {
                    built.addToPorts(new ContainerPortBuilder()
                            .withContainerPort(port.port())
                            .withProtocol(port.protocol().name())
                            .withName(port.name() == null || port.name().isEmpty() ? null : port.name())
                            .build());
                } else {
                    undeclared.add(port.port() + "/" + port.protocol());
                }
            }
            containers.add(built.build());
        }
        if (containers.isEmpty()) {
            containers.add(new ContainerBuilder()
                    .withName("main")
                    .withImage("karst.org/sandbox")
                    .build());
        }
        if (!undeclared.isEmpty()) {
            annotations.put(PodWishes.PORTS, String.join(",", undeclared));
        }
        return new PodBuilder()
                .withNewMetadata()
                .withName(pod.name())
                .withNamespace(pod.namespace())
                .withLabels(pod.labels())
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withNodeName(CaseNodes.nodeOf(pod, nodes))
                .withHostNetwork(pod.hostNetwork() ? Boolean.TRUE : null)
                .withContainers(containers)
                .endSpec()
                .build();
    }

    private void labelPod(String key, Map<String, String> labels) throws IOException {
        PolicyCase.Pod pod = pod(key);
        server.wrote(
                PODS,
                client.pods().inNamespace(pod.namespace()).withName(pod.name()).edit(object -> new PodBuilder(object)
                        .editMetadata()
                        .withLabels(labels)
                        .endMetadata()
                        .build()));
        pods.put(key, pod.withLabels(labels));
    }

    private void deletePod(String key) throws IOException, InterruptedException {
        PolicyCase.Pod pod = pod(key);
        server.delete(PODS, client.pods().inNamespace(pod.namespace()).withName(pod.name()));
        pods.remove(key);
    }

    private PolicyCase.Pod pod(String key) throws IOException {
        PolicyCase.Pod pod = pods.get(key);
        if (pod == null) {
            throw new SandboxException("the case names a pod " + key + " that is not there");
        }
        return pod;
    }

    /** The pods of the case, as they run. */
    Map<String, Endpoint> endpoints() {
        Map<String, SandboxNode> byName =
                sandbox.sandbox().nodes().stream().collect(Collectors.toMap(SandboxNode::name, node -> node));
        Map<String, Endpoint> endpoints = new TreeMap<>();
        for (Pod object : client.pods().inAnyNamespace().list().getItems()) {
            String key = object.getMetadata().getNamespace() + "/"
                    + object.getMetadata().getName();
            PolicyCase.Pod pod = pods.get(key);
            if (pod != null) {
                SandboxNode node = byName.get(object.getSpec().getNodeName());
                endpoints.put(
                        key,
                        new Endpoint(
                                key,
                                pod.ip(),
                                pod.hostNetwork() ? node.place() : sandbox.place(object),
                                node,
                                pod.hostNetwork()));
            }
        }
        return endpoints;
    }
}
