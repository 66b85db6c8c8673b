package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.internal.resource.Documents;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.JsonPatch;
import org.karst.apiserver.internal.resource.MergePatch;
import org.karst.apiserver.internal.resource.Protobuf;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.StrategicMergePatch;
import org.karst.apiserver.internal.resource.Trait;
import org.karst.apiserver.internal.resource.Yaml;

/** What the bodies of requests hold, by their media types. */
final class Bodies {
    private static final String APPLY_PATCH = "application/apply-patch+yaml";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json";
    private static final String JSON_PATCH = "application/json-patch+json";

    private Bodies() {}

    /** Whether the body is a configuration to be applied. */
    static boolean isApplied(WebRequest request) {
        return mediaType(request).equals(APPLY_PATCH);
    }

    /** The configuration that is to be applied. */
    static ObjectNode configuration(WebRequest request, ResourceDefinition type) {
        ObjectNode config = Documents.object(type, Yaml.parse(request.body()));
        for (String field : new String[] {"kind", "apiVersion"}) {
            if (Json.text(config.path(field)).isEmpty()) {
                throw Rejection.badRequest("error decoding YAML: "
                        + (field.equals("kind") ? "Object 'Kind' is missing" : "Object 'apiVersion' is missing"));
            }
        }
        if (!config.path("metadata").path("managedFields").isEmpty()) {
            throw Rejection.badRequest("metadata.managedFields must be nil");
        }
        return config;
    }

    /** The patch in the body: what makes of an object with its type the object that should be. */
    static UnaryOperator<JsonNode> patch(WebRequest request, ResourceDefinition type) {
        return switch (mediaType(request)) {
            case MERGE_PATCH -> {
                JsonNode patch = Documents.parse(request.body());
                if (!patch.isObject()) {
                    throw Rejection.badRequest("a merge patch must be a JSON object");
                }
                yield object -> MergePatch.apply(object, patch);
            }
            case JSON_PATCH -> {
                JsonNode patch = Documents.parse(request.body());
                yield object -> JsonPatch.apply(object, patch);
            }
            case STRATEGIC_MERGE_PATCH -> {
                if (type.has(Trait.CUSTOM)) {
                    throw Rejection.unsupportedMediaType(String.join(", ", JSON_PATCH, MERGE_PATCH, APPLY_PATCH));
                }
                JsonNode patch = Documents.parse(request.body());
                yield object -> StrategicMergePatch.apply(type.mergeLists(), object, patch);
            }
            default -> throw Rejection.unsupportedPatch();
        };
    }

    private static String mediaType(WebRequest request) {
        String type = request.header("content-type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    /** The object in the body, in whatever encoding it is. */
    static ObjectNode object(WebRequest request, ResourceDefinition type) {
        if (mediaType(request).equals(Protobuf.MEDIA_TYPE)) {
            return Documents.object(type, Protobuf.read(type, request.body()));
        }
        expectJson(request);
        return Documents.object(type, request.body());
    }

    private static void expectJson(WebRequest request) {
        String media = mediaType(request);
        if (!media.isEmpty() && !media.equals(Reads.JSON)) {
            throw Rejection.unsupportedMediaType(Reads.JSON);
        }
    }

    /** Any JSON value. */
    static JsonNode json(WebRequest request) {
        expectJson(request);
        return Documents.parse(request.body());
    }
}
