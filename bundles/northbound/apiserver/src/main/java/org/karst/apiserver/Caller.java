package org.karst.apiserver;

import java.util.List;

/**
 * Who asks.
 *
 * @param name of the user: the common name of a client certificate, {@code karst:admin} for the token, or {@code system:anonymous}
 * @param groups that the user is in: the organizations of the certificate and {@code system:authenticated}
 */
public record Caller(String name, List<String> groups) {
    /** The group of all who are known. */
    public static final String AUTHENTICATED = "system:authenticated";

    /** A caller that shows nothing. */
    public static final Caller ANONYMOUS = new Caller("system:anonymous", List.of("system:unauthenticated"));

    public Caller {
        groups = List.copyOf(groups);
    }

    /** Whether it is known who this is. */
    public boolean isKnown() {
        return groups.contains(AUTHENTICATED);
    }
}
