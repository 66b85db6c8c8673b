package org.karst.ovsdb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what it hears, so that a test can wait for it; also builds its own copy of the rows from the changes alone. */
final class RecordingListener implements ReplicaListener {
    private final LinkedBlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final Map<UUID, Row> rows = new java.util.TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    @Override
    public synchronized void changed(List<RowChange> changes) {
        if (changes.isEmpty()) {
            faults.add("an empty list of changes");
        }
        for (RowChange change : changes) {
            Row known = rows.get(change.row().uuid());
            if (!java.util.Objects.equals(change.before().orElse(null), known)) {
                faults.add(change + " comes after " + known);
            }
            change.after()
                    .ifPresentOrElse(
                            row -> rows.put(row.uuid(), row),
                            () -> rows.remove(change.row().uuid()));
        }
        heard.add(changes);
    }

    @Override
    public void synced() {
        heard.add("synced");
    }

    @Override
    public void stale() {
        heard.add("stale");
    }

    /** The next thing heard. */
    Object next() {
        try {
            Object next = heard.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("Nothing was heard.");
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Skips until this is heard. */
    void awaitHeard(String what) {
        while (!what.equals(next())) {
            // changes on the way are checked as they come
        }
    }

    @SuppressWarnings("unchecked")
    List<RowChange> nextChanges() {
        Object next = next();
        if (next instanceof List<?> changes) {
            return (List<RowChange>) changes;
        }
        throw new AssertionError("Expected changes, heard: " + next);
    }

    boolean quiet() {
        return heard.isEmpty();
    }

    synchronized List<Row> rows(String table) {
        return rows.values().stream().filter(row -> row.table().equals(table)).toList();
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }
}
