package org.karst.kubernetes.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Target;

/** Tables in maps, one thread that writes them. */
final class TestMailbox implements Mailbox, AutoCloseable {
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final TableMaps tables = new TableMaps();
    private final Map<Target, Long> acknowledged = new ConcurrentHashMap<>();

    private static final class TableMaps implements Facts {
        private final Map<Table<?, ?>, SortedMap<Object, Object>> rows = new HashMap<>();
        private final Set<String> synced = new HashSet<>();

        private SortedMap<Object, Object> of(Table<?, ?> table) {
            return rows.computeIfAbsent(table, key -> new TreeMap<>());
        }

        @Override
        public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row) {
            of(table).put(key, row);
        }

        @Override
        public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row, Instant deadline) {
            put(table, key, row);
        }

        @Override
        public <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key) {
            of(table).remove(key);
        }

        @Override
        public <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key) {
            return Optional.ofNullable(rows(table).get(key));
        }

        @Override
        @SuppressWarnings("unchecked") // Filled by put alone.
        public <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
            return (SortedMap<K, R>) (SortedMap<?, ?>) of(table);
        }

        @Override
        public <T> T settled(Function<? super View, ? extends T> question) {
            throw new UnsupportedOperationException("a source reads no views");
        }

        @Override
        public void synced(String source) {
            synced.add(source);
        }

        @Override
        public void expect(String source) {
            synced.remove(source);
        }

        @Override
        public void forget(String source) {
            synced.remove(source);
        }
    }

    @Override
    public void post(Lane lane, Consumer<? super Facts> message) {
        writer.execute(() -> message.accept(tables));
    }

    /** A copy of a table. */
    <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
        return ask(() -> new TreeMap<>(tables.rows(table)));
    }

    boolean isSynced(String source) {
        return ask(() -> tables.synced.contains(source));
    }

    private <T> T ask(java.util.function.Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, writer).join();
    }

    /** The revision that a target has acknowledged, 0 if none. */
    long acknowledged(Target target) {
        return acknowledged.getOrDefault(target, 0L);
    }

    /** Waits; the test's own time limit ends it. */
    static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(10);
        }
    }

    @Override
    public void acknowledge(Target target, long revision) {
        acknowledged.merge(target, revision, Math::max);
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        throw new UnsupportedOperationException("a source reads no views");
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        throw new UnsupportedOperationException("a source waits for nothing");
    }

    @Override
    public void packetIn(PacketIn packet) {
        throw new UnsupportedOperationException("a source knows no packets");
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }
}
