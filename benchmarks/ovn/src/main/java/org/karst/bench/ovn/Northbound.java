package org.karst.bench.ovn;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.karst.ovsdb.ClientListener;
import org.karst.ovsdb.ClientSettings;
import org.karst.ovsdb.Datum;
import org.karst.ovsdb.Endpoint;
import org.karst.ovsdb.Mutation;
import org.karst.ovsdb.Operation;
import org.karst.ovsdb.OperationResult;
import org.karst.ovsdb.OvsdbClient;
import org.karst.ovsdb.OvsdbTransport;
import org.karst.ovsdb.ReplicaListener;
import org.karst.ovsdb.RowChange;
import org.karst.sandbox.SandboxException;

/**
 * A client of OVN's northbound database (ovn-nb(5)) that waits as {@code ovn-nbctl --wait=hv} does: the transaction counts
 * {@code NB_Global.nb_cfg} up, and {@code hv_cfg} has that number once every switch has all flows.
 */
final class Northbound implements AutoCloseable {
    static final String DATABASE = "OVN_Northbound";
    private static final String GLOBAL = "NB_Global";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** The first bulk keeps the database busy for longer than a node's own switch ever is. */
    static final ClientSettings SETTINGS = new ClientSettings(
            Duration.ofSeconds(30), PATIENCE, PATIENCE, Duration.ofMillis(100), Duration.ofSeconds(1), 64 << 20);

    private final OvsdbClient client;
    private final Progress progress = new Progress();

    /** Hears how far the switches are. */
    private static final class Progress implements ReplicaListener {
        private final Awaiting awaiting = new Awaiting();
        private long reached = -1;

        @Override
        public void changed(List<RowChange> changes) {
            awaiting.change(() -> changes.forEach(change ->
                    change.after().flatMap(row -> row.integer("hv_cfg")).ifPresent(number -> reached = number)));
        }

        @Override
        public void synced() {}

        @Override
        public void stale() {}
    }

    Northbound(OvsdbTransport transport, Path socket) throws IOException, InterruptedException {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        client = transport.connect(new Endpoint.Unix(socket), SETTINGS, new ClientListener() {
            @Override
            public void connected() {
                connected.complete(null);
            }

            @Override
            public void disconnected(String reason) {}
        });
        client.monitor(DATABASE, Map.of(GLOBAL, List.of("hv_cfg")), progress);
        get(connected);
    }

    /** Waits for what a database answers. */
    static <T> T get(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxException("a database of OVN: " + e.getMessage(), e);
        }
    }

    /**
     * Carries out a change and waits until every switch has it.
     *
     * @return the identities of the rows that were inserted, in the order of the operations
     */
    List<UUID> change(List<Operation> operations) throws IOException, InterruptedException {
        List<Operation> transaction = new ArrayList<>(operations);
        transaction.add(
                Operation.mutateAll(GLOBAL, List.of(new Mutation("nb_cfg", Mutation.Mutator.ADD, Datum.integer(1)))));
        transaction.add(new Operation.Select(GLOBAL, List.of(), List.of("nb_cfg")));
        List<OperationResult> results = get(client.transact(DATABASE, transaction));
        long number = results.get(results.size() - 1).rows().stream()
                .findFirst()
                .flatMap(row -> row.get("nb_cfg").asInteger())
                .orElseThrow();
        progress.awaiting.until(() -> progress.reached >= number);
        return results.stream().flatMap(result -> result.uuid().stream()).toList();
    }

    /** Waits until every switch has all that was asked for. */
    void sync() throws IOException, InterruptedException {
        change(List.of());
    }

    @Override
    public void close() {
        client.close();
    }
}
