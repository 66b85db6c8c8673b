package org.karst.apiserver.internal.access;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a path under {@code /api} or {@code /apis} names.
 *
 * @param group API group, empty for the core group
 * @param version version
 * @param namespace namespace, empty if the path has none
 * @param plural resource
 * @param name object, empty for the collection
 * @param subresource such as {@code status}, empty for the object itself
 */
public record Target(String group, String version, String namespace, String plural, String name, String subresource) {
    /** Reads a path; empty if it names no resource. */
    public static Optional<Target> parse(String path) {
        String[] segments = path.substring(1).split("/", -1);
        if (Arrays.stream(segments).anyMatch(String::isEmpty)) {
            return Optional.empty();
        }
        if (segments[0].equals("api") && segments.length >= 3) {
            return below("", segments[1], List.of(segments).subList(2, segments.length));
        }
        if (segments[0].equals("apis") && segments.length >= 4) {
            return below(segments[1], segments[2], List.of(segments).subList(3, segments.length));
        }
        return Optional.empty();
    }

    private static Optional<Target> below(String group, String version, List<String> rest) {
        // "namespaces/a/status" is a subresource, "namespaces/a/pods" a collection; no resource has the name of a
        // subresource.
        boolean inNamespace = rest.size() >= 3
                && rest.get(0).equals("namespaces")
                && !rest.get(2).equals("status")
                && !rest.get(2).equals("finalize");
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> own = inNamespace ? rest.subList(2, rest.size()) : rest;
        if (own.size() > 3) {
            return Optional.empty();
        }
        return Optional.of(new Target(
                group,
                version,
                namespace,
                own.get(0),
                own.size() > 1 ? own.get(1) : "",
                own.size() > 2 ? own.get(2) : ""));
    }
}
