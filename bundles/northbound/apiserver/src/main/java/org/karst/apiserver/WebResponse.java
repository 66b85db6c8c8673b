package org.karst.apiserver;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The answer to a {@link WebRequest}: a whole body, or a stream that is written while the client reads.
 *
 * @param status HTTP status code
 * @param headers header fields besides length and connection management
 * @param body the whole body; empty when {@code stream} is present
 * @param stream called once with the open stream, after the head was sent
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record WebResponse(int status, Map<String, String> headers, byte[] body, Optional<Consumer<WebStream>> stream) {

    private static final byte[] NOTHING = {};

    /** A whole body of a media type. */
    public static WebResponse of(int status, String contentType, byte[] body) {
        return new WebResponse(status, Map.of("content-type", contentType), body, Optional.empty());
    }

    /** Plain text in UTF-8. */
    public static WebResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** A body in chunks: the stream is given to {@code opened} as soon as the head is sent. */
    public static WebResponse streaming(int status, String contentType, Consumer<WebStream> opened) {
        return new WebResponse(status, Map.of("content-type", contentType), NOTHING, Optional.of(opened));
    }

    /** This answer with one more header field. */
    public WebResponse withHeader(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new WebResponse(status, more, body, stream);
    }
}
