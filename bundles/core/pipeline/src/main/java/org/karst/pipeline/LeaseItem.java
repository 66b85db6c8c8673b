package org.karst.pipeline;

import java.util.List;
import org.karst.incremental.Item;

/**
 * This process shall compete for the Lease of the leader, and tell by {@link World#LEADER} while it holds it.
 *
 * @param kinds what must have been listed anew, consistently, after the Lease was got and before that is told
 */
public record LeaseItem(List<Kind<?>> kinds) implements Item {
    public LeaseItem {
        kinds = List.copyOf(kinds);
    }

    @Override
    public Object identity() {
        return LeaseItem.class;
    }
}
