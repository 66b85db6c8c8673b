package org.karst.kubernetes.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.karst.kubernetes.ApiObject;
import org.karst.model.Document;

/** Writes single fields of objects by merge patches (RFC 7386) that hold for the state that they were compared with. */
final class Fields {
    private static final String MERGE_PATCH = "application/merge-patch+json";

    private final ApiAccess access;
    private final ResourcePaths paths;

    /** Which field: its path, and whether the status subresource writes it. */
    record Place(boolean status, List<String> path) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = Boolean.compare(status, other.status);
            return order != 0 ? order : String.join("\0", path).compareTo(String.join("\0", other.path));
        }
    }

    Fields(ApiAccess access, ResourcePaths paths) {
        this.access = access;
        this.paths = paths;
    }

    /** Whether an object lacks something that is wanted, or has something that is not. */
    static boolean differs(JsonDocument object, Map<Place, Optional<JsonDocument>> wanted) {
        return wanted.entrySet().stream().anyMatch(field -> differs(object, field.getKey(), field.getValue()));
    }

    private static boolean differs(JsonDocument object, Place place, Optional<JsonDocument> wanted) {
        Optional<Document> present = object.find(place.path().toArray(String[]::new));
        return wanted.isPresent() ? present.isEmpty() || !present.get().equals(wanted.get()) : present.isPresent();
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
            wanted.forEach((place, value) -> {
                if (place.status() == status && differs(present, place, value)) {
                    patch.put(place.path(), value.orElse(JsonDocument.NULL));
                }
            });
            if (!patch.isEmpty()) {
                patch.put("metadata.resourceVersion", present.text("metadata", "resourceVersion"));
                access.send("PATCH", path.get() + (status ? "/status" : ""), MERGE_PATCH, patch.build());
            }
        }
    }
}
