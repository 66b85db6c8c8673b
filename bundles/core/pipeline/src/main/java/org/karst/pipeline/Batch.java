package org.karst.pipeline;

import java.util.List;
import java.util.Objects;
import org.karst.incremental.Change;

/**
 * What one settlement means to one driver.
 *
 * @param revision the settlement's revision, growing; to be acknowledged for each target once all that came up to it is true
 * @param changes net differences, one for each identity; may be empty when only {@code pruning} changed
 * @param pruning which things that nobody wants may be removed from now on
 */
public record Batch(long revision, List<Change> changes, Pruning pruning) {
    public Batch {
        changes = List.copyOf(changes);
        Objects.requireNonNull(pruning, "pruning");
    }
}
