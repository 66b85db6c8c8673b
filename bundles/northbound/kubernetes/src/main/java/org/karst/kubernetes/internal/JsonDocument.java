package org.karst.kubernetes.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.model.Document;
import org.karst.pipeline.ObjectFieldItem;

/** A JSON value, read from a stream one value at a time. */
public final class JsonDocument implements Document {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int DEPTH = 200;

    /** The value null. */
    static final JsonDocument NULL = new JsonDocument(null, "");

    // A Map of names, a List, a String, a Boolean, a BigDecimal, or null.
    private final Object value;
    private final String where;

    private JsonDocument(Object value, String where) {
        this.value = value;
        this.where = where;
    }

    /** An array. */
    static JsonDocument array(List<JsonDocument> elements) {
        List<Object> values = new ArrayList<>();
        elements.forEach(element -> values.add(element.value));
        return new JsonDocument(values, "");
    }

    static JsonParser parser(java.io.InputStream stream) throws IOException {
        return FACTORY.createParser(stream);
    }

    /** What a YAML reader made of a text: maps, lists, strings, numbers, truth values. */
    public static JsonDocument of(Object read) {
        return new JsonDocument(plain(read, 0), "");
    }

    private static Object plain(Object read, int depth) {
        if (depth > DEPTH) {
            throw new IllegalArgumentException("it is nested too deeply");
        }
        if (read instanceof Map<?, ?> members) {
            Map<String, Object> all = new LinkedHashMap<>();
            members.forEach((name, member) -> all.put(String.valueOf(name), plain(member, depth + 1)));
            return all;
        }
        if (read instanceof List<?> elements) {
            List<Object> all = new ArrayList<>();
            elements.forEach(element -> all.add(plain(element, depth + 1)));
            return all;
        }
        return read == null || read instanceof String || read instanceof Boolean
                ? read
                : read instanceof Number number ? new BigDecimal(number.toString()) : String.valueOf(read);
    }

    /** Reads a whole text. */
    public static JsonDocument parse(String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            JsonDocument document = read(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("more than one JSON value");
            }
            return document;
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + json, e);
        }
    }

    /** Reads the value that the parser stands at; afterwards it stands at the value's last token. */
    static JsonDocument read(JsonParser parser) throws IOException {
        return new JsonDocument(value(parser, 0), "");
    }

    private static Object value(JsonParser parser, int depth) throws IOException {
        if (depth > DEPTH) {
            throw new IOException("JSON is nested too deeply");
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("a JSON value was cut off");
        }
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, value(parser, depth + 1));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser, depth + 1));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("a JSON value was cut off");
        };
    }

    private JsonDocument at(String... path) {
        Object found = value;
        for (String name : path) {
            found = found instanceof Map<?, ?> members ? members.get(name) : null;
        }
        return new JsonDocument(found, path.length == 0 ? where : joined(path));
    }

    private String joined(String... path) {
        String inner = String.join(".", path);
        return where.isEmpty() ? inner : where + '.' + inner;
    }

    private IllegalArgumentException wrong(String wanted) {
        return new IllegalArgumentException((where.isEmpty() ? "the value" : where) + " must be " + wanted);
    }

    @Override
    public String text(String... path) {
        JsonDocument found = at(path);
        if (found.value == null) {
            return "";
        }
        if (found.value instanceof String text) {
            return text;
        }
        throw found.wrong("a string");
    }

    @Override
    public boolean flag(String... path) {
        JsonDocument found = at(path);
        if (found.value == null) {
            return false;
        }
        if (found.value instanceof Boolean flag) {
            return flag;
        }
        throw found.wrong("true or false");
    }

    @Override
    public long number(String... path) {
        JsonDocument found = at(path);
        if (found.value == null) {
            return 0;
        }
        if (found.value instanceof BigDecimal number) {
            try {
                return number.longValueExact();
            } catch (ArithmeticException e) {
                throw found.wrong("a whole number");
            }
        }
        throw found.wrong("a whole number");
    }

    @Override
    public List<Document> list(String... path) {
        JsonDocument found = at(path);
        if (found.value == null) {
            return List.of();
        }
        if (!(found.value instanceof List<?> elements)) {
            throw found.wrong("a list");
        }
        List<Document> documents = new ArrayList<>(elements.size());
        for (int i = 0; i < elements.size(); i++) {
            documents.add(new JsonDocument(elements.get(i), found.where + '[' + i + ']'));
        }
        return Collections.unmodifiableList(documents);
    }

    @Override
    public SortedMap<String, String> texts(String... path) {
        JsonDocument found = at(path);
        if (found.value == null) {
            return Collections.emptySortedMap();
        }
        if (!(found.value instanceof Map<?, ?> members)) {
            throw found.wrong("an object");
        }
        SortedMap<String, String> texts = new TreeMap<>();
        members.forEach((name, text) -> {
            if (text != null) {
                texts.put(String.valueOf(name), new JsonDocument(text, found.where + '.' + name).text());
            }
        });
        return Collections.unmodifiableSortedMap(texts);
    }

    @Override
    public Document embedded(String... path) {
        String json = text(path);
        return json.isBlank() ? NULL : new JsonDocument(parse(json).value, joined(path));
    }

    @Override
    public Optional<Document> find(String... path) {
        JsonDocument found = at(path);
        return found.value == null ? Optional.empty() : Optional.of(found);
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

    /** Whether two values are equal as JSON: order of members aside, 1.0 is 1. */
    @Override
    public boolean equals(Object other) {
        return other instanceof JsonDocument document && same(value, document.value);
    }

    private static boolean same(Object one, Object other) {
        if (one instanceof BigDecimal a && other instanceof BigDecimal b) {
            return a.compareTo(b) == 0;
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return a.keySet().equals(b.keySet())
                    && a.entrySet().stream().allMatch(member -> same(member.getValue(), b.get(member.getKey())));
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            boolean equal = a.size() == b.size();
            for (int i = 0; equal && i < a.size(); i++) {
                equal = same(a.get(i), b.get(i));
            }
            return equal;
        }
        return java.util.Objects.equals(one, other);
    }

    @Override
    public int hashCode() {
        if (value instanceof Map<?, ?> members) {
            return members.keySet().hashCode();
        }
        if (value instanceof List<?> elements) {
            return elements.size();
        }
        return value instanceof BigDecimal number
                ? Double.hashCode(number.doubleValue())
                : java.util.Objects.hashCode(value);
    }

    /** The value as JSON text. */
    @Override
    public String toString() {
        StringBuilder json = new StringBuilder();
        append(json, value);
        return json.toString();
    }

    private static void append(StringBuilder json, Object value) {
        if (value instanceof Map<?, ?> members) {
            String separator = "{";
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.append(separator)
                        .append(ObjectFieldItem.quoted(String.valueOf(member.getKey())))
                        .append(':');
                append(json, member.getValue());
                separator = ",";
            }
            json.append(members.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> elements) {
            String separator = "[";
            for (Object element : elements) {
                json.append(separator);
                append(json, element);
                separator = ",";
            }
            json.append(elements.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            json.append(ObjectFieldItem.quoted(text));
        } else if (value instanceof BigDecimal number) {
            json.append(number.toPlainString());
        } else {
            json.append(value);
        }
    }

    /** Puts an object together. */
    static final class Builder {
        private final Map<String, Object> root = new LinkedHashMap<>();

        /** A text at a path of names joined by dots. */
        Builder put(String path, String text) {
            return put(List.of(path.split("\\.", -1)), new JsonDocument(text, ""));
        }

        /** A number at a path of names joined by dots. */
        Builder put(String path, long number) {
            return put(List.of(path.split("\\.", -1)), new JsonDocument(BigDecimal.valueOf(number), ""));
        }

        /** A value at a path. */
        Builder put(List<String> path, JsonDocument document) {
            Map<String, Object> parent = root;
            for (String name : path.subList(0, path.size() - 1)) {
                Object inner = parent.computeIfAbsent(name, key -> new LinkedHashMap<String, Object>());
                parent = members(inner);
            }
            parent.put(path.get(path.size() - 1), document.value);
            return this;
        }

        @SuppressWarnings("unchecked") // Only this builder puts maps there.
        private static Map<String, Object> members(Object inner) {
            return (Map<String, Object>) inner;
        }

        boolean isEmpty() {
            return root.isEmpty();
        }

        /** The JSON text. */
        String build() {
            return new JsonDocument(root, "").toString();
        }
    }
}
