package org.karst.apiserver;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody may do on the API server; there are no others, and they cannot be changed. */
public enum Role {
    /** Everything. */
    ADMIN("system:masters", ""),
    /** See everything: objects, what {@code /karst/v1} tells, metrics. */
    VIEWER("karst:viewers", ""),
    /**
     * See what concerns pods, and write what an agent on a node writes: its own Node, the status (nothing else) of the pods on it, the Lease of
     * its name in {@code kube-node-lease}, and Events.
     */
    NODE("system:nodes", "system:node:");

    private final String group;
    private final String prefix;

    Role(String group, String prefix) {
        this.group = group;
        this.prefix = prefix;
    }

    /** The group whose members have it. */
    public String group() {
        return group;
    }

    /** The name of the user that somebody of this name is: nodes have a prefix, as in Kubernetes. */
    public String user(String name) {
        return prefix + name;
    }

    /**
     * Reads one as people write it.
     *
     * @throws IllegalArgumentException with a sentence that names them all
     */
    public static Role parse(String text) {
        return Arrays.stream(values())
                .filter(role -> role.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a role is one of "
                        + Arrays.stream(values()).map(Role::toString).collect(Collectors.joining(", ")) + ", not '"
                        + text + "'"));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
