package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The table of events. */
final class EventColumns {
    static final List<Column> ALL = List.of(
            Column.text("Last Seen", 0, "Time of the last occurrence", EventColumns::lastSeen),
            Column.at("Type", 0, "Normal or Warning", "type", ""),
            Column.at("Reason", 0, "Short cause", "reason", ""),
            Column.text("Object", 0, "What the event is about", (event, now) -> involved(event)),
            Column.at("Subobject", 1, "Part of the object", "involvedObject.fieldPath", ""),
            Column.text("Source", 1, "Who reports it", (event, now) -> source(event)),
            Column.text("Message", 0, "Description", (event, now) -> Json.text(event.path("message"))
                    .strip()),
            Column.text("First Seen", 1, "Time of the first occurrence", EventColumns::firstSeen),
            new Column("Count", "string", "", 1, "Number of occurrences", (event, now) -> count(event)),
            new Column(
                    "Name",
                    "string",
                    "name",
                    1,
                    "Name must be unique within a namespace.",
                    (event, now) -> Json.text(Json.at(event, "metadata.name"))));

    private EventColumns() {}

    private static String lastSeen(JsonNode event, Instant now) {
        JsonNode series = Json.at(event, "series.lastObservedTime");
        if (series.isTextual()) {
            return Ages.since(series, now);
        }
        JsonNode last = event.path("lastTimestamp");
        return last.isTextual() ? Ages.since(last, now) : firstSeen(event, now);
    }

    private static String firstSeen(JsonNode event, Instant now) {
        JsonNode first = event.path("firstTimestamp");
        return Ages.since(first.isTextual() ? first : event.path("eventTime"), now);
    }

    private static long count(JsonNode event) {
        JsonNode series = Json.at(event, "series.count");
        return Math.max(
                1, series.isNumber() ? series.asLong() : event.path("count").asLong(1));
    }

    private static String involved(JsonNode event) {
        return Json.text(Json.at(event, "involvedObject.kind")).toLowerCase(Locale.ROOT) + "/"
                + Json.text(Json.at(event, "involvedObject.name"));
    }

    private static String source(JsonNode event) {
        String component = Json.text(Json.at(event, "source.component"));
        String host = Json.text(Json.at(event, "source.host"));
        String reporter = component.isEmpty() ? Json.text(event.path("reportingComponent")) : component;
        return host.isEmpty() ? reporter : reporter + ", " + host;
    }
}
