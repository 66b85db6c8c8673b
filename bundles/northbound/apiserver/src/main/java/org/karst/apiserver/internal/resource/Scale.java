package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Where the objects of a kind say how many of something there are, for the subresource {@code scale} (Kubernetes API reference, {@code
 * autoscaling/v1 Scale}). Paths are names joined by dots.
 *
 * @param wanted number that is wanted, below {@code spec}
 * @param present number that there is, below {@code status}
 * @param selector selector of what is counted, as text; empty if there is none
 */
public record Scale(String wanted, String present, String selector) {
    /** How an object of some kind is scaled. */
    public ObjectNode of(JsonNode object) {
        ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = scale.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
            JsonNode value = object.path("metadata").path(field);
            if (!value.isMissingNode()) {
                metadata.set(field, value);
            }
        }
        ObjectNode spec = scale.putObject("spec");
        if (Json.at(object, wanted).asLong() != 0) {
            spec.put("replicas", Json.at(object, wanted).asLong());
        }
        ObjectNode status = scale.putObject("status")
                .put("replicas", Json.at(object, present).asLong());
        if (!selector.isEmpty() && Json.at(object, selector).isTextual()) {
            status.put("selector", Json.at(object, selector).textValue());
        }
        return scale;
    }

    /** An object that is scaled otherwise; the number is that of a {@code Scale}. */
    public JsonNode onto(JsonNode object, JsonNode scale, ResourceDefinition type) {
        String name = Json.text(Json.at(object, "metadata.name"));
        JsonNode count = Json.at(scale, "spec.replicas");
        if (!count.isMissingNode() && !count.isIntegralNumber()) {
            throw Rejection.badRequest(
                    "Scale in version \"v1\" cannot be handled as a Scale: spec.replicas must be an integer");
        }
        if (count.asLong() < 0) {
            throw Rejection.invalid(
                    type,
                    name,
                    java.util.List.of(Finding.invalid("spec.replicas", count, "should be a non-negative integer")));
        }
        ObjectNode scaled = object.deepCopy();
        ObjectNode parent = scaled;
        String[] steps = wanted.split("\\.", -1);
        for (int at = 0; at < steps.length - 1; at++) {
            parent = Json.child(parent, steps[at]);
        }
        parent.put(steps[steps.length - 1], count.asLong());
        for (String field : new String[] {"uid", "resourceVersion"}) {
            JsonNode given = scale.path("metadata").path(field);
            if (!Json.text(given).isEmpty()) {
                Json.child(scaled, "metadata").set(field, given);
            }
        }
        return scaled;
    }
}
