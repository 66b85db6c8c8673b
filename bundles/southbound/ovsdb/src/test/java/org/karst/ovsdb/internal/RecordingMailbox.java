package org.karst.ovsdb.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Target;

/** Tables and acknowledgements, as the core would hold them, without rules. */
final class RecordingMailbox implements Mailbox, Facts {
    private final Map<Table<?, ?>, TreeMap<Object, Object>> tables = new HashMap<>();
    private final Map<Target, Long> acknowledged = new TreeMap<>();
    private final List<String> sources = new ArrayList<>();

    @Override
    public synchronized void post(Lane lane, Consumer<? super Facts> message) {
        message.accept(this);
        notifyAll();
    }

    @Override
    public synchronized void acknowledge(Target target, long revision) {
        acknowledged.merge(target, revision, Math::max);
        notifyAll();
    }

    /** Waits until something that another thread tells is so. */
    synchronized void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come; acknowledged " + acknowledged + ", tables " + tables);
            }
            try {
                wait(1000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    synchronized void awaitAcknowledged(Target target, long revision) {
        await("revision " + revision, () -> acknowledged.getOrDefault(target, -1L) >= revision);
    }

    synchronized List<String> sources() {
        return List.copyOf(sources);
    }

    @Override
    public synchronized <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row) {
        tables.computeIfAbsent(table, it -> new TreeMap<>()).put(key, row);
    }

    @Override
    public synchronized <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key) {
        tables.computeIfAbsent(table, it -> new TreeMap<>()).remove(key);
    }

    @Override
    @SuppressWarnings("unchecked")
    public synchronized <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
        return (SortedMap<K, R>) (SortedMap<?, ?>) new TreeMap<>(tables.getOrDefault(table, new TreeMap<>()));
    }

    @Override
    public <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key) {
        return Optional.ofNullable(rows(table).get(key));
    }

    @Override
    public synchronized void expect(String source) {
        sources.add("expect " + source);
    }

    @Override
    public synchronized void synced(String source) {
        sources.add("synced " + source);
    }

    @Override
    public synchronized void forget(String source) {
        sources.add("forget " + source);
    }

    @Override
    public synchronized <K extends Comparable<? super K>, R> void put(
            Table<K, R> table, K key, R row, Instant deadline) {
        put(table, key, row);
        sources.add("until " + deadline + " " + key);
    }

    @Override
    public <T> T settled(Function<? super View, ? extends T> question) {
        throw new UnsupportedOperationException("the driver reads no view");
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        throw new UnsupportedOperationException("the driver reads no view");
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        throw new UnsupportedOperationException("the driver waits for nothing");
    }

    @Override
    public void packetIn(PacketIn packet) {
        throw new UnsupportedOperationException("a database sends no packets");
    }
}
