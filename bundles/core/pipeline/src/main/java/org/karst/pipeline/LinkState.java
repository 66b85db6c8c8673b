package org.karst.pipeline;

import java.util.Objects;

/**
 * How a {@link PodLink} fares, as its driver sees it.
 *
 * @param error why it could not be made, in a sentence; "" if it is there
 */
public record LinkState(String error) {
    /** It is there. */
    public static final LinkState READY = new LinkState("");

    public LinkState {
        Objects.requireNonNull(error, "error");
    }

    /** Whether it is there. */
    public boolean ready() {
        return error.isEmpty();
    }
}
