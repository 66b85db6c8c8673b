package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.karst.ovsdb.Atom;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.OvsdbException;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;
import org.karst.ovsdb.Schema;

/**
 * The rows of a replica, and how an update of each of the three kinds changes them: {@code <table-updates>} of RFC 7047
 * section 4.1.6 and {@code <table-updates2>} of ovsdb-server(7) section 4.1.14. A row tells by its members which it is.
 */
final class TableContents {
    private final SortedMap<String, List<String>> tables;
    private SortedMap<String, SortedMap<UUID, Row>> rows = new TreeMap<>();
    private final Map<String, List<Schema.Column>> columns = new HashMap<>();

    /** No rows yet, of these columns by table. */
    TableContents(SortedMap<String, List<String>> tables) {
        this.tables = tables;
    }

    /**
     * Takes the types of the columns from a schema.
     *
     * @throws OvsdbException if it does not have them all
     */
    void use(Schema schema) {
        tables.forEach((table, names) -> columns.put(
                table, names.stream().map(name -> schema.column(table, name)).toList()));
    }

    /** The rows of a table by identity. */
    SortedMap<UUID, Row> rows(String table) {
        return rows.getOrDefault(table, Collections.emptySortedMap());
    }

    /** Applies what has changed; on an error nothing is applied. */
    List<RowChange> update(Object updates) {
        List<RowChange> changes = new ArrayList<>();
        sorted(updates, "table updates").forEach((table, tableUpdates) -> {
            if (!columns.containsKey(table)) {
                throw new OvsdbException("protocol error", "an update of table " + table + ", which was not asked for");
            }
            SortedMap<UUID, Map<String, Object>> byRow = new TreeMap<>();
            sorted(tableUpdates, "the updates of a table")
                    .forEach((uuid, update) -> byRow.put(Atom.readUuid(uuid), sorted(update, "the update of a row")));
            byRow.forEach((uuid, update) -> change(table, uuid, update, changes));
        });
        changes.forEach(this::apply);
        return List.copyOf(changes);
    }

    /** Takes the place of everything known, and returns the net difference. */
    List<RowChange> replace(Object updates) {
        TableContents fresh = new TableContents(tables);
        fresh.columns.putAll(columns);
        fresh.update(updates);
        List<RowChange> changes = new ArrayList<>();
        for (String table : tables.keySet()) {
            SortedMap<UUID, Row> old = rows(table);
            SortedMap<UUID, Row> now = fresh.rows(table);
            SortedMap<UUID, RowChange> byRow = new TreeMap<>();
            old.forEach((uuid, row) -> {
                Row after = now.get(uuid);
                if (after == null) {
                    byRow.put(uuid, new RowChange.Deleted(row));
                } else if (!after.equals(row)) {
                    byRow.put(uuid, new RowChange.Modified(row, after));
                }
            });
            now.forEach((uuid, row) -> {
                if (!old.containsKey(uuid)) {
                    byRow.put(uuid, new RowChange.Inserted(row));
                }
            });
            changes.addAll(byRow.values());
        }
        rows = fresh.rows;
        return List.copyOf(changes);
    }

    private void apply(RowChange change) {
        SortedMap<UUID, Row> table = rows.computeIfAbsent(change.row().table(), name -> new TreeMap<>());
        change.after()
                .ifPresentOrElse(
                        row -> table.put(row.uuid(), row),
                        () -> table.remove(change.row().uuid()));
    }

    private void change(String table, UUID uuid, Map<String, Object> update, List<RowChange> changes) {
        Row old = rows(table).get(uuid);
        boolean second = !update.containsKey("old") && !update.containsKey("new");
        boolean deleted = second ? update.containsKey("delete") : !update.containsKey("new");
        if (deleted) {
            changes.add(new RowChange.Deleted(known(old, table, uuid)));
            return;
        }
        Row row;
        if (!second) {
            row = full(table, uuid, update.get("new"));
        } else if (update.containsKey("modify")) {
            row = modified(known(old, table, uuid), update.get("modify"));
        } else {
            row = full(table, uuid, update.containsKey("insert") ? update.get("insert") : update.get("initial"));
        }
        if (old == null) {
            changes.add(new RowChange.Inserted(row));
        } else if (!old.equals(row)) {
            changes.add(new RowChange.Modified(old, row));
        }
    }

    private static Row known(Row row, String table, UUID uuid) {
        if (row == null) {
            throw new OvsdbException(
                    "protocol error", "a change of row " + uuid + " of " + table + ", which is not known");
        }
        return row;
    }

    /** A whole row: columns that are left out have their default value. */
    private Row full(String table, UUID uuid, Object notation) {
        Map<String, Object> given = sorted(notation, "a row");
        List<Datum> values = new ArrayList<>();
        int used = 0;
        for (Schema.Column column : columns.get(table)) {
            if (given.containsKey(column.name())) {
                values.add(column.conform(Datum.read(given.get(column.name()))));
                used++;
            } else {
                values.add(column.defaultValue());
            }
        }
        requireAll(given, used, table);
        return new Row(table, uuid, tables.get(table), values);
    }

    private Row modified(Row old, Object notation) {
        Map<String, Object> given = sorted(notation, "a row");
        List<Datum> values = new ArrayList<>();
        int used = 0;
        for (Schema.Column column : columns.get(old.table())) {
            Datum value = old.get(column.name());
            if (given.containsKey(column.name())) {
                Datum change = column.conform(Datum.read(given.get(column.name())));
                value = column.changesByDifference() ? value.changedBy(change) : change;
                used++;
            }
            values.add(value);
        }
        requireAll(given, used, old.table());
        return new Row(old.table(), old.uuid(), old.columns(), values);
    }

    private static void requireAll(Map<String, Object> given, int used, String table) {
        if (used != given.size()) {
            throw new OvsdbException(
                    "protocol error", "a row of " + table + " with columns that were not asked for: " + given.keySet());
        }
    }

    private static SortedMap<String, Object> sorted(Object notation, String what) {
        if (!(notation instanceof Map<?, ?> map)) {
            throw new OvsdbException("protocol error", "expected " + what + ", found: " + notation);
        }
        SortedMap<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        return sorted;
    }
}
