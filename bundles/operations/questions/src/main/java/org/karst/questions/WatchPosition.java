package org.karst.questions;

import org.karst.incremental.View;
import org.karst.pipeline.World;

/**
 * A place in the history of one kind of object.
 *
 * @param source the watch, such as {@code watch/nodes.v1}
 * @param resourceVersion metadata.resourceVersion of an object of that kind: a number, larger for later changes (Kubernetes API
 *     concepts, "Resource versions")
 */
public record WatchPosition(String source, long resourceVersion) {
    /**
     * Reads what people write.
     *
     * @param kind plural and version, such as {@code nodes.v1}
     */
    public static WatchPosition parse(String kind, String resourceVersion) {
        try {
            return new WatchPosition("watch/" + kind, Long.parseLong(resourceVersion));
        } catch (NumberFormatException e) {
            throw QuestionException.invalid("resourceVersion is a number, not '" + resourceVersion + "'");
        }
    }

    /** Whether the watch has been read that far. */
    boolean isReached(View view) {
        return view.get(World.POSITIONS, source)
                .filter(position -> Long.parseLong(position) >= resourceVersion)
                .isPresent();
    }
}
