package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes one netlink message: the 16-byte header (RFC 3549 §2.2), a fixed struct, then attributes, each padded to four bytes.
 *
 * <p>Headers and integers are in the byte order of the machine; addresses and ports, which the kernel keeps as it finds
 * them on the wire, are passed as bytes by the caller. The order is a parameter so that both are tested on any machine.
 */
public final class MessageWriter {
    /** Largest message: far above every request of ours (a veth request is about 200 bytes). */
    static final int LIMIT = 4096;

    private static final int ALIGNMENT = 4;

    private final ByteBuffer buffer;

    public MessageWriter(ByteOrder order) {
        this.buffer = ByteBuffer.allocate(LIMIT).order(order);
        buffer.position(Message.HEADER_LENGTH);
    }

    public MessageWriter u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    public MessageWriter u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    public MessageWriter u32(int value) {
        buffer.putInt(value);
        return this;
    }

    public MessageWriter attribute(int type, byte[] value) {
        return attribute(type, writer -> writer.buffer.put(value));
    }

    public MessageWriter attributeU32(int type, int value) {
        return attribute(type, writer -> writer.u32(value));
    }

    /** A string attribute with the terminating zero that the kernel expects of names. */
    public MessageWriter attributeText(int type, String value) {
        return attribute(type, writer -> writer.buffer
                .put(value.getBytes(StandardCharsets.UTF_8))
                .put((byte) 0));
    }

    /** An attribute whose value is what {@code content} writes; nests to any depth. */
    public MessageWriter attribute(int type, Consumer<MessageWriter> content) {
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) type);
        content.accept(this);
        int length = buffer.position() - start;
        buffer.putShort(start, (short) length);
        while (buffer.position() % ALIGNMENT != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    /** The whole message with its header; the kernel fills in the port itself. */
    public byte[] finish(int type, int flags, int sequence) {
        int length = buffer.position();
        buffer.putInt(0, length)
                .putShort(4, (short) type)
                .putShort(6, (short) flags)
                .putInt(8, sequence)
                .putInt(12, 0);
        return Arrays.copyOf(buffer.array(), align(length));
    }

    static int align(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
