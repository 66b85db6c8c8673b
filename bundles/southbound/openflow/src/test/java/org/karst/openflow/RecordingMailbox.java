package org.karst.openflow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.Table;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.FlowDrift;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.SwitchConnection;
import org.karst.pipeline.Target;
import org.karst.pipeline.World;

/** Remembers what a driver says. Messages run at once, one after the other. */
final class RecordingMailbox implements Mailbox {
    private final Map<Target, Long> acknowledged = new ConcurrentHashMap<>();
    private final Rows rows = new Rows();
    private final List<PacketIn> packets = new ArrayList<>();

    @Override
    public synchronized void post(Lane lane, Consumer<? super Facts> message) {
        message.accept(rows);
        notifyAll();
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public synchronized void acknowledge(Target target, long revision) {
        acknowledged.merge(target, revision, Math::max);
        notifyAll();
    }

    @Override
    public synchronized void packetIn(PacketIn packet) {
        packets.add(packet);
        notifyAll();
    }

    synchronized List<PacketIn> packets() {
        return List.copyOf(packets);
    }

    synchronized Optional<SwitchConnection> connection(String node) {
        return rows.row(World.SWITCHES, node);
    }

    synchronized Optional<FlowDrift> drift(String node) {
        return rows.row(World.DRIFT, node);
    }

    /** What every verification of every switch has found, from the first. */
    synchronized List<FlowDrift> drifts() {
        return List.copyOf(rows.drifts);
    }

    /** The newest revision that was acknowledged for a node, −1 if none was. */
    long acknowledged(String node) {
        return acknowledged.getOrDefault(new Target(OpenFlowDriver.NAME, node), -1L);
    }

    void awaitAcknowledged(String node, long revision) throws InterruptedException {
        await("revision " + revision + " of " + node, () -> acknowledged(node) >= revision);
    }

    synchronized void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited 60 s for " + what);
            }
            wait(20);
        }
    }

    /** The tables, as far as a driver needs them. */
    private static final class Rows implements Facts {
        private final Map<Table<?, ?>, Map<Object, Object>> tables = new ConcurrentHashMap<>();
        private final List<FlowDrift> drifts = new ArrayList<>();

        private Map<Object, Object> table(Table<?, ?> table) {
            return tables.computeIfAbsent(table, key -> new TreeMap<>());
        }

        @Override
        public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row) {
            table(table).put(key, row);
            if (row instanceof FlowDrift drift) {
                drifts.add(drift);
            }
        }

        @Override
        public <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, R row, Instant deadline) {
            put(table, key, row);
        }

        @Override
        public <K extends Comparable<? super K>> void remove(Table<K, ?> table, K key) {
            table(table).remove(key);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <K extends Comparable<? super K>, R> Optional<R> row(Table<K, R> table, K key) {
            return Optional.ofNullable((R) table(table).get(key));
        }

        @Override
        public <K extends Comparable<? super K>, R> SortedMap<K, R> rows(Table<K, R> table) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T settled(Function<? super View, ? extends T> question) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void synced(String source) {}

        @Override
        public void expect(String source) {}

        @Override
        public void forget(String source) {}
    }
}
