package org.karst.ovsdb;

import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/**
 * A copy of the monitored tables, kept by the client across lost connections.
 *
 * <p>Reading it is allowed on the client's event loop only, that is from within its listeners and futures.
 */
public interface Replica {
    /** The rows of a table, by identity; empty for a table that is not monitored. */
    Collection<Row> rows(String table);

    /** One row. */
    Optional<Row> row(String table, UUID uuid);

    /** Ends the monitoring; may be called from any thread. The listener hears nothing more. */
    void close();
}
