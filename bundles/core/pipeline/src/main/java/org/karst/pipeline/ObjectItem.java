package org.karst.pipeline;

import java.util.Objects;
import java.util.Optional;
import org.karst.incremental.Item;

/**
 * An API object that shall exist, or one that shall be gone. What exists under the name is left as it is: whoever wants another
 * content sees it by his watch and decides anew. When nobody wants the item any more, nothing is undone: a rule that wants the
 * object gone says so. So it is fit for rules of the leader, whose items vanish with the Lease.
 *
 * @param apiVersion of the object: {@code v1}, or group/version
 * @param kind of the object
 * @param namespace of the object, "" if it has none
 * @param name of the object
 * @param spec {@code spec} of the object that shall exist, as JSON text (RFC 8259); empty: it shall be gone
 * @param uid {@code metadata.uid} of the object that shall be gone: a later one of the same name stays; "" if it shall exist
 */
public record ObjectItem(
        String apiVersion, String kind, String namespace, String name, Optional<String> spec, String uid)
        implements Item {
    public ObjectItem {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(spec, "spec");
        if (spec.isPresent() != uid.isEmpty()) {
            throw new IllegalArgumentException(
                    "an object that shall be gone, and only such a one, is named by its uid");
        }
    }

    /** An object of the cluster that shall exist. */
    public static ObjectItem present(String apiVersion, String kind, String name, String spec) {
        return new ObjectItem(apiVersion, kind, "", name, Optional.of(spec), "");
    }

    /** An object of the cluster that shall be gone. */
    public static ObjectItem absent(String apiVersion, String kind, String name, String uid) {
        return new ObjectItem(apiVersion, kind, "", name, Optional.empty(), uid);
    }

    @Override
    public Identity identity() {
        return new Identity(apiVersion, kind, namespace, name);
    }

    /** One item for each object. */
    public record Identity(String apiVersion, String kind, String namespace, String name) {}
}
