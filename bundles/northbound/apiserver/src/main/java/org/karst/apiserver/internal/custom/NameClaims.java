package org.karst.apiserver.internal.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.karst.apiserver.internal.resource.Json;

/**
 * Which names of a definition are accepted: those that no other definition of its group has already (apiextensions-apiserver, naming and
 * establishing controllers). Pure.
 */
final class NameClaims {
    static final String ESTABLISHED = "Established";
    static final String ACCEPTED = "NamesAccepted";

    private static final List<String> RESOURCE_NAMES = List.of("plural", "singular");
    private static final List<String> KIND_NAMES = List.of("kind", "listKind");

    private final Set<String> resources = new TreeSet<>();
    private final Set<String> kinds = new TreeSet<>();
    private String reason = "NoConflicts";
    private String message = "no conflicts found";

    private NameClaims(Collection<ObjectNode> others) {
        for (JsonNode other : others) {
            JsonNode names = other.at("/status/acceptedNames");
            RESOURCE_NAMES.forEach(field -> resources.add(Json.text(names.path(field))));
            KIND_NAMES.forEach(field -> kinds.add(Json.text(names.path(field))));
            names.path("shortNames").forEach(name -> resources.add(name.asText()));
        }
        resources.remove("");
        kinds.remove("");
    }

    /**
     * A definition with the status that it should have.
     *
     * @param others the other definitions of its group
     * @param now RFC 3339
     */
    static ObjectNode settled(ObjectNode definition, Collection<ObjectNode> others, String now) {
        ObjectNode settled = definition.deepCopy();
        ObjectNode status = Json.child(settled, "status");
        NameClaims claims = new NameClaims(others);
        ObjectNode names = claims.accepted(settled.at("/spec/names"), status.path("acceptedNames"));
        status.set("acceptedNames", names);
        boolean accepted = claims.reason.equals("NoConflicts");
        condition(status, ACCEPTED, accepted, claims.reason, claims.message, now);
        if (accepted && !holds(settled, ESTABLISHED)) {
            condition(status, ESTABLISHED, true, "InitialNamesAccepted", "the initial names have been accepted", now);
        } else if (!accepted && !has(settled, ESTABLISHED)) {
            condition(status, ESTABLISHED, false, "NotAccepted", "not all names are accepted", now);
        }
        return settled;
    }

    private ObjectNode accepted(JsonNode wanted, JsonNode before) {
        ObjectNode names = before instanceof ObjectNode former ? former.deepCopy() : Json.object();
        take("plural", "PluralConflict", wanted, before, resources, names);
        take("singular", "SingularConflict", wanted, before, resources, names);
        takeShortNames(wanted.path("shortNames"), before.path("shortNames"), names);
        take("kind", "KindConflict", wanted, before, kinds, names);
        take("listKind", "ListKindConflict", wanted, before, kinds, names);
        names.remove("categories");
        if (wanted.has("categories")) {
            names.set("categories", wanted.get("categories"));
        }
        return names;
    }

    private void take(
            String field, String conflict, JsonNode wanted, JsonNode before, Set<String> used, ObjectNode names) {
        JsonNode name = wanted.path(field);
        if (!name.equals(before.path(field)) && used.contains(Json.text(name))) {
            refuse(conflict, quoted(name));
        } else if (!name.isMissingNode()) {
            names.set(field, name);
        }
    }

    private void takeShortNames(JsonNode wanted, JsonNode before, ObjectNode names) {
        List<String> conflicts = new ArrayList<>();
        for (JsonNode name : wanted) {
            boolean own = false;
            for (JsonNode former : before) {
                own |= former.equals(name);
            }
            if (!own && resources.contains(name.asText())) {
                conflicts.add(quoted(name));
            }
        }
        if (!conflicts.isEmpty()) {
            refuse(
                    "ShortNamesConflict",
                    conflicts.size() == 1 ? conflicts.get(0) : '[' + String.join(", ", conflicts) + ']');
        } else if (wanted.isArray()) {
            names.set("shortNames", wanted);
        } else {
            names.remove("shortNames");
        }
    }

    private static String quoted(JsonNode name) {
        return '"' + name.asText() + "\" is already in use";
    }

    private void refuse(String why, String sentence) {
        reason = why;
        message = sentence;
    }

    /** Whether a condition of a definition is true. */
    static boolean holds(JsonNode definition, String type) {
        for (JsonNode condition : definition.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static boolean has(JsonNode definition, String type) {
        for (JsonNode condition : definition.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return true;
            }
        }
        return false;
    }

    /** Sets a condition; its time is that of the last change of its status. */
    static void condition(ObjectNode status, String type, boolean holds, String reason, String message, String now) {
        ArrayNode conditions = status.withArray("conditions");
        ObjectNode found = null;
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                found = (ObjectNode) condition;
            }
        }
        ObjectNode condition = found == null ? conditions.addObject() : found;
        String value = holds ? "True" : "False";
        if (!condition.path("status").asText().equals(value)) {
            condition.put("lastTransitionTime", now);
        }
        condition
                .put("message", message)
                .put("reason", reason)
                .put("status", value)
                .put("type", type);
    }
}
