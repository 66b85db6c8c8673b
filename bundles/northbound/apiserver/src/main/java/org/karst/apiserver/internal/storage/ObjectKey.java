package org.karst.apiserver.internal.storage;

/**
 * Where an object is stored. Keys sort as in a real cluster: by resource, then by {@code namespace/name}.
 *
 * @param resource plural and group, such as {@code pods} or {@code leases.coordination.k8s.io}
 * @param namespace empty for objects without one
 * @param name name of the object
 */
public record ObjectKey(String resource, String namespace, String name) {
    /** The key as text; the parts cannot contain a slash. */
    String text() {
        return prefix(resource, namespace) + name;
    }

    /** What the keys of all objects of a resource, or of one namespace of it, begin with. */
    static String prefix(String resource, String namespace) {
        return namespace.isEmpty() ? resource + '/' : resource + '/' + namespace + '/';
    }

    static ObjectKey parse(String text) {
        int first = text.indexOf('/');
        int last = text.lastIndexOf('/');
        return new ObjectKey(
                text.substring(0, first),
                first == last ? "" : text.substring(first + 1, last),
                text.substring(last + 1));
    }
}
