package org.karst.apiserver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Lets people and programs in. */
public interface Accounts {
    /** The longest life of a certificate that lets somebody in; there is no way to take one back. */
    Duration LONGEST_LIFE = Duration.ofDays(3650);

    /**
     * Writes a kubeconfig with a client certificate of its own, mode 0600.
     *
     * @param file where; must not be there yet
     * @param name of the user, 1 to 64 characters without control characters, beginning with neither {@code system:} nor {@code karst:}; of a
     *     node, the name of its Node
     * @param life from now, at least an hour, at most {@link #LONGEST_LIFE}
     * @throws IllegalArgumentException with a sentence if one of these is not so
     * @throws IOException with a sentence if the file cannot be written, or the server does not run
     */
    void issue(Path file, String name, Role role, Duration life) throws IOException;
}
