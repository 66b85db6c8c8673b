package org.karst.openflow.internal.codec;

import io.netty.buffer.Unpooled;

/** What a switch sends: the type of a message, then what follows the length in it. Nothing may be thrown. */
public final class MessageTarget {
    private MessageTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        decode(input);
    }

    static InboundMessage decode(byte[] input) {
        return input.length == 0
                ? new InboundMessage.Malformed(0, "nothing")
                : MessageDecoder.decode(input[0] & 0xff, Unpooled.wrappedBuffer(input, 1, input.length - 1));
    }
}
