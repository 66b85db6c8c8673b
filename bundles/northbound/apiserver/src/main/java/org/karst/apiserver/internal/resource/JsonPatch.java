package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** RFC 6902: a list of operations on places. */
public final class JsonPatch {
    private static final int OPERATIONS = 10_000;

    private JsonPatch() {}

    /** The object with all operations applied in order; neither argument is changed. */
    public static JsonNode apply(JsonNode target, JsonNode patch) {
        if (!patch.isArray()) {
            throw Rejection.badRequest("a JSON patch must be an array of operations");
        }
        if (patch.size() > OPERATIONS) {
            throw Rejection.badRequest(
                    "The allowed maximum operations in a JSON patch is " + OPERATIONS + ", got " + patch.size());
        }
        JsonNode result = target.deepCopy();
        for (int i = 0; i < patch.size(); i++) {
            result = apply(result, patch.get(i), i);
        }
        return result;
    }

    private static JsonNode apply(JsonNode document, JsonNode operation, int number) {
        String name = Json.text(operation.path("op"));
        JsonPointer path = pointer(operation, "path", number);
        return switch (name) {
            case "add" -> add(document, path, value(operation, number), number);
            case "remove" -> {
                remove(document, path, number);
                yield document;
            }
            case "replace" -> {
                existing(document, path, number);
                JsonNode value = value(operation, number);
                if (path.matches()) {
                    yield value;
                }
                remove(document, path, number);
                yield add(document, path, value, number);
            }
            case "move" -> {
                JsonPointer from = pointer(operation, "from", number);
                JsonNode moved = existing(document, from, number);
                if ((path + "/").startsWith(from + "/") && !path.equals(from)) {
                    throw refused(number, "a value cannot be moved into itself");
                }
                remove(document, from, number);
                yield add(document, path, moved, number);
            }
            case "copy" -> {
                JsonNode copied = existing(document, pointer(operation, "from", number), number);
                yield add(document, path, copied.deepCopy(), number);
            }
            case "test" -> {
                if (!existing(document, path, number).equals(value(operation, number))) {
                    throw refused(number, "testing path " + path + " failed: the value differs");
                }
                yield document;
            }
            default -> throw refused(number, "unexpected kind: \"" + name + '"');
        };
    }

    private static JsonNode add(JsonNode document, JsonPointer path, JsonNode value, int number) {
        if (path.matches()) {
            return value;
        }
        JsonNode parent = existing(document, path.head(), number);
        String last = path.last().getMatchingProperty();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode list) {
            list.insert(last.equals("-") ? list.size() : index(path, list.size(), number), value);
        } else {
            throw refused(number, "the parent of " + path + " is neither an object nor a list");
        }
        return document;
    }

    private static void remove(JsonNode document, JsonPointer path, int number) {
        existing(document, path, number);
        if (path.matches()) {
            throw refused(number, "the whole object cannot be removed");
        }
        JsonNode parent = document.at(path.head());
        if (parent instanceof ObjectNode object) {
            object.remove(path.last().getMatchingProperty());
        } else if (parent instanceof ArrayNode list) {
            list.remove(index(path, list.size() - 1, number));
        }
    }

    private static int index(JsonPointer path, int most, int number) {
        int index = path.last().getMatchingIndex();
        if (index < 0 || index > most) {
            throw refused(number, "invalid index in " + path);
        }
        return index;
    }

    private static JsonNode existing(JsonNode document, JsonPointer path, int number) {
        JsonNode found = document.at(path);
        if (found.isMissingNode()) {
            throw refused(number, "there is nothing at " + path);
        }
        return found;
    }

    private static JsonNode value(JsonNode operation, int number) {
        JsonNode value = operation.get("value");
        if (value == null) {
            throw refused(number, "it has no value");
        }
        return value;
    }

    private static JsonPointer pointer(JsonNode operation, String field, int number) {
        JsonNode text = operation.path(field);
        if (!text.isTextual()) {
            throw refused(number, "it has no " + field);
        }
        try {
            return JsonPointer.compile(text.textValue());
        } catch (IllegalArgumentException e) {
            throw refused(number, field + " is not a JSON pointer");
        }
    }

    private static Rejection refused(int number, String why) {
        return Rejection.unprocessable(
                "the server rejected our request due to an error in our request: operation " + number + ": " + why);
    }
}
