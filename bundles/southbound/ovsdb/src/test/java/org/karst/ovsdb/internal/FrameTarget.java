package org.karst.ovsdb.internal;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.FrameValues;

/** What an OVSDB server sends. Bytes that are no JSON are an {@link IOException}, values that are none are refused; nothing else. */
public final class FrameTarget {
    private FrameTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        read(input);
    }

    static List<Datum> read(byte[] input) {
        Object message;
        try {
            message = Json.read(Unpooled.wrappedBuffer(input));
        } catch (IOException refused) {
            return List.of();
        }
        return FrameValues.in(message);
    }
}
