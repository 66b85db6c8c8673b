package org.karst.ovsdb;

import java.util.List;

/** Hears what happens to a replica; called on the client's event loop, must not block. */
public interface ReplicaListener {

    /**
     * One transaction, or the net difference after a lost connection. Changes of one call belong together; they are in the
     * order of table name and row identity. Never empty.
     */
    void changed(List<RowChange> changes);

    /** The replica now equals the database; called after each (re)connection, after its changes if there were any. */
    void synced();

    /** The connection is lost: the rows are what was last known, until {@link #synced()}. */
    void stale();
}
