package org.karst.model;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Labels of an object: {@code metadata.labels}, sorted by key.
 *
 * @param entries key to value
 */
public record Labels(SortedMap<String, String> entries) {
    /** No labels at all. */
    public static final Labels NONE = new Labels(new TreeMap<>());

    public Labels {
        entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    }

    public static Labels of(Map<String, String> entries) {
        return entries.isEmpty() ? NONE : new Labels(new TreeMap<>(entries));
    }

    public Optional<String> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** {@code key=value,key=value}, as kubectl prints them. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        entries.forEach((key, value) ->
                text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(value));
        return text.toString();
    }
}
