package org.karst.pipeline;

import java.util.Objects;
import org.karst.incremental.Item;

/**
 * One condition in {@code status.conditions} of an API object, which a rule owns; its neighbours belong to others. When no rule wants
 * it any more, it is removed.
 *
 * @param apiVersion of the object: {@code v1}, or group/version
 * @param kind of the object: Node …
 * @param namespace of the object, "" if it has none
 * @param name of the object
 * @param type {@code type}
 * @param status {@code status}: True or False
 * @param reason one word in CamelCase
 * @param message a sentence
 */
public record ObjectConditionItem(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        String type,
        boolean status,
        String reason,
        String message)
        implements Item {
    public ObjectConditionItem {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
    }

    @Override
    public Identity identity() {
        return new Identity(apiVersion, kind, namespace, name, type);
    }

    /** One item for each condition. */
    public record Identity(String apiVersion, String kind, String namespace, String name, String type) {}
}
