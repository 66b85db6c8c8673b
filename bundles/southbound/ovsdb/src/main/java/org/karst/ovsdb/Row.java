package org.karst.ovsdb;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One row of a replica: an immutable snapshot.
 *
 * <p>The names of the columns are one list that all rows of a table share: there may be 100,000 of them.
 *
 * @param table the name of its table
 * @param uuid its identity, as long as it lives
 * @param columns the names of the monitored columns, sorted
 * @param values the value of each column, in the order of {@code columns}
 */
public record Row(String table, UUID uuid, List<String> columns, List<Datum> values) {

    public Row {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(uuid, "uuid");
        columns = List.copyOf(columns);
        values = List.copyOf(values);
        if (columns.size() != values.size()) {
            throw new IllegalArgumentException(
                    columns.size() + " columns and " + values.size() + " values make no row of " + table + ".");
        }
    }

    /** A row with these columns. */
    public static Row of(String table, UUID uuid, Map<String, Datum> columns) {
        SortedMap<String, Datum> sorted = new TreeMap<>(columns);
        return new Row(table, uuid, List.copyOf(sorted.keySet()), List.copyOf(sorted.values()));
    }

    /** The value of a column; the empty set if the column is not there. */
    public Datum get(String column) {
        int index = Collections.binarySearch(columns, column);
        return index < 0 ? Datum.none() : values.get(index);
    }

    /** The column as one string, if it holds one. */
    public Optional<String> text(String column) {
        return get(column).asText();
    }

    /** The column as one integer, if it holds one. */
    public Optional<Long> integer(String column) {
        return get(column).asInteger();
    }

    /** The column as a map of strings; empty if it holds none. */
    public SortedMap<String, String> textMap(String column) {
        return get(column).asTextMap();
    }

    /** The rows that the column refers to; empty if none. */
    public List<UUID> references(String column) {
        return get(column).asReferences();
    }
}
