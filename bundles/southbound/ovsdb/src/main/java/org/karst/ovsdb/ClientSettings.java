package org.karst.ovsdb;

import java.time.Duration;

/**
 * The times and bounds of a client.
 *
 * @param connectTimeout until a connection must stand
 * @param requestTimeout until a request must be answered
 * @param inactivityProbe after so long without a byte from the server it is asked for an echo; if nothing comes within the
 *     same time again, the connection is dropped
 * @param leastPause before the second try to connect; doubles with each failure
 * @param mostPause between two tries; each pause is chosen at random between half of it and itself
 * @param largestMessage in bytes; a server that sends more is cut off
 */
public record ClientSettings(
        Duration connectTimeout,
        Duration requestTimeout,
        Duration inactivityProbe,
        Duration leastPause,
        Duration mostPause,
        int largestMessage) {

    /** What suits a node's own switch: found again within seconds, a full copy of 50,000 interfaces fits. */
    public static final ClientSettings DEFAULT = new ClientSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofSeconds(4),
            64 << 20);

    public ClientSettings {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("requestTimeout", requestTimeout);
        requirePositive("inactivityProbe", inactivityProbe);
        requirePositive("leastPause", leastPause);
        if (mostPause.compareTo(leastPause) < 0) {
            throw new IllegalArgumentException(
                    "mostPause " + mostPause + " is less than leastPause " + leastPause + ".");
        }
        if (largestMessage < 1024) {
            throw new IllegalArgumentException("largestMessage " + largestMessage + " is less than 1024 bytes.");
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (duration.isNegative() || duration.toMillis() == 0) {
            throw new IllegalArgumentException(name + " " + duration + " is less than a millisecond.");
        }
    }
}
