package org.karst.apiserver.internal.resource;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which lists of a kind are merged element by element by a strategic merge patch: {@code x-kubernetes-patch-strategy} and {@code
 * x-kubernetes-patch-merge-key} of the kind's OpenAPI schema. All other lists are replaced as a whole.
 *
 * @param keys the field that tells elements apart, by the path of the list: names joined by dots, without positions. Empty: the elements
 *     are scalars, and the list is a set
 */
public record MergeLists(Map<String, String> keys) {
    /** Those that every object has. */
    private static final Map<String, String> METADATA =
            Map.of("metadata.finalizers", "", "metadata.ownerReferences", "uid");

    public MergeLists {
        Map<String, String> all = new TreeMap<>(METADATA);
        all.putAll(keys);
        keys = Map.copyOf(all);
    }

    /** The field that tells the elements of the list at this path apart; nothing if the list is replaced. */
    Optional<String> key(String path) {
        return Optional.ofNullable(keys.get(path));
    }
}
