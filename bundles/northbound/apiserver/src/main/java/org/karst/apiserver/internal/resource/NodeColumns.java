package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.TreeSet;

/** The table of nodes. */
final class NodeColumns {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";

    static final List<Column> ALL = List.of(
            Column.ofName(),
            Column.text("Status", 0, "The status of the node", (node, now) -> status(node)),
            Column.text("Roles", 0, "The roles of the node", (node, now) -> roles(node)),
            Column.ofAge(),
            Column.at("Version", 0, "Kubelet Version reported by the node.", "status.nodeInfo.kubeletVersion", ""),
            Column.text("Internal-IP", 1, "Internal address of the node", (node, now) -> address(node, "InternalIP")),
            Column.text("External-IP", 1, "External address of the node", (node, now) -> address(node, "ExternalIP")),
            Column.at("OS-Image", 1, "OS Image reported by the node", "status.nodeInfo.osImage", "<unknown>"),
            Column.at(
                    "Kernel-Version",
                    1,
                    "Kernel Version reported by the node",
                    "status.nodeInfo.kernelVersion",
                    "<unknown>"),
            Column.at(
                    "Container-Runtime",
                    1,
                    "ContainerRuntime Version reported by the node",
                    "status.nodeInfo.containerRuntimeVersion",
                    "<unknown>"));

    private NodeColumns() {}

    private static String status(JsonNode node) {
        String ready = "Unknown";
        for (JsonNode condition : Json.at(node, "status.conditions")) {
            if (Json.text(condition.path("type")).equals("Ready")) {
                ready = Json.text(condition.path("status")).equals("True") ? "Ready" : "NotReady";
            }
        }
        return Json.at(node, "spec.unschedulable").asBoolean() ? ready + ",SchedulingDisabled" : ready;
    }

    private static String roles(JsonNode node) {
        TreeSet<String> roles = new TreeSet<>();
        Json.at(node, "metadata.labels").properties().forEach(label -> {
            if (label.getKey().startsWith(ROLE_PREFIX) && label.getKey().length() > ROLE_PREFIX.length()) {
                roles.add(label.getKey().substring(ROLE_PREFIX.length()));
            } else if (label.getKey().equals("kubernetes.io/role")) {
                roles.add(Json.text(label.getValue()));
            }
        });
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String address(JsonNode node, String type) {
        for (JsonNode address : Json.at(node, "status.addresses")) {
            if (Json.text(address.path("type")).equals(type)) {
                return Json.text(address.path("address"));
            }
        }
        return "<none>";
    }
}
