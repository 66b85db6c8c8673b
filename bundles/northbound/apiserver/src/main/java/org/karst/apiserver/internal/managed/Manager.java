package org.karst.apiserver.internal.managed;

/**
 * Who writes.
 *
 * @param name what the client calls itself
 * @param applies whether it applies, so that what it no longer gives goes away
 * @param apiVersion the version in which it writes
 * @param subresource through which it writes, empty for the object itself
 */
public record Manager(String name, boolean applies, String apiVersion, String subresource) {
    /** An applier stays the same whatever version it writes in. */
    boolean isSame(Manager other) {
        return name.equals(other.name)
                && applies == other.applies
                && subresource.equals(other.subresource)
                && (applies || apiVersion.equals(other.apiVersion));
    }

    /** As the real server names it in a conflict. */
    String readable() {
        return '"'
                + name
                + '"'
                + (subresource.isEmpty() ? "" : " with subresource \"" + subresource + '"')
                + (applies ? "" : " using " + apiVersion);
    }
}
