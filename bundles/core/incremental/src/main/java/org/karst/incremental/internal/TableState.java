package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The rows of a table as of the last settle, and what was written since. */
final class TableState extends Definition {
    final List<KeyFollower> followers = new ArrayList<>();
    final List<RowIndex> indexes = new ArrayList<>();
    private final HashTable<RowCell> rows;
    private Map<Object, Object> written = new LinkedHashMap<>();
    private MembersCell all;
    private int present;

    TableState(String name) {
        super(name);
        this.rows = new HashTable<>();
    }

    /** A copy in a fork; its indexes and followers are linked when all are copied. */
    TableState(TableState original) {
        super(original);
        this.rows = new HashTable<>(original.rows, cell -> new RowCell(this, cell));
        this.written.putAll(original.written);
        this.present = original.present;
        if (original.all != null && original.all.isFollowing()) {
            this.all = new MembersCell(original.all, this, followers);
        }
    }

    /** A row, or the wish to know that there is none. */
    static final class RowCell extends Cell {
        Object row;

        RowCell(TableState table, Object key) {
            super(table, key);
        }

        RowCell(TableState table, RowCell original) {
            super(original, table);
            this.row = original.row;
        }

        @Override
        void forget(Evaluator evaluator) {
            TableState table = (TableState) definition;
            if (row == null && table.rows.find(hash, key()) == this) {
                table.rows.remove(this);
            }
        }
    }

    @Override
    Cell local(Cell cell) {
        return cell instanceof MembersCell ? all : rows.find(cell.hash, cell.key());
    }

    @Override
    void link(Definition copied, IdentityHashMap<Definition, Definition> copies) {
        TableState from = (TableState) copied;
        KeyFollower.link(from.followers, followers, copies);
        from.indexes.forEach(index -> indexes.add((RowIndex) copies.get(index.original)));
    }

    RowCell cell(Object key) {
        RowCell cell = rows.find(key);
        if (cell == null) {
            cell = new RowCell(this, key);
            rows.add(cell);
        }
        return cell;
    }

    MembersCell all() {
        if (all == null || !all.isFollowing()) {
            Object[] keys = new Object[present];
            int[] count = {0};
            forEachRow((key, row) -> keys[count[0]++] = key);
            all = new MembersCell(this, followers, keys);
        }
        return all;
    }

    void forEachRow(BiConsumer<Object, Object> visitor) {
        rows.forEach(cell -> {
            if (cell.row != null) {
                visitor.accept(cell.key(), cell.row);
            }
        });
    }

    /** Notes a row for the next settle; null is no row. */
    void write(Object key, Object row) {
        written.put(key, row);
    }

    /** The row as last written, or null. */
    Object written(Object key) {
        if (written.containsKey(key)) {
            return written.get(key);
        }
        RowCell cell = rows.peek(Entry.hash(key), key);
        return cell == null ? null : cell.row;
    }

    /** All rows as last written. */
    NavigableMap<Object, Object> writtenRows() {
        NavigableMap<Object, Object> all = new TreeMap<>();
        forEachRow(all::put);
        written.forEach((key, row) -> {
            if (row == null) {
                all.remove(key);
            } else {
                all.put(key, row);
            }
        });
        return all;
    }

    /** Makes what was written the truth and tells whom it concerns. */
    void apply(Evaluator evaluator) {
        if (written.isEmpty()) {
            return;
        }
        Map<Object, Object> step = written;
        written = new LinkedHashMap<>();
        step.forEach((key, after) -> {
            RowCell cell = rows.find(key);
            Object before = cell == null ? null : cell.row;
            if (!Objects.equals(before, after)) {
                apply(cell == null ? cell(key) : cell, before, after, evaluator);
            }
        });
        indexes.forEach(index -> index.publish(evaluator));
        if (all != null) {
            all.publish(evaluator);
        }
    }

    private void apply(RowCell cell, Object before, Object after, Evaluator evaluator) {
        cell.row = after;
        evaluator.changed(cell);
        indexes.forEach(index -> index.moved(cell.key(), before, after));
        if (before == null) {
            present++;
            followers.forEach(follower -> follower.appeared(cell.key()));
        } else if (after == null) {
            present--;
            followers.forEach(follower -> follower.disappeared(cell.key()));
            evaluator.unread(cell);
        }
    }

    @Override
    int cells() {
        return rows.size() + (all != null && all.hasReaders() ? 1 : 0);
    }

    @Override
    boolean idle() {
        return rows.size() == 0 && written.isEmpty() && followers.isEmpty() && indexes.isEmpty();
    }
}
