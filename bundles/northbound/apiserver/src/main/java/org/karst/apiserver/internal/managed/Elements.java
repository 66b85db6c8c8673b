package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.karst.apiserver.internal.resource.FieldTypes;
import org.karst.apiserver.internal.resource.FieldTypes.ListType;
import org.karst.apiserver.internal.resource.Json;

/** The elements of lists by the step that names them in a {@link FieldSet}. */
final class Elements {
    private Elements() {}

    /** The elements in their order; null if the value is no list, or is owned as one value, or its elements cannot be told apart. */
    static Map<String, JsonNode> of(FieldTypes types, JsonNode value) {
        if (types.list() == ListType.ATOMIC || !value.isArray()) {
            return null;
        }
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (JsonNode element : value) {
            String step = step(types, element);
            if (step == null || elements.put(step, element) != null) {
                return null;
            }
        }
        return elements;
    }

    /** Says what is wrong with a list that an applier gives; null if nothing. */
    static String fault(FieldTypes types, JsonNode value) {
        Map<String, JsonNode> elements = new LinkedHashMap<>();
        for (int at = 0; at < value.size() && types.list() != ListType.ATOMIC; at++) {
            JsonNode element = value.get(at);
            String step = step(types, element);
            if (step == null) {
                return types.list() == ListType.SET
                        ? "element " + at + ": associative list without keys has an element that's not a scalar"
                        : "element " + at + ": associative list with keys has an element that omits key field \""
                                + missing(types, element) + "\" (and doesn't have default value)";
            }
            if (elements.put(step, element) != null) {
                return types.list() == ListType.SET
                        ? "duplicate entries for set [" + element + ']'
                        : "duplicate entries for key "
                                + new FieldSet.Builder()
                                        .add(List.of(step))
                                        .build()
                                        .paths()
                                        .get(0);
            }
        }
        return null;
    }

    private static String missing(FieldTypes types, JsonNode element) {
        return types.keys().stream()
                .filter(key ->
                        !element.path(key.field()).isValueNode() && key.absent().isMissingNode())
                .map(FieldTypes.Key::field)
                .findFirst()
                .orElse("");
    }

    private static String step(FieldTypes types, JsonNode element) {
        if (types.list() == ListType.SET) {
            return element.isValueNode() ? "v:" + element : null;
        }
        ObjectNode keys = Json.object();
        for (FieldTypes.Key key : types.keys()) {
            JsonNode own = element.path(key.field());
            JsonNode value = own.isMissingNode() || own.isNull() ? key.absent() : own;
            if (!value.isValueNode()) {
                return null;
            }
            keys.set(key.field(), value);
        }
        return "k:" + keys;
    }
}
