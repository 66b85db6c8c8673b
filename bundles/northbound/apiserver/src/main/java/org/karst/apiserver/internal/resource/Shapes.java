package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares objects with samples of their types, and fills absent fields. */
final class Shapes {
    private Shapes() {}

    /** The first field whose JSON type differs from its sample, worded as by the real server; empty if there is none. */
    static Optional<String> mismatch(JsonNode value, JsonNode sample, String path) {
        if (value.isMissingNode() || value.isNull() || sample.isNull()) {
            return Optional.empty();
        }
        if (!sameType(value, sample)) {
            return Optional.of("json: cannot unmarshal " + goType(value) + " into Go struct field " + path + " of type "
                    + (sample.isObject() ? "object" : sample.isArray() ? "list" : goType(sample)));
        }
        if (sample.isObject()) {
            for (var member : sample.properties()) {
                JsonNode inner = member.getKey().equals("*") ? value : value.path(member.getKey());
                Optional<String> found = member.getKey().equals("*")
                        ? values(value, member.getValue(), path)
                        : mismatch(inner, member.getValue(), path + '.' + member.getKey());
                if (found.isPresent()) {
                    return found;
                }
            }
        } else if (sample.isArray() && !sample.isEmpty()) {
            for (JsonNode element : value) {
                Optional<String> found = element.isNull()
                        ? Optional.of("json: cannot unmarshal null into Go struct field " + path)
                        : mismatch(element, sample.get(0), path);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** A sample under the name {@code *} is the sample of all values of a map. */
    private static Optional<String> values(JsonNode map, JsonNode sample, String path) {
        for (JsonNode value : map) {
            Optional<String> found = mismatch(value, sample, path);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The paths of fields that a sample does not have; a sample without fields has any. */
    static List<String> unknown(JsonNode value, JsonNode sample, String path) {
        List<String> found = new ArrayList<>();
        if (value.isObject() && sample.isObject() && !sample.isEmpty()) {
            value.properties().forEach(member -> {
                String inner = path.isEmpty() ? member.getKey() : path + '.' + member.getKey();
                JsonNode known = sample.has("*") ? sample.get("*") : sample.get(member.getKey());
                if (known == null) {
                    found.add(inner);
                } else {
                    found.addAll(unknown(member.getValue(), known, inner));
                }
            });
        } else if (value.isArray() && sample.isArray() && !sample.isEmpty()) {
            for (int at = 0; at < value.size(); at++) {
                found.addAll(unknown(value.get(at), sample.get(0), path + '[' + at + ']'));
            }
        }
        return found;
    }

    /** What a sample says, as a schema of OpenAPI. */
    static ObjectNode schema(JsonNode sample) {
        ObjectNode schema = Json.object();
        switch (sample.getNodeType()) {
            case OBJECT -> {
                schema.put("type", "object");
                if (sample.has("*")) {
                    schema.set("additionalProperties", schema(sample.get("*")));
                } else if (!sample.isEmpty()) {
                    ObjectNode properties = schema.putObject("properties");
                    sample.properties().forEach(member -> properties.set(member.getKey(), schema(member.getValue())));
                }
            }
            case ARRAY -> schema.put("type", "array").set("items", schema(sample.path(0)));
            case NUMBER -> schema.put("type", "integer").put("format", "int64");
            case BOOLEAN -> schema.put("type", "boolean");
            case STRING -> schema.put("type", "string");
            default -> schema.put("x-kubernetes-int-or-string", true);
        }
        return schema;
    }

    private static boolean sameType(JsonNode value, JsonNode sample) {
        return sample.isNumber()
                ? value.isIntegralNumber() && value.canConvertToLong()
                : value.getNodeType() == sample.getNodeType();
    }

    private static String goType(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING, BINARY -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> "bool";
            case ARRAY -> "array";
            case OBJECT, POJO -> "object";
            case NULL, MISSING -> "null";
        };
    }

    /** Gives absent fields the values of the template. */
    static void fill(JsonNode value, JsonNode template) {
        if (value instanceof ObjectNode object && template.isObject()) {
            template.properties().forEach(member -> {
                JsonNode own = object.get(member.getKey());
                if (own != null) {
                    fill(own, member.getValue());
                } else if (member.getValue().isObject()) {
                    fill(object.putObject(member.getKey()), member.getValue());
                } else if (!member.getValue().isArray()) {
                    object.set(member.getKey(), member.getValue());
                }
            });
        } else if (value instanceof ArrayNode list && template.isArray()) {
            list.forEach(element -> fill(element, template.get(0)));
        }
    }

    /** Removes members whose value is null: to the real server they are absent. */
    static void dropNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().removeIf(member -> member.getValue().isNull());
        }
        value.forEach(Shapes::dropNulls);
    }
}
