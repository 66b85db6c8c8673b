package org.karst.apiserver;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request, read whole.
 *
 * @param method upper-case method name (RFC 9110 section 9)
 * @param path decoded path without the query, starting with a slash
 * @param query decoded query parameters in the order of the request; a parameter without a value has an empty string
 * @param headers header fields by lower-case name; repeated fields are joined by a comma (RFC 9110 section 5.3)
 * @param body the body, empty if there was none; do not change it
 * @param caller who asks
 */
@SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
public record WebRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        byte[] body,
        Caller caller) {

    /** The first value of a query parameter. */
    public Optional<String> parameter(String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** A header field by its name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
