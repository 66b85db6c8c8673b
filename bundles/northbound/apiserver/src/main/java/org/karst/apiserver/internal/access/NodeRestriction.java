package org.karst.apiserver.internal.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.karst.apiserver.Caller;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;

/**
 * What a node may write that only the objects tell, not the paths of requests: the admission plug-in of this name of Kubernetes
 * (plugin/pkg/admission/noderestriction), whose words the refusals are. Says nothing to others than nodes.
 */
public final class NodeRestriction {
    private NodeRestriction() {}

    /**
     * Before an object is made.
     *
     * @param name that it will have
     * @throws Rejection 403 if it is the Node or the Lease of another node
     */
    public static void expectCreation(Caller caller, ResourceDefinition type, String name) {
        Optional<String> node = Access.node(caller);
        if (node.isEmpty() || node.get().equals(name)) {
            return;
        }
        switch (type.qualified()) {
            case "nodes" ->
                throw Rejection.forbidden(
                        type, name, "node \"" + node.get() + "\" is not allowed to modify node \"" + name + '"');
            case "leases.coordination.k8s.io" ->
                throw Rejection.forbidden(
                        type, name, "can only access node lease with the same name as the requesting node");
            default -> {
                // Whatever else a node may create may have any name.
            }
        }
    }

    /**
     * Before an object is changed. Of pods a node can change the status only (see {@link Access}), and through it nothing that others go by:
     * labels move pods in and out of policies, owners and finalizers decide over their end.
     *
     * @throws Rejection 403 if it is a pod of another node, or if more than its status would change
     */
    public static void expectUpdate(Caller caller, ResourceDefinition type, JsonNode before, JsonNode after) {
        Optional<String> node = Access.node(caller);
        if (node.isEmpty() || !type.qualified().equals("pods")) {
            return;
        }
        String name = Json.text(Json.at(before, "metadata.name"));
        if (!Json.text(Json.at(before, "spec.nodeName")).equals(node.get())) {
            throw Rejection.forbidden(
                    type,
                    name,
                    "node \"" + node.get() + "\" can only update pod status for pods with spec.nodeName set to itself");
        }
        for (String field : List.of("labels", "annotations", "ownerReferences", "finalizers")) {
            String path = "metadata." + field;
            if (!Json.at(after, path).equals(Json.at(before, path))) {
                throw Rejection.forbidden(
                        type, name, "node \"" + node.get() + "\" cannot update " + field + " through pod status");
            }
        }
    }
}
