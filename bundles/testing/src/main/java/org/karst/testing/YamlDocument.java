package org.karst.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.model.Document;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** An object as a person writes it, for tests: what the Kubernetes client makes of the same object's JSON. */
public final class YamlDocument implements Document {
    private final Object value;

    private YamlDocument(Object value) {
        this.value = value;
    }

    /** Reads YAML or JSON. */
    public static YamlDocument of(String yaml) {
        return new YamlDocument(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    private Object at(String... path) {
        Object found = value;
        for (String name : path) {
            found = found instanceof Map<?, ?> members ? members.get(name) : null;
        }
        return found;
    }

    private static <T> T as(Class<T> type, Object found, T absent, String... path) {
        if (found != null && !type.isInstance(found)) {
            throw new IllegalArgumentException(
                    String.join(".", path) + " must be a " + type.getSimpleName() + ", not " + found);
        }
        return found == null ? absent : type.cast(found);
    }

    @Override
    public String text(String... path) {
        return as(String.class, at(path), "", path);
    }

    @Override
    public boolean flag(String... path) {
        return as(Boolean.class, at(path), false, path);
    }

    @Override
    public long number(String... path) {
        return as(Number.class, at(path), 0, path).longValue();
    }

    @Override
    public List<Document> list(String... path) {
        List<Document> list = new ArrayList<>();
        for (Object element : as(List.class, at(path), List.of(), path)) {
            list.add(new YamlDocument(element));
        }
        return Collections.unmodifiableList(list);
    }

    @Override
    public SortedMap<String, String> texts(String... path) {
        SortedMap<String, String> texts = new TreeMap<>();
        Map<?, ?> members = as(Map.class, at(path), Map.of(), path);
        members.forEach((name, text) -> texts.put(String.valueOf(name), as(String.class, text, "", path)));
        return Collections.unmodifiableSortedMap(texts);
    }

    /** JSON is YAML. */
    @Override
    public Document embedded(String... path) {
        try {
            return of(text(path));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("not JSON: " + text(path), e);
        }
    }

    @Override
    public Optional<Document> find(String... path) {
        return Optional.ofNullable(at(path)).map(YamlDocument::new);
    }

    @Override
    public List<String> names() {
        return value instanceof Map<?, ?> members
                ? members.keySet().stream().map(String::valueOf).sorted().toList()
                : List.of();
    }

    @Override
    public boolean isText() {
        return value instanceof String;
    }

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
