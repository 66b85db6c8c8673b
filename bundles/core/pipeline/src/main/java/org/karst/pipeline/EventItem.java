package org.karst.pipeline;

import java.util.Objects;
import org.karst.incremental.Item;

/**
 * A condition that an object's owner should read, shown as an Event (events.k8s.io) for as long as a rule emits it; one that
 * lasts is one Event with a series.
 *
 * @param apiVersion of the object
 * @param kind of the object: Pod, Node …
 * @param namespace of the object, "" if it has none
 * @param name of the object
 * @param warning whether its type is Warning, else Normal
 * @param reason one word in CamelCase
 * @param message a sentence that names the field or the other object
 */
public record EventItem(
        String apiVersion, String kind, String namespace, String name, boolean warning, String reason, String message)
        implements Item {
    public EventItem {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(message, "message");
        if (!reason.matches("[A-Z][A-Za-z0-9]*")) {
            throw new IllegalArgumentException("a reason is one word in CamelCase, not '" + reason + "'");
        }
    }

    /** A warning about an object of the core API. */
    public static EventItem warning(String kind, String namespace, String name, String reason, String message) {
        return new EventItem("v1", kind, namespace, name, true, reason, message);
    }

    @Override
    public Identity identity() {
        return new Identity(apiVersion, kind, namespace, name, reason);
    }

    /** One event for each object and reason. */
    public record Identity(String apiVersion, String kind, String namespace, String name, String reason) {}
}
