package org.karst.kubernetes.internal;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.karst.kubernetes.KubernetesSettings;

/** How long to wait before the next attempt: doubles up to a bound, at random between half and whole so that clients do not march in step. */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private Duration next;

    Backoff(KubernetesSettings settings) {
        this.first = settings.firstPause();
        this.longest = settings.longestPause();
        this.next = first;
    }

    /** The pause after one more failure. */
    Duration failed() {
        long whole = next.toMillis();
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(longest) > 0 ? longest : doubled;
        return Duration.ofMillis(whole / 2 + ThreadLocalRandom.current().nextLong(whole / 2 + 1));
    }

    /** Something worked: the next failure is a first one. */
    void worked() {
        next = first;
    }
}
