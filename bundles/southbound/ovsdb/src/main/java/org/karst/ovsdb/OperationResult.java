package org.karst.ovsdb;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;

/**
 * What one operation of a committed transaction brought.
 *
 * @param count rows that an update, mutate or delete matched; 0 for other operations
 * @param uuid the identity of an inserted row
 * @param rows what a select found
 */
public record OperationResult(long count, Optional<UUID> uuid, List<SortedMap<String, Datum>> rows) {
    public OperationResult {
        rows = List.copyOf(rows);
    }
}
