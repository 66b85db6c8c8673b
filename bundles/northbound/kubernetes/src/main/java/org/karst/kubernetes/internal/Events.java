package org.karst.kubernetes.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.karst.kubernetes.ApiObject;
import org.karst.pipeline.EventItem;

/**
 * Writes Events (v1). An Event is named after its object, reason and type, so whoever reports the same thing, also after a restart, finds it
 * and adds to its series.
 */
final class Events {
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String REPORTER = "karst.org/controller";
    /** Kubernetes' MicroTime has exactly six digits. */
    private static final DateTimeFormatter MICRO_TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final int LONGEST_OBJECT_NAME = 200;
    private static final int LONGEST_MESSAGE = 1024;

    private final ApiAccess access;
    private final ResourcePaths paths;
    private final Clock clock;

    Events(ApiAccess access, ResourcePaths paths, Clock clock) {
        this.access = access;
        this.paths = paths;
        this.clock = clock;
    }

    /** Says once more that an event holds. */
    void write(EventItem event) throws IOException {
        ApiObject object = new ApiObject(event.apiVersion(), event.kind(), event.namespace(), event.name());
        Optional<JsonDocument> involved = find(paths.of(object));
        if (involved.isEmpty()) {
            return;
        }
        // Events about objects of the cluster live in this namespace, where kubectl looks for them.
        String namespace = event.namespace().isEmpty() ? "default" : event.namespace();
        String collection = "/api/v1/namespaces/" + namespace + "/events";
        String name = name(event);
        Optional<JsonDocument> former = find(Optional.of(collection + '/' + name));
        if (former.isEmpty()) {
            access.send("POST", collection, "application/json", first(event, involved.get(), namespace, name));
        } else {
            access.send("PATCH", collection + '/' + name, MERGE_PATCH, again(event, former.get()));
        }
    }

    private Optional<JsonDocument> find(Optional<String> path) throws IOException {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(access.get(path.get()));
        } catch (ApiException e) {
            if (e.code() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String first(EventItem event, JsonDocument involved, String namespace, String name) {
        String seconds = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        return new JsonDocument.Builder()
                .put("kind", "Event")
                .put("apiVersion", "v1")
                .put("metadata.name", name)
                .put("metadata.namespace", namespace)
                .put("involvedObject.apiVersion", event.apiVersion())
                .put("involvedObject.kind", event.kind())
                .put("involvedObject.namespace", event.namespace())
                .put("involvedObject.name", event.name())
                .put("involvedObject.uid", involved.text("metadata", "uid"))
                .put("type", event.warning() ? "Warning" : "Normal")
                .put("reason", event.reason())
                .put("message", message(event))
                .put("source.component", "karst")
                .put("reportingComponent", REPORTER)
                .put("reportingInstance", "karst")
                .put("action", event.reason())
                .put("firstTimestamp", seconds)
                .put("lastTimestamp", seconds)
                .put("eventTime", microseconds(clock.instant()))
                .put("count", 1)
                .build();
    }

    private String again(EventItem event, JsonDocument former) {
        Instant now = clock.instant();
        long count = Math.max(1, former.number("count")) + 1;
        return new JsonDocument.Builder()
                .put("metadata.resourceVersion", former.text("metadata", "resourceVersion"))
                .put("message", message(event))
                .put("lastTimestamp", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("count", count)
                .put("series.count", count)
                .put("series.lastObservedTime", microseconds(now))
                .build();
    }

    private static String message(EventItem event) {
        String message = event.message();
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE - 3) + "...";
    }

    private static String microseconds(Instant time) {
        return MICRO_TIME.format(time);
    }

    private static String name(EventItem event) {
        String base = event.name().length() <= LONGEST_OBJECT_NAME
                ? event.name()
                : event.name().substring(0, LONGEST_OBJECT_NAME).replaceAll("[.-]+$", "");
        String identity =
                String.join("\0", event.apiVersion(), event.kind(), event.reason(), event.warning() ? "w" : "n");
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return base + '.' + HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
