package org.karst.incremental;

import java.util.Objects;

/**
 * The net difference of one item over one settle.
 *
 * @param identity which thing
 * @param before what was wanted before, null if the thing was not wanted
 * @param after what is wanted now, null if the thing is no longer wanted
 */
public record Change(Object identity, Item before, Item after) {
    /** What happened to the item. */
    public enum Kind {
        ADDED,
        MODIFIED,
        REMOVED
    }

    public Change {
        Objects.requireNonNull(identity, "identity");
        if (before == null && after == null) {
            throw new IllegalArgumentException("a change has a before or an after: " + identity);
        }
    }

    public static Change added(Item after) {
        return new Change(after.identity(), null, after);
    }

    public static Change removed(Item before) {
        return new Change(before.identity(), before, null);
    }

    public static Change modified(Item before, Item after) {
        return new Change(after.identity(), before, Objects.requireNonNull(after, "after"));
    }

    public Kind kind() {
        if (before == null) {
            return Kind.ADDED;
        }
        return after == null ? Kind.REMOVED : Kind.MODIFIED;
    }
}
