package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Turns what a client sent into an object of a resource, or refuses it in one sentence. */
public final class Documents {
    private Documents() {}

    /** Reads any JSON value. */
    public static JsonNode parse(byte[] body) {
        if (body.length == 0) {
            throw Rejection.badRequest("the body of the request is empty");
        }
        try {
            return Json.read(body);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw Rejection.badRequest(
                    "the body of the request is not valid JSON" + where + ": " + firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw Rejection.badRequest("the body of the request is not valid UTF-8 JSON");
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.length() > 300 ? line.substring(0, 300) + "..." : line;
    }

    /** Reads an object of a type from a body. */
    public static ObjectNode object(ResourceDefinition type, byte[] body) {
        return object(type, parse(body));
    }

    /** Checks that a JSON value is an object of a type: kind, version and the JSON types of its fields. Drops nulls. */
    public static ObjectNode object(ResourceDefinition type, JsonNode document) {
        if (!(document instanceof ObjectNode object)) {
            throw unreadable(type, "json: cannot unmarshal " + nodeType(document) + " into a " + type.kind());
        }
        Shapes.dropNulls(object.path("metadata"));
        Optional<String> unfit = type.form().decode(object, type.kind());
        expect(object, "kind", type.kind(), type);
        expect(object, "apiVersion", type.apiVersion(), type);
        if (object.has("metadata") && !object.get("metadata").isObject()) {
            throw unreadable(
                    type,
                    "json: cannot unmarshal " + nodeType(object.get("metadata")) + " into Go struct field "
                            + type.kind() + ".metadata of type object");
        }
        Optional<String> mismatch =
                Shapes.mismatch(object.path("metadata"), ObjectMetadata.SHAPE, "ObjectMeta.metadata");
        if (mismatch.isEmpty()) {
            mismatch = unfit;
        }
        if (mismatch.isPresent()) {
            throw unreadable(type, mismatch.get());
        }
        return object;
    }

    private static void expect(ObjectNode object, String field, String wanted, ResourceDefinition type) {
        JsonNode given = object.path(field);
        if (given.isMissingNode() || given.asText().isEmpty()) {
            return;
        }
        if (!given.isTextual()) {
            throw unreadable(
                    type,
                    "json: cannot unmarshal " + nodeType(given) + " into Go struct field TypeMeta." + field
                            + " of type string");
        }
        if (!given.textValue().equals(wanted)) {
            throw Rejection.badRequest(
                    field.equals("kind")
                            ? type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                                    + given.textValue() + ": the object provided must be of type " + type.kind()
                            : "the API version in the data (" + given.textValue()
                                    + ") does not match the expected API version (" + wanted + ")");
        }
    }

    private static Rejection unreadable(ResourceDefinition type, String why) {
        return Rejection.badRequest(type.kind() + " in version \"" + type.version() + "\" cannot be handled as a "
                + type.kind() + ": " + why);
    }

    private static String nodeType(JsonNode node) {
        return node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The fields of an object that its type does not have, worded as by the real server; nothing of types whose fields are not all known. */
    public static List<String> unknownFields(ResourceDefinition type, JsonNode object) {
        return !(object instanceof ObjectNode document)
                ? List.of()
                : type.form().unknown(document).stream()
                        .map(path -> "unknown field \"" + path + '"')
                        .toList();
    }

    /** An object that has fields which its type does not have, from a client that wants to hear of it. */
    public static Rejection undecodable(ResourceDefinition type, List<String> faults) {
        return unreadable(type, "strict decoding error: " + String.join(", ", faults));
    }

    /** The object of a type as a schema of OpenAPI. */
    public static ObjectNode schema(ResourceDefinition type) {
        ObjectNode schema = type.form().describe();
        ObjectNode properties = Json.child(schema, "properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        properties.set("metadata", Shapes.schema(ObjectMetadata.SHAPE));
        if (!type.has(Trait.CUSTOM)) {
            type.fieldTypes().describe(schema);
        }
        return schema;
    }

    /** Fills absent fields and derives fields from others. */
    public static void prepare(ResourceDefinition type, ObjectNode object) {
        type.form().prune(object);
        type.form().fill(object);
        type.preparations().forEach(preparation -> preparation.accept(object));
    }
}
