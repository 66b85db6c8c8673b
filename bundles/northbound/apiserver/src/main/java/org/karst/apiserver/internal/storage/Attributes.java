package org.karst.apiserver.internal.storage;

import java.util.Map;

/**
 * What selectors can ask of an object.
 *
 * @param labels its labels
 * @param fields its selectable fields by path, such as {@code spec.nodeName}; an absent field has an empty value
 */
public record Attributes(Map<String, String> labels, Map<String, String> fields) {
    public Attributes {
        labels = Map.copyOf(labels);
        fields = Map.copyOf(fields);
    }
}
