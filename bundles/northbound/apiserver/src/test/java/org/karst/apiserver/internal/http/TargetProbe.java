package org.karst.apiserver.internal.http;

import java.util.Optional;

/** Opens the reader of request targets to tests of other packages. */
public final class TargetProbe {
    private TargetProbe() {}

    /** Reads the target of a request; its path if it has one. */
    public static Optional<String> path(String target) {
        return RequestLine.parse(target).map(RequestLine::path);
    }
}
