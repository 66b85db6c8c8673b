package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** Compares objects with samples of their types, and fills absent fields. */
final class Shapes {
    private Shapes() {}

    /** The first field whose JSON type differs from its sample, worded as by the real server; empty if there is none. */
    static Optional<String> mismatch(JsonNode value, JsonNode sample, String path) {
        if (value.isMissingNode() || value.isNull()) {
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
