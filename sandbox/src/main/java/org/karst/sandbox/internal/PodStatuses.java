package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.karst.sandbox.SandboxNode;

/** The objects by which a kubelet tells how a pod fares. */
final class PodStatuses {
    private PodStatuses() {}

    /** The status of a pod whose containers all run. */
    static PodStatus running(Pod pod, SandboxNode node, List<String> addresses) {
        String now = now();
        return new PodStatusBuilder(pod.getStatus())
                .withPhase("Running")
                .withHostIP(node.place().ipv4().or(node.place()::ipv6).orElseThrow())
                .withPodIP(addresses.get(0))
                .withPodIPs(addresses.stream().map(PodIP::new).toList())
                .withStartTime(now)
                .withConditions(Stream.of("PodScheduled", "Initialized", "ContainersReady", "Ready")
                        .map(type -> new PodConditionBuilder()
                                .withType(type)
                                .withStatus("True")
                                .withLastTransitionTime(now)
                                .build())
                        .toList())
                .withContainerStatuses(pod.getSpec().getContainers().stream()
                        .map(container -> new ContainerStatusBuilder()
                                .withName(container.getName())
                                .withImage(container.getImage())
                                .withImageID("")
                                .withReady(true)
                                .withStarted(true)
                                .withRestartCount(0)
                                .withNewState()
                                .withNewRunning(now)
                                .endState()
                                .build())
                        .toList())
                .build();
    }

    /** The event that a kubelet writes too, so that {@code kubectl describe pod} tells why a pod does not start. */
    static Event complaint(Pod pod, SandboxNode node, String sentence) {
        String now = now();
        return new EventBuilder()
                .withNewMetadata()
                .withGenerateName(pod.getMetadata().getName() + ".")
                .withNamespace(pod.getMetadata().getNamespace())
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason("FailedCreatePodSandBox")
                .withMessage(sentence)
                .withNewSource()
                .withComponent("sandbox")
                .withHost(node.name())
                .endSource()
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
