package org.karst.apiserver.internal.storage;

import java.util.Optional;

/**
 * One durable change of one object.
 *
 * @param revision its number; the next change has the next number
 * @param key which object
 * @param before the object before it; empty if it was created
 * @param after the object after it; for a removal its last state with this revision
 * @param removed whether the object is gone
 */
public record Change(long revision, ObjectKey key, Optional<Stored> before, Stored after, boolean removed) {
    /** Rough size in memory, for the bound of the history. */
    int bytes() {
        return 256
                + after.json().length
                + before.map(stored -> stored.json().length).orElse(0);
    }
}
