package org.karst.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * How the leader is elected (coordination.k8s.io/v1 Lease), with the times that controllers of Kubernetes use.
 *
 * @param namespace of the Lease
 * @param name of the Lease
 * @param identity {@code spec.holderIdentity} of this process
 * @param duration for how long others believe in a holder who says nothing
 * @param renewDeadline after this time without a renewal the holder gives up by itself; shorter than the duration
 * @param retry pause between two attempts to renew or to get it
 */
public record LeaseSettings(
        String namespace, String name, String identity, Duration duration, Duration renewDeadline, Duration retry) {
    private static final Pattern RANDOM_PART = Pattern.compile("[0-9a-f-]{36}");

    public LeaseSettings {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(identity, "identity");
        if (renewDeadline.compareTo(duration) >= 0 || retry.compareTo(renewDeadline) >= 0) {
            throw new IllegalArgumentException("a Lease needs retry < renewDeadline < duration, not " + retry + ", "
                    + renewDeadline + ", " + duration);
        }
    }

    /** Usual name and times. An empty identity is made of the host's name and a random part. */
    public static LeaseSettings of(String namespace, String identity) {
        return new LeaseSettings(
                namespace.strip(),
                "karst-leader",
                identity.isBlank() ? host() + '_' + UUID.randomUUID() : identity.strip(),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2));
    }

    /**
     * An identity that a process and its successors on one data folder have in common, and nobody else: the host's name and a random part, which is
     * kept in the folder. One that was killed finds its own Lease and need not wait for its end. The folder has one process at a time.
     */
    static String identity(Path data) {
        return host() + '_' + remembered(data.resolve("identity"));
    }

    private static String remembered(Path file) {
        try {
            if (Files.exists(file)) {
                String known = Files.readString(file).strip();
                if (RANDOM_PART.matcher(known).matches()) {
                    return known;
                }
            }
            String made = UUID.randomUUID().toString();
            Files.writeString(file, made + "\n");
            return made;
        } catch (IOException e) {
            // As a stranger it waits until the Lease has ended, which is slower and as safe.
            return UUID.randomUUID().toString();
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "karst";
        }
    }
}
