package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How lists and maps are merged, and so how finely their fields are owned: {@code x-kubernetes-list-type}, {@code
 * x-kubernetes-list-map-keys} and {@code x-kubernetes-map-type} of a kind's OpenAPI schema. One node of a tree by names of fields; the
 * elements of a list have the node of the list.
 *
 * <p>What nothing is said about is as Kubernetes has it: a map is granular, a list atomic.
 *
 * @param list what a list at this place is
 * @param keys the fields that tell the elements of a list {@link ListType#MAP} apart, sorted by name
 * @param atomic whether a map at this place, or each that is an element here, is one value
 * @param fields the types of inner fields of which something is said
 */
public record FieldTypes(ListType list, List<Key> keys, boolean atomic, Map<String, FieldTypes> fields) {
    /** The name under which stands the type of all fields that have none of their own. */
    public static final String ANY = "*";

    private static final FieldTypes PLAIN = new FieldTypes(ListType.ATOMIC, List.of(), false, Map.of());

    /** Those of the metadata that all objects have. */
    public static final FieldTypes METADATA = metadata();

    private static FieldTypes metadata() {
        Builder builder = new Builder();
        builder.metadata();
        return builder.build().field("metadata");
    }

    /** What a list is. */
    public enum ListType {
        /** One value. */
        ATOMIC,
        /** Scalars, each its own. */
        SET,
        /** Objects told apart by keys. */
        MAP
    }

    /**
     * A field that tells elements apart.
     *
     * @param field its name
     * @param absent what an element has that does not say; a missing node if it must say
     */
    public record Key(String field, JsonNode absent) {
        /** From {@code name} or {@code name=value of an absent field}. */
        static Key parse(String text) {
            int equals = text.indexOf('=');
            return equals < 0
                    ? new Key(text, MissingNode.getInstance())
                    : new Key(text.substring(0, equals), TextNode.valueOf(text.substring(equals + 1)));
        }
    }

    public FieldTypes {
        keys = List.copyOf(keys);
        fields = Map.copyOf(fields);
    }

    /** The type of a field of this one. */
    public FieldTypes field(String name) {
        FieldTypes own = fields.get(name);
        return own == null ? fields.getOrDefault(ANY, PLAIN) : own;
    }

    /** What stands in an OpenAPI schema for a list or a map at this place. */
    void describe(ObjectNode schema) {
        switch (Json.text(schema.path("type"))) {
            case "array" -> {
                schema.put("x-kubernetes-list-type", list.name().toLowerCase(Locale.ROOT));
                if (list == ListType.MAP) {
                    keys.forEach(key ->
                            schema.withArray("x-kubernetes-list-map-keys").add(key.field()));
                }
                if (schema.path("items") instanceof ObjectNode items) {
                    describe(items);
                }
            }
            case "object" -> {
                if (atomic) {
                    schema.put("x-kubernetes-map-type", "atomic");
                }
                schema.path("properties").properties().forEach(member -> {
                    if (member.getValue() instanceof ObjectNode inner) {
                        field(member.getKey()).describe(inner);
                    }
                });
            }
            default -> {}
        }
    }

    /** Collects what differs from the usual, by path: names joined by dots, without positions. */
    static final class Builder {
        private final Map<String, List<Key>> lists = new TreeMap<>();
        private final Set<String> atomics = new TreeSet<>();

        /** What is said of the metadata that all objects have. */
        void metadata() {
            list("metadata.finalizers", List.of());
            list("metadata.ownerReferences", List.of("uid"));
            atomicElements("metadata.ownerReferences");
        }

        /** A list of objects told apart by keys, or without keys a set of scalars. */
        void list(String path, List<String> keys) {
            lists.put(path, keys.stream().map(Key::parse).toList());
        }

        /** A map, or the elements of a list, or a list that was said to be finer, is one value. */
        void atomic(String path) {
            lists.remove(path);
            atomics.add(path);
        }

        /** The elements of this list are one value each. */
        void atomicElements(String path) {
            atomics.add(path);
        }

        FieldTypes build() {
            return build("", true);
        }

        private FieldTypes build(String path, boolean root) {
            String prefix = root ? "" : path + '.';
            Map<String, FieldTypes> fields = new TreeMap<>();
            Set<String> all = new TreeSet<>(lists.keySet());
            all.addAll(atomics);
            for (String known : all) {
                if (known.startsWith(prefix) && !known.equals(path)) {
                    String name = known.substring(prefix.length());
                    int dot = name.indexOf('.');
                    String first = dot < 0 ? name : name.substring(0, dot);
                    fields.computeIfAbsent(first, field -> build(prefix + field, false));
                }
            }
            List<Key> keys = lists.get(path);
            ListType list = keys == null ? ListType.ATOMIC : keys.isEmpty() ? ListType.SET : ListType.MAP;
            List<Key> sorted = new ArrayList<>(keys == null ? List.of() : keys);
            sorted.sort(Comparator.comparing(Key::field));
            return new FieldTypes(list, sorted, atomics.contains(path), fields);
        }
    }
}
