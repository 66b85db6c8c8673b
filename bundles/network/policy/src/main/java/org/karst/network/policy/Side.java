package org.karst.network.policy;

import java.util.Objects;
import org.karst.pipeline.Direction;

/**
 * The pods of a group as subjects of a direction.
 *
 * @param direction whether of what they open or of what is opened to them
 * @param group who they are
 */
public record Side(Direction direction, Group group) {
    public Side {
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(group, "group");
    }
}
