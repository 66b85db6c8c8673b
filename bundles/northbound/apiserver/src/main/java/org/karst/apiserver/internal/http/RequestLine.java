package org.karst.apiserver.internal.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Path and query of a request, decoded. */
record RequestLine(String path, Map<String, List<String>> query) {
    private static final int PARAMETERS = 100;

    /** Empty if the target is no path, or is not decodable, or tries to climb or to smuggle a separator. */
    static Optional<RequestLine> parse(String target) {
        try {
            QueryStringDecoder decoder = new QueryStringDecoder(target, StandardCharsets.UTF_8, true, PARAMETERS);
            String path = decoder.path();
            String raw = decoder.rawPath();
            boolean odd = !path.startsWith("/")
                    || raw.contains("%2f")
                    || raw.contains("%2F")
                    || path.chars().anyMatch(Character::isISOControl)
                    || (path + '/').contains("/../")
                    || (path + '/').contains("/./");
            return odd ? Optional.empty() : Optional.of(new RequestLine(path, decoder.parameters()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
