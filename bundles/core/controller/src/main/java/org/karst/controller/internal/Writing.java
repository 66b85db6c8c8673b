package org.karst.controller.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.karst.incremental.Engine;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.World;

/** What one message may do. */
final class Writing implements Facts {
    private final Engine engine;
    private final Deadlines deadlines;
    private final Sources sources;
    private final SortedSet<String> tables = new TreeSet<>();
    private Table<?, ?> last;
    private int rows;

    Writing(Engine engine, Deadlines deadlines, Sources sources) {
        this.engine = engine;
        this.deadlines = deadlines;
        this.sources = sources;
    }

    /** The names of the tables that it wrote. */
    SortedSet<String> tables() {
        return tables;
    }

    /** How many rows it wrote. */
    int rows() {
        return rows;
    }

    private void wrote(Table<?, ?> table) {
        rows++;
        if (table != last) {
            last = table;
            tables.add(table.name());
        }
    }

    @Override
    public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row) {
        wrote(table);
        engine.put(table, key, row);
    }

    @Override
    public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row, Instant deadline) {
        put(table, key, row);
        deadlines.add(table, key, row, deadline);
    }

    @Override
    public <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key) {
        wrote(table);
        engine.remove(table, key);
    }

    @Override
    public <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key) {
        return engine.row(table, key);
    }

    @Override
    public <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
        return engine.rows(table);
    }

    @Override
    public <T> T settled(Function<? super View, ? extends T> question) {
        return engine.read(question);
    }

    @Override
    public void synced(String source) {
        wrote(World.SYNCED);
        sources.synced(source);
    }

    @Override
    public void expect(String source) {
        wrote(World.SYNCED);
        sources.expect(source);
    }

    @Override
    public void forget(String source) {
        wrote(World.SYNCED);
        sources.forget(source);
    }
}
