package org.karst.sandbox.internal;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.karst.sandbox.Families;
import org.karst.sandbox.SandboxNode;

/** Registers nodes as their kubelets do, with the subnets that a controller manager gives them. */
public final class NodeObjects {
    private static final int CONFLICT = 409;

    private static final String READY = "Ready";

    private NodeObjects() {}

    /** Creates the Node object, or takes the one that is there, and says that the node is ready. */
    public static void register(KubernetesClient client, SandboxNode node, Families families) {
        Node wanted = object(node, families);
        try {
            client.nodes().resource(wanted).create();
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != CONFLICT) {
                throw refused;
            }
        }
        while (!reported(client, wanted)) {
            // Somebody else wrote in between: read it again.
        }
    }

    /** Puts addresses and readiness into the object as it is now, as a kubelet does; false if another was quicker. */
    private static boolean reported(KubernetesClient client, Node wanted) {
        Node present = client.nodes().withName(wanted.getMetadata().getName()).require();
        List<NodeCondition> conditions = new ArrayList<>(wanted.getStatus().getConditions());
        present.getStatus().getConditions().stream()
                .filter(condition -> !condition.getType().equals(READY))
                .forEach(conditions::add);
        try {
            client.nodes()
                    .resource(new NodeBuilder(present)
                            .editOrNewStatus()
                            .withAddresses(wanted.getStatus().getAddresses())
                            .withConditions(conditions)
                            .endStatus()
                            .build())
                    .updateStatus();
            return true;
        } catch (KubernetesClientException refused) {
            if (refused.getCode() != CONFLICT) {
                throw refused;
            }
            return false;
        }
    }

    private static Node object(SandboxNode node, Families families) {
        List<NodeAddress> addresses = new ArrayList<>();
        if (families.four()) {
            addresses.add(new NodeAddress(node.place().ipv4().orElseThrow(), "InternalIP"));
        }
        if (families.six()) {
            addresses.add(new NodeAddress(node.place().ipv6().orElseThrow(), "InternalIP"));
        }
        addresses.add(new NodeAddress(node.name(), "Hostname"));
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        return new NodeBuilder()
                .withNewMetadata()
                .withName(node.name())
                .withLabels(node.labels())
                .endMetadata()
                .withNewSpec()
                .withPodCIDR(node.podCidrs().stream().findFirst().orElse(null))
                .withPodCIDRs(node.podCidrs())
                .endSpec()
                .withNewStatus()
                .withAddresses(addresses)
                .withConditions(new NodeConditionBuilder()
                        .withType(READY)
                        .withStatus("True")
                        .withReason("KubeletReady")
                        .withMessage("the sandbox's node agent runs")
                        .withLastHeartbeatTime(now)
                        .withLastTransitionTime(now)
                        .build())
                .endStatus()
                .build();
    }
}
