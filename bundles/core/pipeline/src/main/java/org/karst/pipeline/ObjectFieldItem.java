package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.incremental.Item;

/**
 * One field of an API object that a rule owns: a field of its status, an annotation or a label. It is written as a merge patch
 * of that field alone, so that others may own its neighbours; when no rule wants it any more, it is removed.
 *
 * @param apiVersion of the object: {@code v1}, or group/version
 * @param kind of the object: Pod, Node …
 * @param namespace of the object, "" if it has none
 * @param name of the object
 * @param status whether the field is written through the status subresource
 * @param path names from the object's root to the field: {@code [status, phase]}
 * @param value the field's value as JSON text (RFC 8259)
 */
public record ObjectFieldItem(
        String apiVersion, String kind, String namespace, String name, boolean status, List<String> path, String value)
        implements Item {
    public ObjectFieldItem {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
        path = List.copyOf(path);
        if (path.isEmpty() || (path.get(0).equals("status") != status)) {
            throw new IllegalArgumentException(
                    "a field of the status, and only such a one, is written through the status subresource: " + path);
        }
    }

    /** An annotation of an object. */
    public static ObjectFieldItem annotation(
            String apiVersion, String kind, String namespace, String name, String key, String text) {
        List<String> path = List.of("metadata", "annotations", key);
        return new ObjectFieldItem(apiVersion, kind, namespace, name, false, path, quoted(text));
    }

    /** A field of an object's status. */
    public static ObjectFieldItem status(
            String apiVersion, String kind, String namespace, String name, List<String> path, String json) {
        return new ObjectFieldItem(apiVersion, kind, namespace, name, true, path, json);
    }

    /** A text as a JSON string. */
    public static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    @Override
    public Identity identity() {
        return new Identity(apiVersion, kind, namespace, name, path);
    }

    /** One item for each field. */
    public record Identity(String apiVersion, String kind, String namespace, String name, List<String> path) {}
}
