package org.karst.host.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * One received netlink message. {@code payload} is the bytes after the header, in the byte order of the buffer it came in.
 *
 * @param type message type: below 16 control (done, error), else of the family, for example RTM_NEWLINK
 * @param flags NLM_F_*
 * @param sequence the number of the request that this answers; 0 in notifications
 * @param port the netlink port it is addressed to
 * @param payload position 0 to limit is the payload
 */
public record Message(int type, int flags, int sequence, int port, ByteBuffer payload) {
    static final int HEADER_LENGTH = 16;

    public static final int NOOP = 1;
    public static final int ERROR = 2;
    public static final int DONE = 3;
    public static final int OVERRUN = 4;

    public static final int REQUEST = 0x1;
    public static final int ACK = 0x4;
    public static final int ECHO = 0x8;
    public static final int DUMP_INTERRUPTED = 0x10;
    public static final int DUMP = 0x300;
    public static final int REPLACE = 0x100;
    public static final int EXCLUSIVE = 0x200;
    public static final int CREATE = 0x400;
    public static final int CAPPED = 0x100;
    public static final int ACK_ATTRIBUTES = 0x200;

    private static final int ATTRIBUTE_MESSAGE = 1;

    /** Splits what one receive call returned (position to limit) into its messages. */
    public static List<Message> split(ByteBuffer datagram) throws MalformedMessageException {
        ByteBuffer rest = datagram.slice().order(datagram.order());
        List<Message> messages = new ArrayList<>();
        while (rest.hasRemaining()) {
            int start = rest.position();
            if (rest.remaining() < HEADER_LENGTH) {
                throw new MalformedMessageException(
                        rest.remaining() + " bytes at offset " + start + " are too few for a message header");
            }
            int length = rest.getInt(start);
            if (length < HEADER_LENGTH || length > rest.remaining()) {
                throw new MalformedMessageException("message at offset " + start + " claims " + length
                        + " bytes, the buffer has " + rest.remaining());
            }
            messages.add(new Message(
                    Short.toUnsignedInt(rest.getShort(start + 4)),
                    Short.toUnsignedInt(rest.getShort(start + 6)),
                    rest.getInt(start + 8),
                    rest.getInt(start + 12),
                    slice(rest, start + HEADER_LENGTH, length - HEADER_LENGTH)));
            rest.position(Math.min(start + MessageWriter.align(length), rest.limit()));
        }
        return messages;
    }

    /**
     * The error number of an acknowledgement (NLMSG_ERROR): 0 for success, a positive errno for a refusal; of a dump's
     * end (NLMSG_DONE), which may carry one too; empty for other types.
     */
    public OptionalInt errno() throws MalformedMessageException {
        if (type != ERROR && type != DONE) {
            return OptionalInt.empty();
        }
        if (payload.remaining() < 4) {
            if (type == DONE) {
                return OptionalInt.of(0);
            }
            throw new MalformedMessageException(
                    "acknowledgement of request " + sequence + " has " + payload.remaining() + " bytes, needs 4");
        }
        int negative = payload.getInt(payload.position());
        if (type == DONE) {
            return OptionalInt.of(negative < 0 && negative != Integer.MIN_VALUE ? -negative : 0);
        }
        if (negative > 0 || negative == Integer.MIN_VALUE) {
            throw new MalformedMessageException("acknowledgement of request " + sequence + " has error " + negative
                    + ", which is no negative error number");
        }
        return OptionalInt.of(-negative);
    }

    /** The kernel's own words about a refusal (NLMSGERR_ATTR_MSG); empty when it sent none. */
    public String extendedText() throws MalformedMessageException {
        if ((flags & ACK_ATTRIBUTES) == 0) {
            return "";
        }
        int offset;
        if (type == ERROR) {
            // The refused request follows the error number: its header only when capped, else all of it.
            if (payload.remaining() < 4 + HEADER_LENGTH) {
                return "";
            }
            int requestLength = payload.getInt(payload.position() + 4);
            offset = (flags & CAPPED) != 0 ? 4 + HEADER_LENGTH : 4 + MessageWriter.align(requestLength);
        } else {
            offset = 4;
        }
        if (offset < 4 || offset > payload.remaining()) {
            throw new MalformedMessageException(
                    "acknowledgement of request " + sequence + " has its attributes at " + offset + ", beyond its end");
        }
        return Attributes.parse(slice(payload, payload.position() + offset, payload.remaining() - offset))
                .text(ATTRIBUTE_MESSAGE)
                .orElse("");
    }

    private static ByteBuffer slice(ByteBuffer buffer, int offset, int length) {
        return buffer.slice(offset, length).order(buffer.order());
    }
}
