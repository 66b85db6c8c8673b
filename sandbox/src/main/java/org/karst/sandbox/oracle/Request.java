package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What both sides are sent. Path and body may have holes: <code>${uid}</code> and <code>${resourceVersion}</code> of the object as the side
 * last saw it, <code>${continue}</code> of the last part of the list.
 *
 * @param method of HTTP; {@code WATCH} opens a watch
 * @param path without the query
 * @param query with its question mark; empty for none
 * @param headers by name
 * @param body empty for none
 * @param edit if present, laid over the object as the side last saw it (RFC 7396), and that is the body; {@code body} serves where none was seen
 */
public record Request(
        String method, String path, String query, Map<String, String> headers, String body, Optional<JsonNode> edit) {
    /** The method that stands for opening a watch. */
    public static final String WATCH = "WATCH";

    public Request {
        headers = new TreeMap<>(headers);
    }

    /** A request without a query, of JSON. */
    static Request of(String method, String path, String body) {
        return new Request(method, path, "", Map.of("content-type", "application/json"), body, Optional.empty());
    }

    boolean isWatch() {
        return method.equals(WATCH);
    }

    boolean changes() {
        return !isWatch() && !method.equals("GET");
    }

    /** The object whose state a side remembers: the path without a subresource. */
    String object() {
        return path.endsWith("/status") ? path.substring(0, path.length() - "/status".length()) : path;
    }

    /** As a person can send it again by hand. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(method).append(' ').append(path).append(query);
        headers.forEach(
                (name, value) -> text.append("\n    ").append(name).append(": ").append(value));
        edit.ifPresent(some -> text.append("\n    its last state with ").append(some));
        if (!body.isEmpty()) {
            text.append("\n    ").append(body);
        }
        return text.toString();
    }
}
