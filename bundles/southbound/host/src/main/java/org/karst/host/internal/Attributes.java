package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The attributes of a message or of a nest, by type. An unknown type is kept and ignored; of two equal types the last counts. */
public final class Attributes {
    private static final int HEADER_LENGTH = 4;
    /** The upper two bits of a type say "nested" and "network byte order"; they are no part of it. */
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, ByteBuffer> values;

    private Attributes(Map<Integer, ByteBuffer> values) {
        this.values = values;
    }

    /** Reads position to limit of {@code buffer}, which keeps its position. */
    public static Attributes parse(ByteBuffer buffer) throws MalformedMessageException {
        Map<Integer, ByteBuffer> values = new TreeMap<>();
        int offset = buffer.position();
        while (buffer.limit() - offset >= HEADER_LENGTH) {
            int length = Short.toUnsignedInt(buffer.getShort(offset));
            int type = Short.toUnsignedInt(buffer.getShort(offset + 2)) & TYPE_MASK;
            if (length < HEADER_LENGTH || length > buffer.limit() - offset) {
                throw new MalformedMessageException("attribute " + type + " at offset " + offset + " claims " + length
                        + " bytes, the message has " + (buffer.limit() - offset));
            }
            values.put(
                    type,
                    buffer.slice(offset + HEADER_LENGTH, length - HEADER_LENGTH).order(buffer.order()));
            offset += MessageWriter.align(length);
        }
        return new Attributes(values);
    }

    public boolean has(int type) {
        return values.containsKey(type);
    }

    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type)).map(value -> {
            byte[] bytes = new byte[value.remaining()];
            value.get(value.position(), bytes);
            return bytes;
        });
    }

    /** A text attribute without its terminating zero. */
    public Optional<String> text(int type) {
        return bytes(type).map(bytes -> {
            int end = 0;
            while (end < bytes.length && bytes[end] != 0) {
                end++;
            }
            return new String(bytes, 0, end, StandardCharsets.UTF_8);
        });
    }

    public OptionalInt u8(int type) {
        ByteBuffer value = values.get(type);
        return value == null || !value.hasRemaining()
                ? OptionalInt.empty()
                : OptionalInt.of(Byte.toUnsignedInt(value.get(value.position())));
    }

    public OptionalInt u32(int type) throws MalformedMessageException {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value.remaining() < 4) {
            throw new MalformedMessageException(
                    "attribute " + type + " has " + value.remaining() + " bytes, a number needs 4");
        }
        return OptionalInt.of(value.getInt(value.position()));
    }

    /** The attributes inside a nested attribute; none when it is absent. */
    public Attributes nest(int type) throws MalformedMessageException {
        ByteBuffer value = values.get(type);
        return value == null ? new Attributes(Map.of()) : parse(value);
    }
}
