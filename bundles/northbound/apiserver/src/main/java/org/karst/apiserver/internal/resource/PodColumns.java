package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The table of pods. */
final class PodColumns {
    static final List<Column> ALL = List.of(
            Column.ofName(),
            Column.text(
                    "Ready",
                    0,
                    "The aggregate readiness state of this pod for accepting traffic.",
                    (pod, now) -> ready(pod)),
            Column.text("Status", 0, "The aggregate status of the containers in this pod.", (pod, now) -> status(pod)),
            Column.text(
                    "Restarts",
                    0,
                    "The number of times the containers in this pod have been restarted.",
                    (pod, now) -> String.valueOf(restarts(pod))),
            Column.ofAge(),
            Column.text("IP", 1, "IP address of the pod", (pod, now) -> address(pod)),
            Column.at("Node", 1, "Node that the pod runs on", "spec.nodeName", "<none>"),
            Column.at("Nominated Node", 1, "Node that the pod is meant for", "status.nominatedNodeName", "<none>"),
            Column.text("Readiness Gates", 1, "Readiness gates that have passed", (pod, now) -> gates(pod)));

    private PodColumns() {}

    private static String ready(JsonNode pod) {
        int ready = 0;
        for (JsonNode container : Json.at(pod, "status.containerStatuses")) {
            ready += container.path("ready").asBoolean() ? 1 : 0;
        }
        return ready + "/" + Json.at(pod, "spec.containers").size();
    }

    private static int restarts(JsonNode pod) {
        int restarts = 0;
        for (JsonNode container : Json.at(pod, "status.containerStatuses")) {
            restarts += container.path("restartCount").asInt();
        }
        return restarts;
    }

    private static String status(JsonNode pod) {
        String reason = Json.text(Json.at(pod, "status.reason"));
        if (Json.at(pod, "metadata").has("deletionTimestamp")) {
            return reason.equals("NodeLost") ? "Unknown" : "Terminating";
        }
        String status = reason.isEmpty() ? Json.text(Json.at(pod, "status.phase")) : reason;
        for (JsonNode container : Json.at(pod, "status.containerStatuses")) {
            for (String state : List.of("waiting", "terminated")) {
                String why = Json.text(Json.at(container, "state." + state + ".reason"));
                status = why.isEmpty() ? status : why;
            }
        }
        return status;
    }

    private static String address(JsonNode pod) {
        String address = Json.text(Json.at(pod, "status.podIP"));
        return address.isEmpty() ? "<none>" : address;
    }

    private static String gates(JsonNode pod) {
        JsonNode gates = Json.at(pod, "spec.readinessGates");
        if (gates.isEmpty()) {
            return "<none>";
        }
        List<String> passed = new ArrayList<>();
        for (JsonNode condition : Json.at(pod, "status.conditions")) {
            if (Json.text(condition.path("status")).equals("True")) {
                passed.add(Json.text(condition.path("type")));
            }
        }
        int count = 0;
        for (JsonNode gate : gates) {
            count += passed.contains(Json.text(gate.path("conditionType"))) ? 1 : 0;
        }
        return count + "/" + gates.size();
    }
}
