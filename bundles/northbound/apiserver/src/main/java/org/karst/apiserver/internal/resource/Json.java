package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/** Reading, writing and walking JSON. Numbers keep their digits, fields keep their order. */
public final class Json {
    /** How many objects and lists may stand in one another. */
    static final int DEEPEST = 200;

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private Json() {}

    /** An empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Reads one document; the exception's message is a sentence without the source. */
    public static JsonNode read(byte[] json) throws IOException {
        JsonNode node = MAPPER.readTree(json);
        return node == null ? MissingNode.getInstance() : node;
    }

    /**
     * Maps, lists and scalars of another reader.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static JsonNode of(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** Reads an object that was written by {@link #write}. */
    public static ObjectNode readObject(byte[] json) {
        try {
            return (ObjectNode) MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored object is not JSON", e);
        }
    }

    /** Reads a constant of the code. */
    public static ObjectNode constant(String json) {
        return readObject(json.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Writes compact UTF-8. */
    public static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write JSON", e);
        }
    }

    /** The node at a path of names joined by dots, or a missing node. */
    public static JsonNode at(JsonNode node, String path) {
        JsonNode found = node;
        int from = 0;
        while (from <= path.length()) {
            int dot = path.indexOf('.', from);
            int to = dot < 0 ? path.length() : dot;
            found = found.path(path.substring(from, to));
            from = to + 1;
        }
        return found;
    }

    /** The object in a field; made, or put in the place of what is no object. */
    public static ObjectNode child(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode object ? object : parent.putObject(field);
    }

    /** The members of an object whose values are strings. */
    public static Map<String, String> strings(JsonNode object) {
        Map<String, String> found = new TreeMap<>();
        object.properties().forEach(member -> {
            if (member.getValue().isTextual()) {
                found.put(member.getKey(), member.getValue().textValue());
            }
        });
        return found;
    }

    /** The text of a scalar, empty for anything else. */
    public static String text(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }
}
