package org.karst.kubernetes.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.kubernetes.ApiObject;

/** Writes single fields of objects by merge patches (RFC 7386) that hold for the state that they were compared with. */
final class Fields {
    private static final String MERGE_PATCH = "application/merge-patch+json";

    /** What a condition says, beside its type and times. */
    private static final List<String> SAID = List.of("status", "reason", "message");

    private final ApiAccess access;
    private final ResourcePaths paths;
    private final Clock clock;

    /**
     * Which field.
     *
     * @param status whether the status subresource writes it
     * @param path from the object's root
     * @param condition the type of the one element that is meant where the field is a list of conditions, else ""
     */
    record Place(boolean status, List<String> path, String condition) implements Comparable<Place> {
        private static final List<String> CONDITIONS = List.of("status", "conditions");

        static Place condition(String type) {
            return new Place(true, CONDITIONS, type);
        }

        @Override
        public int compareTo(Place other) {
            int order = Boolean.compare(status, other.status);
            if (order == 0) {
                order = String.join("\0", path).compareTo(String.join("\0", other.path));
            }
            return order == 0 ? condition.compareTo(other.condition) : order;
        }

        Optional<JsonDocument> in(JsonDocument object) {
            return condition.isEmpty()
                    ? object.find(path.toArray(String[]::new)).map(JsonDocument.class::cast)
                    : conditions(object).stream().filter(this::isIt).findFirst();
        }

        private boolean isIt(JsonDocument element) {
            return element.text("type").equals(condition);
        }

        private static List<JsonDocument> conditions(JsonDocument object) {
            return object.list(CONDITIONS.toArray(String[]::new)).stream()
                    .map(JsonDocument.class::cast)
                    .toList();
        }
    }

    Fields(ApiAccess access, ResourcePaths paths, Clock clock) {
        this.access = access;
        this.paths = paths;
        this.clock = clock;
    }

    /** Whether an object lacks something that is wanted, or has something that is not. */
    static boolean differs(JsonDocument object, Map<Place, Optional<JsonDocument>> wanted) {
        return wanted.entrySet().stream().anyMatch(field -> differs(object, field.getKey(), field.getValue()));
    }

    private static boolean differs(JsonDocument object, Place place, Optional<JsonDocument> wanted) {
        Optional<JsonDocument> present = place.in(object);
        if (wanted.isEmpty() || present.isEmpty()) {
            return wanted.isPresent() != present.isPresent();
        }
        return place.condition().isEmpty()
                ? !present.get().equals(wanted.get())
                : SAID.stream()
                        .anyMatch(name ->
                                !present.get().text(name).equals(wanted.get().text(name)));
    }

    /** Makes fields of one object so; empty = absent. */
    void write(ApiObject object, Map<Place, Optional<JsonDocument>> wanted) throws IOException {
        Optional<String> path = paths.of(object);
        if (path.isEmpty()) {
            return;
        }
        for (boolean status : List.of(false, true)) {
            JsonDocument present;
            try {
                present = access.get(path.get());
            } catch (ApiException e) {
                if (e.code() == 404) {
                    // Whoever wants the field reads the object, and wants it no more when it is gone.
                    return;
                }
                throw e;
            }
            JsonDocument.Builder patch = new JsonDocument.Builder();
            SortedMap<Place, Optional<JsonDocument>> conditions = new TreeMap<>();
            wanted.forEach((place, value) -> {
                if (place.status() == status && differs(present, place, value)) {
                    if (place.condition().isEmpty()) {
                        patch.put(place.path(), value.orElse(JsonDocument.NULL));
                    } else {
                        conditions.put(place, value);
                    }
                }
            });
            if (!conditions.isEmpty()) {
                patch.put(Place.CONDITIONS, with(present, conditions));
            }
            if (!patch.isEmpty()) {
                patch.put("metadata.resourceVersion", present.text("metadata", "resourceVersion"));
                access.send("PATCH", path.get() + (status ? "/status" : ""), MERGE_PATCH, patch.build());
            }
        }
    }

    /** The list of conditions of an object with some replaced, added or removed; the others stay as they are. */
    private JsonDocument with(JsonDocument object, SortedMap<Place, Optional<JsonDocument>> news) {
        List<JsonDocument> list = new ArrayList<>(Place.conditions(object));
        news.forEach((place, value) -> {
            Optional<JsonDocument> former = place.in(object);
            list.removeIf(place::isIt);
            value.ifPresent(condition -> list.add(timed(condition, former)));
        });
        return JsonDocument.array(list);
    }

    private JsonDocument timed(JsonDocument condition, Optional<JsonDocument> former) {
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        String since = former.filter(before -> before.text("status").equals(condition.text("status")))
                .map(before -> before.text("lastTransitionTime"))
                .filter(time -> !time.isEmpty())
                .orElse(now);
        JsonDocument.Builder timed = new JsonDocument.Builder().put("type", condition.text("type"));
        SAID.forEach(name -> timed.put(name, condition.text(name)));
        return JsonDocument.parse(timed.put("lastTransitionTime", since).build());
    }
}
