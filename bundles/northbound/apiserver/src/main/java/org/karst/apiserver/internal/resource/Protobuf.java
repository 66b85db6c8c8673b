package org.karst.apiserver.internal.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Objects in the Protobuf encoding of Kubernetes, which kubectl and client-go send where they know a type: four bytes of magic, a
 * {@code runtime.Unknown} that names the type, and the message itself, with field numbers as in the {@code generated.proto} of k8s.io/api and
 * k8s.io/apimachinery. What is decoded is what the same client would have sent as JSON: fields at their zero value are left
 * out. Answers are always JSON, which these clients accept too.
 */
public final class Protobuf {
    /** The media type. */
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    /** What RFC 3339 can say: the years 1 to 9999. */
    private static final long FIRST_SECOND = -62_135_596_800L;

    private static final long LAST_SECOND = 253_402_300_799L;

    /** How the value of a field is decoded. */
    private enum Type {
        STRING,
        INTEGER,
        BOOLEAN,
        STRINGS,
        STRING_MAP,
        TIME,
        MESSAGE,
        MESSAGES
    }

    /** A field of a message; {@code message} is that of its value, if that is one. */
    private record Field(String name, Type type, Map<Integer, Field> message) {
        Field(String name, Type type) {
            this(name, type, Map.of());
        }
    }

    private static final Map<Integer, Field> OWNER_REFERENCE = Map.of(
            1, new Field("kind", Type.STRING),
            3, new Field("name", Type.STRING),
            4, new Field("uid", Type.STRING),
            5, new Field("apiVersion", Type.STRING),
            6, new Field("controller", Type.BOOLEAN),
            7, new Field("blockOwnerDeletion", Type.BOOLEAN));

    private static final Map<Integer, Field> OBJECT_META = Map.ofEntries(
            Map.entry(1, new Field("name", Type.STRING)),
            Map.entry(2, new Field("generateName", Type.STRING)),
            Map.entry(3, new Field("namespace", Type.STRING)),
            Map.entry(5, new Field("uid", Type.STRING)),
            Map.entry(6, new Field("resourceVersion", Type.STRING)),
            Map.entry(7, new Field("generation", Type.INTEGER)),
            Map.entry(8, new Field("creationTimestamp", Type.TIME)),
            Map.entry(9, new Field("deletionTimestamp", Type.TIME)),
            Map.entry(10, new Field("deletionGracePeriodSeconds", Type.INTEGER)),
            Map.entry(11, new Field("labels", Type.STRING_MAP)),
            Map.entry(12, new Field("annotations", Type.STRING_MAP)),
            Map.entry(13, new Field("ownerReferences", Type.MESSAGES, OWNER_REFERENCE)),
            Map.entry(14, new Field("finalizers", Type.STRINGS)));

    private static final Map<Integer, Field> RESOURCE_ATTRIBUTES = Map.of(
            1, new Field("namespace", Type.STRING),
            2, new Field("verb", Type.STRING),
            3, new Field("group", Type.STRING),
            4, new Field("version", Type.STRING),
            5, new Field("resource", Type.STRING),
            6, new Field("subresource", Type.STRING),
            7, new Field("name", Type.STRING));

    private static final Map<Integer, Field> PATH_ATTRIBUTES =
            Map.of(1, new Field("path", Type.STRING), 2, new Field("verb", Type.STRING));

    /** The messages of the kinds that clients create by a typed call, by apiVersion and kind. */
    private static final Map<String, Map<Integer, Field>> KINDS = Map.of(
            "v1 Namespace",
            Map.of(
                    1, new Field("metadata", Type.MESSAGE, OBJECT_META),
                    2, new Field("spec", Type.MESSAGE, Map.of(1, new Field("finalizers", Type.STRINGS))),
                    3, new Field("status", Type.MESSAGE, Map.of(1, new Field("phase", Type.STRING)))),
            "authorization.k8s.io/v1 SelfSubjectAccessReview",
            Map.of(
                    1,
                    new Field("metadata", Type.MESSAGE, OBJECT_META),
                    2,
                    new Field(
                            "spec",
                            Type.MESSAGE,
                            Map.of(
                                    1, new Field("resourceAttributes", Type.MESSAGE, RESOURCE_ATTRIBUTES),
                                    2, new Field("nonResourceAttributes", Type.MESSAGE, PATH_ATTRIBUTES)))),
            "authorization.k8s.io/v1 SelfSubjectRulesReview",
            Map.of(
                    1, new Field("metadata", Type.MESSAGE, OBJECT_META),
                    2, new Field("spec", Type.MESSAGE, Map.of(1, new Field("namespace", Type.STRING)))),
            "authentication.k8s.io/v1 SelfSubjectReview",
            Map.of(1, new Field("metadata", Type.MESSAGE, OBJECT_META)));

    private static final Map<Integer, Field> UNKNOWN = Map.of(
            1,
            new Field(
                    "typeMeta",
                    Type.MESSAGE,
                    Map.of(1, new Field("apiVersion", Type.STRING), 2, new Field("kind", Type.STRING))));
    private static final int UNKNOWN_RAW = 2;

    /** The message ends too early, or is none. */
    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    private Protobuf() {}

    /**
     * Reads an object.
     *
     * @throws Rejection 415 for a type that is only read as JSON, 400 for bytes that are no such object
     */
    public static ObjectNode read(ResourceDefinition type, byte[] body) {
        Map<Integer, Field> message = Optional.ofNullable(KINDS.get(type.apiVersion() + ' ' + type.kind()))
                .orElseThrow(() -> Rejection.unsupportedMediaType("application/json"));
        try {
            if (body.length < MAGIC.length || !Arrays.equals(body, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new MalformedException("provided data does not appear to be a protobuf message, expected prefix "
                        + Arrays.toString(MAGIC));
            }
            ByteBuffer envelope = ByteBuffer.wrap(body, MAGIC.length, body.length - MAGIC.length);
            ObjectNode object = Json.object();
            ObjectNode named = message(envelope.duplicate(), UNKNOWN);
            object.setAll(named.withObjectProperty("typeMeta"));
            object.setAll(message(raw(envelope), message));
            return object;
        } catch (MalformedException e) {
            throw Rejection.badRequest(
                    "the body of the request is not a valid Protobuf " + type.kind() + ": " + e.getMessage());
        }
    }

    private static ByteBuffer raw(ByteBuffer envelope) throws MalformedException {
        while (envelope.hasRemaining()) {
            long key = varint(envelope);
            if (key >>> 3 == UNKNOWN_RAW && (key & 7) == LENGTH_DELIMITED) {
                return bytes(envelope);
            }
            skip(envelope, (int) (key & 7));
        }
        throw new MalformedException("it has no object in it");
    }

    private static ObjectNode message(ByteBuffer bytes, Map<Integer, Field> fields) throws MalformedException {
        ObjectNode object = Json.object();
        while (bytes.hasRemaining()) {
            long key = varint(bytes);
            int wireType = (int) (key & 7);
            Field field = fields.get((int) Math.min(key >>> 3, Integer.MAX_VALUE));
            if (field == null) {
                skip(bytes, wireType);
                continue;
            }
            boolean number = field.type() == Type.INTEGER || field.type() == Type.BOOLEAN;
            if (wireType != (number ? VARINT : LENGTH_DELIMITED)) {
                throw new MalformedException("field " + field.name() + " has wire type " + wireType);
            }
            if (number) {
                number(object, field, varint(bytes));
            } else {
                value(object, field, bytes(bytes));
            }
        }
        return object;
    }

    private static void number(ObjectNode object, Field field, long value) {
        if (field.type() == Type.BOOLEAN) {
            object.put(field.name(), value != 0);
        } else if (value != 0) {
            object.put(field.name(), value);
        }
    }

    private static void value(ObjectNode object, Field field, ByteBuffer bytes) throws MalformedException {
        switch (field.type()) {
            case STRING -> {
                if (bytes.hasRemaining()) {
                    object.put(field.name(), text(bytes));
                }
            }
            case STRINGS -> object.withArrayProperty(field.name()).add(text(bytes));
            case STRING_MAP -> {
                ObjectNode entry =
                        message(bytes, Map.of(1, new Field("key", Type.STRING), 2, new Field("value", Type.STRING)));
                object.withObjectProperty(field.name())
                        .put(entry.path("key").asText(), entry.path("value").asText());
            }
            case TIME -> {
                ObjectNode time = message(bytes, Map.of(1, new Field("seconds", Type.INTEGER)));
                if (time.has("seconds")) {
                    long seconds = time.path("seconds").asLong();
                    if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
                        throw new MalformedException("field " + field.name() + " is no time");
                    }
                    object.put(field.name(), ObjectMetadata.timestamp(Instant.ofEpochSecond(seconds)));
                }
            }
            case MESSAGE -> object.set(field.name(), message(bytes, field.message()));
            case MESSAGES -> object.withArrayProperty(field.name()).add(message(bytes, field.message()));
            case INTEGER, BOOLEAN -> throw new IllegalStateException("a number has no bytes");
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static long varint(ByteBuffer bytes) throws MalformedException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new MalformedException("it ends too early");
            }
            byte part = bytes.get();
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw new MalformedException("a number is longer than ten bytes");
    }

    private static ByteBuffer bytes(ByteBuffer bytes) throws MalformedException {
        long length = varint(bytes);
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedException("it ends too early");
        }
        ByteBuffer part = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    private static void skip(ByteBuffer bytes, int wireType) throws MalformedException {
        int length =
                switch (wireType) {
                    case VARINT -> {
                        varint(bytes);
                        yield 0;
                    }
                    case FIXED64 -> Long.BYTES;
                    case LENGTH_DELIMITED -> {
                        bytes(bytes);
                        yield 0;
                    }
                    case FIXED32 -> Integer.BYTES;
                    default -> throw new MalformedException("there is no wire type " + wireType);
                };
        if (length > bytes.remaining()) {
            throw new MalformedException("it ends too early");
        }
        bytes.position(bytes.position() + length);
    }
}
