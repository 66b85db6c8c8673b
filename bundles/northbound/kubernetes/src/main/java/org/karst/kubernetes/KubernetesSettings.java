package org.karst.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the API is reached.
 *
 * @param kubeconfig the file that says where and as whom; it may appear or change later. Empty: the service account of the pod that this
 *     process runs in
 * @param idle after this time without a byte a watch counts as broken; servers send bookmarks at least once in a minute
 * @param patience after this time without an answer a request counts as failed
 * @param firstPause pause before the first repetition after a failure; doubles each time, with jitter
 * @param longestPause bound of the pause
 * @param heartbeat how often an Event that still holds is written again
 */
public record KubernetesSettings(
        Optional<Path> kubeconfig,
        Duration idle,
        Duration patience,
        Duration firstPause,
        Duration longestPause,
        Duration heartbeat) {
    public KubernetesSettings {
        if (idle.isZero() || idle.isNegative()) {
            throw new IllegalArgumentException("watch.idle.seconds is 1 or more, not " + idle.toSeconds());
        }
    }

    /** Usual times, with a kubeconfig. */
    public static KubernetesSettings of(Path kubeconfig) {
        return of(Optional.of(kubeconfig));
    }

    /** Usual times, as a pod of the cluster. */
    public static KubernetesSettings inCluster() {
        return of(Optional.empty());
    }

    private static KubernetesSettings of(Optional<Path> kubeconfig) {
        return new KubernetesSettings(
                kubeconfig,
                Duration.ofSeconds(150),
                Duration.ofSeconds(30),
                Duration.ofMillis(100),
                Duration.ofSeconds(30),
                Duration.ofMinutes(30));
    }

    /** With another {@link #idle}. */
    public KubernetesSettings withIdle(Duration other) {
        return new KubernetesSettings(kubeconfig, other, patience, firstPause, longestPause, heartbeat);
    }
}
