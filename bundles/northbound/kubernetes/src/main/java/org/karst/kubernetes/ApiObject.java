package org.karst.kubernetes;

import java.util.Comparator;
import java.util.Objects;

/**
 * The name of an API object of any kind.
 *
 * @param apiVersion {@code v1}, or group/version
 * @param kind such as Pod
 * @param namespace "" if it has none
 * @param name its name
 */
public record ApiObject(String apiVersion, String kind, String namespace, String name)
        implements Comparable<ApiObject> {
    private static final Comparator<ApiObject> ORDER = Comparator.comparing(ApiObject::apiVersion)
            .thenComparing(ApiObject::kind)
            .thenComparing(ApiObject::namespace)
            .thenComparing(ApiObject::name);

    public ApiObject {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(ApiObject other) {
        return ORDER.compare(this, other);
    }

    /** For people: {@code Pod shop/web}. */
    @Override
    public String toString() {
        return kind + ' ' + (namespace.isEmpty() ? name : namespace + '/' + name);
    }
}
