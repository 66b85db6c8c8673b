package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.karst.apiserver.WebRequest;
import org.karst.apiserver.internal.resource.Column;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.resource.Trait;

/** In which form a client wants objects: what it says in {@code Accept} ("Kubernetes API Concepts", resource representations). */
enum Representation {
    /** The objects themselves. */
    OBJECTS {
        @Override
        byte[] one(ResourceDefinition type, byte[] stored, String include, Instant now, boolean first) {
            return type.typed(stored);
        }

        @Override
        byte[] item(ResourceDefinition type, byte[] stored, String include, Instant now) {
            // As the real server does: in lists, the items of its own types leave out what the list says already.
            return type.has(Trait.CUSTOM) ? type.typed(stored) : stored;
        }

        @Override
        ObjectNode emptyList(ResourceDefinition type, ObjectNode listMetadata) {
            return listOf(type.listKind(), type.apiVersion(), listMetadata);
        }
    },
    /** Metadata only. */
    METADATA {
        @Override
        byte[] one(ResourceDefinition type, byte[] stored, String include, Instant now, boolean first) {
            return Json.write(metadata(Json.readObject(stored)));
        }

        @Override
        byte[] item(ResourceDefinition type, byte[] stored, String include, Instant now) {
            return one(type, stored, include, now, false);
        }

        @Override
        ObjectNode emptyList(ResourceDefinition type, ObjectNode listMetadata) {
            return listOf("PartialObjectMetadataList", "meta.k8s.io/v1", listMetadata);
        }
    },
    /** The rows that {@code kubectl get} prints. */
    TABLE {
        @Override
        byte[] one(ResourceDefinition type, byte[] stored, String include, Instant now, boolean first) {
            ObjectNode object = Json.readObject(stored);
            ObjectNode table =
                    table(type, Json.at(object, "metadata.resourceVersion").asText(), first);
            table.putArray("rows").add(row(type, object, include, now));
            return Json.write(table);
        }

        @Override
        byte[] item(ResourceDefinition type, byte[] stored, String include, Instant now) {
            return Json.write(row(type, Json.readObject(stored), include, now));
        }

        @Override
        ObjectNode emptyList(ResourceDefinition type, ObjectNode listMetadata) {
            ObjectNode list = table(type, "", true);
            list.set("metadata", listMetadata);
            list.putArray("rows");
            return list;
        }
    };

    /** An object alone; {@code first} if none went before it on the same stream. */
    abstract byte[] one(ResourceDefinition type, byte[] stored, String include, Instant now, boolean first);

    /** An object inside a list. */
    abstract byte[] item(ResourceDefinition type, byte[] stored, String include, Instant now);

    /** An empty list in this form, whose last member is the empty array of its items. */
    abstract ObjectNode emptyList(ResourceDefinition type, ObjectNode listMetadata);

    /** What stands before the items of a list, up to the opening bracket. */
    byte[] listHead(ResourceDefinition type, ObjectNode listMetadata) {
        byte[] whole = Json.write(emptyList(type, listMetadata));
        return Arrays.copyOf(whole, whole.length - 2);
    }

    private static ObjectNode listOf(String kind, String apiVersion, ObjectNode listMetadata) {
        ObjectNode list = Json.object().put("kind", kind).put("apiVersion", apiVersion);
        list.set("metadata", listMetadata);
        list.putArray("items");
        return list;
    }

    /** The first form in the order of the client that the server has. */
    static Representation of(WebRequest request) {
        Optional<String> accept = request.header("accept");
        if (accept.isEmpty() || accept.get().isBlank()) {
            return OBJECTS;
        }
        for (String range : accept.get().split(",", -1)) {
            String[] parts = range.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
            boolean json =
                    parts[0].equals("application/json") || parts[0].equals("*/*") || parts[0].equals("application/*");
            if (!json) {
                continue;
            }
            List<String> parameters = List.of(parts);
            if (parameters.contains("as=table") && parameters.contains("v=v1")) {
                return TABLE;
            }
            if (parameters.contains("as=partialobjectmetadata")
                    || parameters.contains("as=partialobjectmetadatalist")) {
                return METADATA;
            }
            if (parameters.stream().noneMatch(parameter -> parameter.startsWith("as="))) {
                return OBJECTS;
            }
        }
        throw Rejection.notAcceptable("application/json");
    }

    private static ObjectNode table(ResourceDefinition type, String resourceVersion, boolean withColumns) {
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata").put("resourceVersion", resourceVersion);
        ArrayNode columns = table.putArray("columnDefinitions");
        if (withColumns) {
            for (Column column : type.columns()) {
                columns.addObject()
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("format", column.format())
                        .put("description", column.description())
                        .put("priority", column.priority());
            }
        }
        return table;
    }

    private static ObjectNode row(ResourceDefinition type, ObjectNode object, String include, Instant now) {
        ObjectNode row = Json.object();
        ArrayNode cells = row.putArray("cells");
        type.columns().forEach(column -> cells.addPOJO(column.cell().of(object, now)));
        switch (include) {
            case "None" -> {}
            case "Object" -> row.set("object", Json.readObject(type.typed(Json.write(object))));
            default -> row.set("object", metadata(object));
        }
        return row;
    }

    private static ObjectNode metadata(JsonNode object) {
        ObjectNode partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
