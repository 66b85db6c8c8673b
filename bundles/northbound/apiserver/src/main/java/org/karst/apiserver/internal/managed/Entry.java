package org.karst.apiserver.internal.managed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import org.karst.apiserver.internal.resource.Json;

/**
 * One entry of {@code metadata.managedFields}.
 *
 * @param manager whose
 * @param time of the last change, RFC 3339 in whole seconds; may be empty
 * @param fields FieldsV1, never changed; read only when it has to be
 */
record Entry(Manager manager, String time, JsonNode fields) {
    /** The order of the real server. */
    static final Comparator<Entry> ORDER = Comparator.comparing(
                    (Entry entry) -> !entry.manager().applies())
            .thenComparing(Entry::time)
            .thenComparing(entry -> entry.manager().name())
            .thenComparing(entry -> entry.manager().apiVersion())
            .thenComparing(entry -> entry.manager().subresource());

    private static final List<String> OPERATIONS = List.of("Apply", "Update");

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Entry read(JsonNode json) {
        String operation = Json.text(json.path("operation"));
        if (!OPERATIONS.contains(operation)) {
            throw new IllegalArgumentException("operation must be `Apply` or `Update`");
        }
        JsonNode fields = json.path("fieldsV1");
        FieldSet.read(fields.isMissingNode() ? Json.object() : fields);
        return trusted(json);
    }

    /** One that the server wrote itself. */
    static Entry trusted(JsonNode json) {
        return new Entry(
                new Manager(
                        Json.text(json.path("manager")),
                        Json.text(json.path("operation")).equals("Apply"),
                        Json.text(json.path("apiVersion")),
                        Json.text(json.path("subresource"))),
                Json.text(json.path("time")),
                json.path("fieldsV1"));
    }

    ObjectNode write() {
        ObjectNode json = Json.object()
                .put("manager", manager.name())
                .put("operation", manager.applies() ? "Apply" : "Update")
                .put("apiVersion", manager.apiVersion());
        if (!time.isEmpty()) {
            json.put("time", time);
        }
        json.put("fieldsType", "FieldsV1").set("fieldsV1", fields);
        if (!manager.subresource().isEmpty()) {
            json.put("subresource", manager.subresource());
        }
        return json;
    }

    FieldSet set() {
        return FieldSet.read(fields);
    }

    Entry with(FieldSet set) {
        return new Entry(manager, time, set.write());
    }
}
