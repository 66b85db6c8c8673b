package org.karst.kubernetes.internal;

import java.time.Duration;

/**
 * The first seconds, in which an API server in the same process may still be on its way: what fails then is no reason to worry,
 * and is tried again soon.
 */
final class Beginning {
    private static final Duration TIME = Duration.ofSeconds(5);

    private final long begun = System.nanoTime();
    private boolean over;

    /** The API has answered once: it is there. */
    void end() {
        over = true;
    }

    boolean isNow() {
        return !over && System.nanoTime() - begun < TIME.toNanos();
    }
}
