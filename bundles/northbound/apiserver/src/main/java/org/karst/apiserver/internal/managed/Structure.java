package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.karst.apiserver.internal.resource.FieldTypes;
import org.karst.apiserver.internal.resource.Json;

/** What fields a value has, and what comes of it when some are laid over it or taken away, by the types of its lists and maps. */
final class Structure {
    private Structure() {}

    /** The fields that a value says something about. */
    static FieldSet fields(FieldTypes types, JsonNode value) {
        if (value.isObject() && !types.atomic()) {
            TreeMap<String, FieldSet> inner = new TreeMap<>();
            value.properties().forEach(field -> {
                FieldSet below = fields(types.field(field.getKey()), field.getValue());
                inner.put("f:" + field.getKey(), below.isEmpty() ? FieldSet.LEAF : below);
            });
            return new FieldSet(false, inner);
        }
        Map<String, JsonNode> elements = Elements.of(types, value);
        if (elements == null) {
            return FieldSet.LEAF;
        }
        TreeMap<String, FieldSet> inner = new TreeMap<>();
        elements.forEach((step, element) -> inner.put(
                step,
                new FieldSet(
                        true, element.isObject() ? fields(types, element).inner() : Collections.emptySortedMap())));
        return new FieldSet(false, inner);
    }

    /** A value with another laid over it; neither is changed. */
    static JsonNode merged(FieldTypes types, JsonNode live, JsonNode over) {
        if (live instanceof ObjectNode below && over.isObject() && !types.atomic()) {
            ObjectNode result = below.deepCopy();
            over.properties().forEach(field -> {
                JsonNode former = result.get(field.getKey());
                result.set(
                        field.getKey(),
                        former == null
                                ? field.getValue().deepCopy()
                                : merged(types.field(field.getKey()), former, field.getValue()));
            });
            return result;
        }
        Map<String, JsonNode> former = Elements.of(types, live);
        Map<String, JsonNode> wanted = Elements.of(types, over);
        return former == null || wanted == null ? over.deepCopy() : mergedLists(types, former, wanted);
    }

    /** In the order of the upper list; elements of the lower one alone stay before the element that they stood before. */
    private static ArrayNode mergedLists(FieldTypes types, Map<String, JsonNode> former, Map<String, JsonNode> wanted) {
        List<String> below = new ArrayList<>(former.keySet());
        List<String> above = new ArrayList<>(wanted.keySet());
        Set<String> placed = new HashSet<>();
        ArrayNode result = Json.object().putArray("list");
        int at = 0;
        int next = 0;
        while (at < below.size() || next < above.size()) {
            if (at < below.size() && (placed.contains(below.get(at)) || !wanted.containsKey(below.get(at)))) {
                String step = below.get(at++);
                if (placed.add(step)) {
                    result.add(former.get(step).deepCopy());
                }
            } else {
                // A shared element of the lower list waits for its turn in the upper one, so there is a next one.
                String step = above.get(next++);
                placed.add(step);
                result.add(
                        former.containsKey(step)
                                ? merged(types, former.get(step), wanted.get(step))
                                : wanted.get(step).deepCopy());
            }
        }
        return result;
    }

    /** A value without some places; null if nothing of it is left. */
    static JsonNode without(FieldTypes types, JsonNode value, FieldSet removed) {
        if (removed.inner().isEmpty()) {
            return value;
        }
        if (value.isObject() && !types.atomic()) {
            ObjectNode left = Json.object();
            value.properties().forEach(field -> {
                JsonNode kept = kept(types.field(field.getKey()), field.getValue(), removed.at("f:" + field.getKey()));
                if (kept != null) {
                    left.set(field.getKey(), kept);
                }
            });
            return left.isEmpty() ? null : left;
        }
        Map<String, JsonNode> elements = Elements.of(types, value);
        if (elements == null) {
            return value;
        }
        ArrayNode left = Json.object().putArray("list");
        elements.forEach((step, element) -> {
            JsonNode kept = kept(types, element, removed.at(step));
            if (kept != null) {
                left.add(kept);
            }
        });
        return left.isEmpty() ? null : left;
    }

    private static JsonNode kept(FieldTypes types, JsonNode value, FieldSet removed) {
        return removed.member() ? null : without(types, value, removed);
    }

    /** What is wrong with the lists of an object that is applied, each with its path. */
    static List<String> faults(FieldTypes types, JsonNode value, String path) {
        List<String> faults = new ArrayList<>();
        if (value.isObject() && !types.atomic()) {
            value.properties()
                    .forEach(field -> faults.addAll(
                            faults(types.field(field.getKey()), field.getValue(), path + '.' + field.getKey())));
        } else if (value.isArray()) {
            String fault = Elements.fault(types, value);
            if (fault != null) {
                faults.add(path + ": " + fault);
            } else {
                Map<String, JsonNode> elements = Elements.of(types, value);
                if (elements != null) {
                    elements.forEach((step, element) -> {
                        if (element.isObject()) {
                            faults.addAll(faults(types, element, path));
                        }
                    });
                }
            }
        }
        return faults;
    }
}
