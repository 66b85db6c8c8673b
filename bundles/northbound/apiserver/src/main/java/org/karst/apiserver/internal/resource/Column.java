package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One column of the table that {@code kubectl get} prints.
 *
 * @param name heading
 * @param type {@code string}, {@code integer}, {@code boolean} or {@code date}
 * @param format {@code name} for the name column, else mostly empty
 * @param priority 0 always shown, 1 with {@code -o wide}
 * @param description for readers of the API
 * @param cell gets the value from an object: a string, a number, a boolean or null
 */
public record Column(String name, String type, String format, int priority, String description, Cell cell) {
    /** Computes a cell. */
    @FunctionalInterface
    public interface Cell {
        /** The value for an object at a time. */
        Object of(JsonNode object, Instant now);
    }

    /** A column of text. */
    public static Column text(String name, int priority, String description, Cell cell) {
        return new Column(name, "string", "", priority, description, cell);
    }

    /** A column that shows the text at a path, or {@code absent}. */
    public static Column at(String name, int priority, String description, String path, String absent) {
        return text(name, priority, description, (object, now) -> {
            String text = Json.text(Json.at(object, path));
            return text.isEmpty() ? absent : text;
        });
    }

    /** The name of the object. */
    public static Column ofName() {
        return new Column(
                "Name",
                "string",
                "name",
                0,
                "Name must be unique within a namespace.",
                (object, now) -> Json.text(Json.at(object, "metadata.name")));
    }

    /** The time since the object was created. */
    public static Column ofAge() {
        return text(
                "Age",
                0,
                "CreationTimestamp is a timestamp representing the server time when this object was created.",
                (object, now) -> Ages.since(Json.at(object, "metadata.creationTimestamp"), now));
    }
}
