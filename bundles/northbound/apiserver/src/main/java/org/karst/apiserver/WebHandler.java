package org.karst.apiserver;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Answers requests under its own path prefixes on the listener of the API server. Publish one as an OSGi service, or give it to
 * {@link ApiServer#add(WebHandler)}; it is served while it is registered. Requests have passed authentication unless
 * {@link #isPublic(String)} says otherwise.
 */
public interface WebHandler {
    /**
     * The prefixes that this handler owns, such as {@code /metrics} or {@code /karst/v1}. A prefix matches whole path segments; the longest
     * prefix among all handlers wins; of two handlers with equal prefixes the one registered first wins.
     */
    Set<String> prefixes();

    /** Whether this path, which lies under one of the prefixes, is served to callers who show neither a token nor a certificate. */
    default boolean isPublic(String path) {
        return false;
    }

    /**
     * Answers one request. Called on one of a few threads that all handlers share, so it must not wait for long; the stage may complete on
     * any thread. A stage that fails, or a thrown exception, becomes status 500 with one sentence.
     */
    CompletionStage<WebResponse> answer(WebRequest request);
}
