package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;

/**
 * How something is to be deleted (Kubernetes API reference, {@code meta/v1 DeleteOptions}); clients say it in the body, or dryRun in the query.
 *
 * @param dryRun whether it is to stay; said in one of the two places is said
 * @param preconditions what must be true of each object
 */
record DeleteOptions(boolean dryRun, Deletions.Preconditions preconditions) {
    private static final String KIND = "DeleteOptions";
    /** In the order and with the last word of the real server's answer. */
    private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan", "nil");

    static DeleteOptions of(WebRequest request) {
        boolean dryRun = Author.of(request, KIND).dryRun();
        request.parameter("propagationPolicy").ifPresent(DeleteOptions::expectPolicy);
        if (request.body().length == 0) {
            return new DeleteOptions(dryRun, Deletions.Preconditions.NONE);
        }
        JsonNode body = Bodies.json(request);
        if (!body.isObject()) {
            throw unreadable("the body must be a JSON object");
        }
        String kind = text(body, "kind");
        if (!kind.isEmpty() && !kind.equals(KIND)) {
            throw unreadable("the object provided is a " + kind);
        }
        expectPolicy(text(body, "propagationPolicy"));
        JsonNode preconditions = body.path("preconditions");
        if (!absent(preconditions) && !preconditions.isObject()) {
            throw unreadable("preconditions must be an object");
        }
        return new DeleteOptions(
                dryRun(body.path("dryRun")) || dryRun,
                new Deletions.Preconditions(text(preconditions, "uid"), text(preconditions, "resourceVersion")));
    }

    /** All are the same here, for objects are not owned by others; a word that is none of them is still a mistake. */
    private static void expectPolicy(String policy) {
        if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            throw Rejection.invalidOptions(KIND, Finding.unsupported("propagationPolicy", policy, POLICIES));
        }
    }

    private static boolean dryRun(JsonNode given) {
        if (absent(given)) {
            return false;
        }
        if (!(given instanceof ArrayNode values)) {
            throw unreadable("dryRun must be a list of strings");
        }
        for (JsonNode value : values) {
            if (!value.isTextual()) {
                throw unreadable("dryRun must be a list of strings");
            }
        }
        return Author.dryRun(KIND, values);
    }

    private static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!absent(value) && !value.isTextual()) {
            throw unreadable(field + " must be a string");
        }
        return Json.text(value);
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static Rejection unreadable(String why) {
        return Rejection.badRequest("the body of the request cannot be handled as " + KIND + ": " + why);
    }
}
