package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.karst.apiserver.internal.resource.FieldTypes;

/**
 * How one object differs from another: the places that are new, changed and gone, each with all that is below it.
 *
 * @param set what is new or has another value
 * @param gone what is no longer there
 */
record Difference(FieldSet set, FieldSet gone) {
    /** From one object to another; equal parts are passed over at once. */
    static Difference between(FieldTypes types, JsonNode before, JsonNode after) {
        Walk walk = new Walk();
        walk.compare(types, before, after);
        return new Difference(walk.set.build(), walk.gone.build());
    }

    /** Without what lies at or below some places. */
    Difference without(FieldSet roots) {
        return new Difference(set.without(roots), gone.without(roots));
    }

    FieldSet touched() {
        return set.union(gone);
    }

    private static final class Walk {
        private final Deque<String> path = new ArrayDeque<>();
        private final FieldSet.Builder set = new FieldSet.Builder();
        private final FieldSet.Builder gone = new FieldSet.Builder();

        /** Null is an absent value. */
        private void compare(FieldTypes types, JsonNode before, JsonNode after) {
            if (before == null ? after == null : before.equals(after)) {
                return;
            }
            boolean descended = descend(types, before, after);
            if (path.isEmpty()) {
                return;
            }
            if (after == null) {
                gone.add(path);
            } else if (before == null || !descended) {
                set.add(path);
            }
        }

        private boolean descend(FieldTypes types, JsonNode before, JsonNode after) {
            JsonNode one = before == null ? after : before;
            JsonNode other = after == null ? before : after;
            if (one instanceof ObjectNode && other instanceof ObjectNode && !types.atomic()) {
                inObjects(types, before, after);
                return true;
            }
            Map<String, JsonNode> former = before == null ? Map.of() : Elements.of(types, before);
            Map<String, JsonNode> present = after == null ? Map.of() : Elements.of(types, after);
            if (former == null || present == null) {
                return false;
            }
            Set<String> steps = new LinkedHashSet<>(former.keySet());
            steps.addAll(present.keySet());
            steps.forEach(step -> inStep(step, types, former.get(step), present.get(step)));
            return true;
        }

        private void inObjects(FieldTypes types, JsonNode before, JsonNode after) {
            Map<String, JsonNode> fields = new LinkedHashMap<>();
            if (before != null) {
                before.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            }
            if (after != null) {
                for (Map.Entry<String, JsonNode> field : after.properties()) {
                    JsonNode former = fields.remove(field.getKey());
                    inStep("f:" + field.getKey(), types.field(field.getKey()), former, field.getValue());
                }
            }
            fields.forEach((name, former) -> inStep("f:" + name, types.field(name), former, null));
        }

        private void inStep(String step, FieldTypes types, JsonNode before, JsonNode after) {
            path.addLast(step);
            compare(types, before, after);
            path.removeLast();
        }
    }
}
