package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The patch that {@code kubectl apply}, {@code edit} and {@code patch} send for built-in kinds: a merge patch that merges some lists
 * by a key of their elements, with directives ({@code $patch}, {@code $retainKeys}, {@code $setElementOrder/LIST}, {@code
 * $deleteFromPrimitiveList/LIST}).
 *
 * <p>Source: "Strategic Merge Patch" in the community's API conventions (sig-api-machinery/strategic-merge-patch.md).
 */
public final class StrategicMergePatch {
    private static final String PATCH = "$patch";
    private static final String RETAIN_KEYS = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private final MergeLists lists;

    private StrategicMergePatch(MergeLists lists) {
        this.lists = lists;
    }

    /** The object with the patch applied; neither argument is changed. */
    public static JsonNode apply(MergeLists lists, JsonNode target, JsonNode patch) {
        if (!target.isObject() || !patch.isObject()) {
            throw Rejection.badRequest("a strategic merge patch must be a JSON object");
        }
        return new StrategicMergePatch(lists).merged((ObjectNode) target, (ObjectNode) patch, "");
    }

    private ObjectNode merged(ObjectNode target, ObjectNode patch, String path) {
        switch (Json.text(patch.path(PATCH))) {
            case "replace" -> {
                return plain(patch);
            }
            case "delete" -> {
                return Json.object();
            }
            case "", "merge" -> {}
            default -> throw unknown(patch);
        }
        ObjectNode result = target.deepCopy();
        retain(result, patch);
        patch.properties().forEach(member -> {
            String name = member.getKey();
            if (name.startsWith("$")) {
                if (name.startsWith(ORDER) && !patch.has(name.substring(ORDER.length()))) {
                    mergeList(result, patch, name.substring(ORDER.length()), path);
                } else if (name.startsWith(DELETE) && !patch.has(name.substring(DELETE.length()))) {
                    mergeList(result, patch, name.substring(DELETE.length()), path);
                }
            } else if (member.getValue().isNull()) {
                result.remove(name);
            } else if (member.getValue() instanceof ObjectNode map) {
                ObjectNode before = result.get(name) instanceof ObjectNode old ? old : Json.object();
                result.set(name, merged(before, map, inner(path, name)));
            } else if (member.getValue().isArray()) {
                mergeList(result, patch, name, path);
            } else {
                result.set(name, member.getValue());
            }
        });
        return result;
    }

    private static String inner(String path, String name) {
        return path.isEmpty() ? name : path + '.' + name;
    }

    private static Rejection unknown(JsonNode patch) {
        return Rejection.badRequest("unknown patch type found: " + Json.text(patch.path(PATCH)));
    }

    /** Without directives. */
    private static ObjectNode plain(ObjectNode patch) {
        ObjectNode plain = patch.deepCopy();
        plain.properties().removeIf(member -> member.getKey().startsWith("$"));
        return plain;
    }

    private static void retain(ObjectNode result, ObjectNode patch) {
        JsonNode retained = patch.path(RETAIN_KEYS);
        if (!retained.isArray()) {
            return;
        }
        Set<String> names = new HashSet<>();
        retained.forEach(name -> names.add(Json.text(name)));
        patch.fieldNames().forEachRemaining(name -> {
            if (!name.startsWith("$") && !patch.get(name).isNull() && !names.contains(name)) {
                throw Rejection.badRequest("retainKeys should contain all the keys in the patch: " + name);
            }
        });
        result.properties().removeIf(member -> !names.contains(member.getKey()));
    }

    private void mergeList(ObjectNode result, ObjectNode patch, String name, String path) {
        String inner = inner(path, name);
        Optional<String> key = lists.key(inner);
        List<JsonNode> before = elements(result.path(name));
        List<JsonNode> given = elements(patch.path(name));
        if (key.isEmpty()) {
            if (patch.has(name)) {
                put(result, name, given);
            }
            return;
        }
        List<JsonNode> merged = key.get().isEmpty()
                ? scalars(before, given, elements(patch.path(DELETE + name)))
                : objects(before, given, key.get(), inner);
        List<JsonNode> order = elements(patch.path(ORDER + name));
        List<JsonNode> first = order.isEmpty() ? given : order;
        put(result, name, ordered(merged, first, before, key.get()));
    }

    private static List<JsonNode> elements(JsonNode list) {
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        return elements;
    }

    private static void put(ObjectNode result, String name, List<JsonNode> elements) {
        ArrayNode list = result.putArray(name);
        elements.forEach(element -> list.add(element.deepCopy()));
    }

    private static List<JsonNode> scalars(List<JsonNode> before, List<JsonNode> given, List<JsonNode> deleted) {
        List<JsonNode> merged = new ArrayList<>(before);
        given.stream().filter(element -> !merged.contains(element)).toList().forEach(merged::add);
        merged.removeAll(deleted);
        return merged;
    }

    private List<JsonNode> objects(List<JsonNode> before, List<JsonNode> given, String key, String path) {
        boolean replaced = given.stream()
                .anyMatch(element -> Json.text(element.path(PATCH)).equals("replace"));
        List<JsonNode> merged = replaced ? new ArrayList<>() : new ArrayList<>(before);
        for (JsonNode element : given) {
            if (!(element instanceof ObjectNode object)) {
                throw Rejection.badRequest(path + ": an element of the patch is no object");
            }
            boolean directive = Json.text(object.path(PATCH)).equals("replace");
            if (directive && !object.has(key)) {
                continue;
            }
            if (!object.has(key)) {
                throw Rejection.badRequest(path + ": an element of the patch does not contain the merge key " + key);
            }
            int place = indexOf(merged, object, key);
            if (Json.text(object.path(PATCH)).equals("delete")) {
                merged.removeIf(other -> other.path(key).equals(object.path(key)));
            } else if (place < 0) {
                merged.add(merged(Json.object(), object, path));
            } else {
                merged.set(place, merged((ObjectNode) merged.get(place), object, path));
            }
        }
        return merged;
    }

    /** Where an element is that is the same to the key, or -1. */
    private static int indexOf(List<JsonNode> list, JsonNode element, String key) {
        for (int i = 0; i < list.size(); i++) {
            boolean same = key.isEmpty()
                    ? list.get(i).equals(element)
                    : list.get(i).path(key).equals(element.path(key));
            if (same) {
                return i;
            }
        }
        return -1;
    }

    /** What the patch names comes in the order of the patch; what only the server has keeps its place among those that it knew. */
    private static List<JsonNode> ordered(
            List<JsonNode> merged, List<JsonNode> order, List<JsonNode> before, String key) {
        List<JsonNode> named = new ArrayList<>();
        for (JsonNode wanted : order) {
            int place = indexOf(merged, wanted, key);
            if (place >= 0 && !named.contains(merged.get(place))) {
                named.add(merged.get(place));
            }
        }
        List<JsonNode> others = new ArrayList<>(merged);
        others.removeAll(named);
        List<JsonNode> result = new ArrayList<>();
        int next = 0;
        for (JsonNode other : others) {
            int place = indexOf(before, other, key);
            while (next < named.size() && !isBefore(place, indexOf(before, named.get(next), key))) {
                result.add(named.get(next));
                next++;
            }
            result.add(other);
        }
        result.addAll(named.subList(next, named.size()));
        return result;
    }

    private static boolean isBefore(int one, int other) {
        return one >= 0 && other >= 0 && one < other;
    }
}
