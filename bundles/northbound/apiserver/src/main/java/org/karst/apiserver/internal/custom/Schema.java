package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.karst.apiserver.internal.resource.FieldTypes;
import org.karst.apiserver.internal.resource.FieldTypes.ListType;
import org.karst.apiserver.internal.resource.Finding;
import org.karst.apiserver.internal.resource.Json;

/**
 * One node of a structural schema (Kubernetes API reference, {@code apiextensions/v1 JSONSchemaProps}). Immutable. The schemas below {@code
 * allOf}, {@code anyOf}, {@code oneOf} and {@code not} are of the same class and only check.
 */
final class Schema {
    /** What is neither pruned nor checked at the root and in embedded resources: the server knows it itself. */
    private static final List<String> OWN_FIELDS = List.of("apiVersion", "kind", "metadata");

    private final ObjectNode source;
    private final Map<String, Schema> properties = new TreeMap<>();
    private final Schema additional;
    private final boolean open;
    private final Schema items;
    private final boolean whole;
    private final ValueChecks checks;

    private Schema(ObjectNode source, boolean root) {
        this.source = source;
        source.path("properties")
                .properties()
                .forEach(property -> properties.put(property.getKey(), of(property.getValue())));
        JsonNode more = source.path("additionalProperties");
        this.additional = more.isObject() ? of(more) : null;
        this.open = more.isBoolean() && more.booleanValue() || flag("x-kubernetes-preserve-unknown-fields");
        this.items = source.path("items").isObject() ? of(source.path("items")) : null;
        this.whole = root || flag("x-kubernetes-embedded-resource");
        this.checks = new ValueChecks(source);
    }

    /** The schema of whole objects. */
    static Schema root(ObjectNode source) {
        return new Schema(source, true);
    }

    static Schema of(JsonNode source) {
        return new Schema(source instanceof ObjectNode object ? object : Json.object(), false);
    }

    /** As it was written. */
    ObjectNode source() {
        return source;
    }

    private boolean flag(String name) {
        return source.path(name).asBoolean();
    }

    private boolean isOwn(String field) {
        return whole && OWN_FIELDS.contains(field);
    }

    /** The schema of a field; null if there is none. */
    private Schema field(String name) {
        Schema known = properties.get(name);
        return known == null ? additional : known;
    }

    /** Takes away nulls of fields that may not be null; they stand for nothing. */
    void dropNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.properties().removeIf(member -> {
                Schema inner = field(member.getKey());
                return member.getValue().isNull() && inner != null && !inner.flag("nullable");
            });
        }
        forEach(value, "", (inner, element, path) -> inner.dropNulls(element));
    }

    /** The paths of what it does not know. */
    void unknown(JsonNode value, String path, List<String> found) {
        if (value.isObject() && !open) {
            value.properties().forEach(member -> {
                if (!isOwn(member.getKey()) && field(member.getKey()) == null) {
                    found.add(child(path, member.getKey()));
                }
            });
        }
        forEach(value, path, (inner, element, at) -> inner.unknown(element, at, found));
    }

    /** Takes away what it does not know. */
    void prune(JsonNode value) {
        if (value instanceof ObjectNode object && !open) {
            object.properties().removeIf(member -> !isOwn(member.getKey()) && field(member.getKey()) == null);
        }
        forEach(value, "", (inner, element, path) -> inner.prune(element));
    }

    /** Gives absent fields their defaults, and those inside of them theirs. */
    void fill(JsonNode value) {
        if (value instanceof ObjectNode object) {
            properties.forEach((name, inner) -> {
                JsonNode given = object.get(name);
                JsonNode usual = inner.source.get("default");
                boolean absent = given == null || (given.isNull() && !inner.flag("nullable"));
                if (absent && usual != null && !isOwn(name)) {
                    object.set(name, usual.deepCopy());
                }
            });
        }
        forEach(value, "", (inner, element, path) -> inner.fill(element));
    }

    @FunctionalInterface
    private interface Visit {
        void of(Schema schema, JsonNode value, String path);
    }

    private void forEach(JsonNode value, String path, Visit visit) {
        if (value.isObject()) {
            value.properties().forEach(member -> {
                Schema inner = isOwn(member.getKey()) ? null : field(member.getKey());
                if (inner != null) {
                    visit.of(inner, member.getValue(), child(path, member.getKey()));
                }
            });
        } else if (value.isArray() && items != null) {
            for (int at = 0; at < value.size(); at++) {
                visit.of(items, value.get(at), path + '[' + at + ']');
            }
        }
    }

    static String child(String path, String field) {
        return path.isEmpty() ? field : path + '.' + field;
    }

    /**
     * Reports what breaks it.
     *
     * @param old what was at the same place before, null if nothing: what an update does not change is not held against it
     */
    void check(JsonNode value, JsonNode old, String path, Consumer<Finding> findings) {
        if (old != null && old.equals(value)) {
            return;
        }
        checks.check(value, path, whole, findings);
        Map<String, JsonNode> former = old == null ? Map.of() : byKeys(old);
        forEach(
                value,
                path,
                (inner, element, at) -> inner.check(element, formerly(at, path, element, old, former), at, findings));
        if (listType() != ListType.ATOMIC && value.isArray()) {
            checkDistinct(value, path, findings);
        }
    }

    private JsonNode formerly(String at, String path, JsonNode element, JsonNode old, Map<String, JsonNode> former) {
        if (old == null) {
            return null;
        }
        return at.endsWith("]")
                ? former.get(keyOf(element))
                : old.get(at.substring(path.isEmpty() ? 0 : path.length() + 1));
    }

    private Map<String, JsonNode> byKeys(JsonNode list) {
        Map<String, JsonNode> found = new TreeMap<>();
        if (list.isArray() && listType() == ListType.MAP) {
            list.forEach(element -> found.put(keyOf(element), element));
        }
        return found;
    }

    private void checkDistinct(JsonNode list, String path, Consumer<Finding> findings) {
        Set<String> seen = new HashSet<>();
        for (int at = 0; at < list.size(); at++) {
            String key = keyOf(list.get(at));
            if (!seen.add(key)) {
                findings.accept(Finding.duplicate(
                        path + '[' + at + ']', listType() == ListType.SET ? list.get(at) : keysOf(list.get(at))));
            }
        }
    }

    private String keyOf(JsonNode element) {
        return listType() == ListType.MAP ? keysOf(element).toString() : element.toString();
    }

    private ObjectNode keysOf(JsonNode element) {
        ObjectNode keys = Json.object();
        source.path("x-kubernetes-list-map-keys").forEach(key -> {
            JsonNode value = element.path(key.asText());
            if (!value.isMissingNode()) {
                keys.set(key.asText(), value);
            }
        });
        return keys;
    }

    private ListType listType() {
        return switch (source.path("x-kubernetes-list-type").asText()) {
            case "set" -> ListType.SET;
            case "map" -> ListType.MAP;
            default -> ListType.ATOMIC;
        };
    }

    /** How finely the fields below are managed. */
    FieldTypes fieldTypes() {
        Schema holder = items == null ? this : items;
        Map<String, FieldTypes> fields = new TreeMap<>();
        if (holder.additional != null) {
            fields.put(FieldTypes.ANY, holder.additional.fieldTypes());
        }
        holder.properties.forEach((name, inner) -> fields.put(name, inner.fieldTypes()));
        if (whole) {
            fields.put("metadata", FieldTypes.METADATA);
        }
        List<FieldTypes.Key> keys = new ArrayList<>();
        source.path("x-kubernetes-list-map-keys").forEach(key -> {
            Schema inner = items == null ? null : items.properties.get(key.asText());
            keys.add(new FieldTypes.Key(
                    key.asText(), inner == null ? Json.object().path("") : inner.source.path("default")));
        });
        keys.sort(java.util.Comparator.comparing(FieldTypes.Key::field));
        return new FieldTypes(
                listType(),
                keys,
                holder.source.path("x-kubernetes-map-type").asText().equals("atomic"),
                fields);
    }
}
