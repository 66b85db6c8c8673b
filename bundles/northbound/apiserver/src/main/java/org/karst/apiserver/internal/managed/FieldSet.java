package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.karst.apiserver.internal.resource.Json;

/**
 * A set of places in an object, as a tree; immutable. The steps are those of FieldsV1: {@code f:NAME} a field, {@code k:{KEYS}} the element
 * of a list with these keys, {@code v:VALUE} an element of a set.
 *
 * @param member whether this very place is in the set
 * @param inner the places below, by step; none of them empty
 */
record FieldSet(boolean member, SortedMap<String, FieldSet> inner) {
    static final FieldSet EMPTY = new FieldSet(false, new TreeMap<>());
    static final FieldSet LEAF = new FieldSet(true, new TreeMap<>());

    private static final String SELF = ".";

    /** Collects places. */
    static final class Builder {
        private boolean member;
        private final Map<String, Builder> inner = new TreeMap<>();

        Builder add(Iterable<String> path) {
            Builder at = this;
            for (String step : path) {
                at = at.inner.computeIfAbsent(step, name -> new Builder());
            }
            at.member = true;
            return this;
        }

        FieldSet build() {
            if (inner.isEmpty()) {
                return member ? LEAF : EMPTY;
            }
            TreeMap<String, FieldSet> built = new TreeMap<>();
            inner.forEach((step, builder) -> built.put(step, builder.build()));
            return new FieldSet(member, built);
        }
    }

    /** The places of a list of paths, each a field name per step. */
    static FieldSet ofFields(List<List<String>> paths) {
        Builder builder = new Builder();
        paths.forEach(path -> builder.add(path.stream().map(name -> "f:" + name).toList()));
        return builder.build();
    }

    boolean isEmpty() {
        return !member && inner.isEmpty();
    }

    /** What is below a step; empty if nothing. */
    FieldSet at(String step) {
        return inner.getOrDefault(step, EMPTY);
    }

    /**
     * Reads FieldsV1.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static FieldSet read(JsonNode fields) {
        if (!fields.isObject()) {
            throw new IllegalArgumentException("fieldsV1 must be an object");
        }
        return read(fields, true);
    }

    private static FieldSet read(JsonNode fields, boolean root) {
        if (fields.isEmpty()) {
            return root ? EMPTY : LEAF;
        }
        boolean member = false;
        TreeMap<String, FieldSet> inner = new TreeMap<>();
        for (Map.Entry<String, JsonNode> step : fields.properties()) {
            if (step.getKey().equals(SELF)) {
                member = true;
            } else if (!step.getValue().isObject()) {
                throw new IllegalArgumentException("fieldsV1 must hold objects only");
            } else {
                inner.put(canonical(step.getKey()), read(step.getValue(), false));
            }
        }
        return new FieldSet(member, inner);
    }

    /** Keys and values are JSON; whoever wrote them may have spaced it. */
    private static String canonical(String step) {
        if (step.startsWith("f:")) {
            return step;
        }
        if (!step.startsWith("k:") && !step.startsWith("v:")) {
            throw new IllegalArgumentException("fieldsV1 has no step \"" + step + '"');
        }
        try {
            JsonNode value = Json.read(step.substring(2).getBytes(StandardCharsets.UTF_8));
            return step.substring(0, 2) + (value.isObject() ? sorted(value) : value);
        } catch (IOException e) {
            throw new IllegalArgumentException("fieldsV1 has a step that is not JSON: \"" + step + '"', e);
        }
    }

    private static ObjectNode sorted(JsonNode keys) {
        TreeMap<String, JsonNode> members = new TreeMap<>();
        keys.properties().forEach(key -> members.put(key.getKey(), key.getValue()));
        ObjectNode sorted = Json.object();
        sorted.setAll(members);
        return sorted;
    }

    /** FieldsV1. */
    ObjectNode write() {
        ObjectNode fields = Json.object();
        if (member && !inner.isEmpty()) {
            fields.putObject(SELF);
        }
        inner.forEach((step, below) -> fields.set(step, below.write()));
        return fields;
    }

    /** Whether FieldsV1, which need not be read for that, has a place of this set. */
    boolean meets(JsonNode fields) {
        if (member && (fields.isEmpty() || fields.has(SELF))) {
            return true;
        }
        for (Map.Entry<String, FieldSet> step : inner.entrySet()) {
            JsonNode below = fields.get(step.getKey());
            if (below != null && step.getValue().meets(below)) {
                return true;
            }
        }
        return false;
    }

    /** What is here or there. */
    FieldSet union(FieldSet other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        TreeMap<String, FieldSet> both = new TreeMap<>(inner);
        other.inner.forEach((step, below) -> both.merge(step, below, FieldSet::union));
        return new FieldSet(member || other.member, both);
    }

    /** What is here and not there; a place is not taken away with the one above it. */
    FieldSet minus(FieldSet other) {
        return other.isEmpty() ? this : each(other, member && !other.member, FieldSet::minus);
    }

    /** What is here and there. */
    FieldSet and(FieldSet other) {
        return each(other, member && other.member, FieldSet::and);
    }

    private FieldSet each(FieldSet other, boolean self, BinaryOperator<FieldSet> operation) {
        TreeMap<String, FieldSet> result = new TreeMap<>();
        inner.forEach((step, below) -> {
            FieldSet left = operation.apply(below, other.at(step));
            if (!left.isEmpty()) {
                result.put(step, left);
            }
        });
        return new FieldSet(self, result);
    }

    /** What is here and neither there nor below a place that is there. */
    FieldSet without(FieldSet roots) {
        return roots.member ? EMPTY : roots.isEmpty() ? this : each(roots, member, FieldSet::without);
    }

    /** With each field on the way to a place in it: who owns {@code a.b} owns {@code a} in so far as it goes when nobody has anything in it. */
    FieldSet withWays() {
        TreeMap<String, FieldSet> result = new TreeMap<>();
        inner.forEach((step, below) -> {
            FieldSet closed = below.withWays();
            result.put(step, step.startsWith("f:") ? new FieldSet(true, closed.inner) : closed);
        });
        return new FieldSet(member, result);
    }

    /** All places as people read them, such as {@code .spec.containers[name="c"].image}. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String path, List<String> paths) {
        if (member) {
            paths.add(path);
        }
        inner.forEach((step, below) -> below.collect(path + readable(step), paths));
    }

    private static String readable(String step) {
        if (step.startsWith("f:")) {
            return '.' + step.substring(2);
        }
        if (step.startsWith("v:")) {
            return "[=" + step.substring(2) + ']';
        }
        List<String> keys = new ArrayList<>();
        Json.readObject(step.substring(2).getBytes(StandardCharsets.UTF_8))
                .properties()
                .forEach(key -> keys.add(key.getKey() + '=' + key.getValue()));
        return '[' + String.join(",", keys) + ']';
    }
}
