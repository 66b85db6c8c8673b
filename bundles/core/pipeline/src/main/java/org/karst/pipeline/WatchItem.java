package org.karst.pipeline;

import java.util.Objects;
import org.karst.incremental.Item;

/**
 * A kind of objects whose rows shall be kept in its table: listed and watched at the Kubernetes API.
 *
 * @param kind the kind
 */
public record WatchItem(Kind<?> kind) implements Item {
    public WatchItem {
        Objects.requireNonNull(kind, "kind");
    }

    @Override
    public Object identity() {
        return kind;
    }

    /** What the driver reports to {@link Facts#synced} once a consistent list is in the table. */
    public static String source(Kind<?> kind) {
        return "watch/" + kind;
    }
}
