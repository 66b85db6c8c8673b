package org.karst.ovsdb;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.karst.ovsdb.internal.Connector;
import org.karst.ovsdb.internal.Monitor;
import org.karst.ovsdb.internal.Session;

/**
 * A client of one OVSDB server that connects again whenever the connection is lost.
 *
 * <p>All methods may be called from any thread and return at once; futures complete, and listeners are called, on the
 * client's one event loop. Without a connection requests fail with the error "not connected".
 */
public final class OvsdbClient implements AutoCloseable {
    private final Connector connector;
    private final EventExecutor loop;
    private final ClientListener listener;

    // all below belong to the event loop
    private final List<Monitor> monitors = new ArrayList<>();
    private final Map<String, Lock> locks = new TreeMap<>();
    private Session session;
    private boolean opened;
    private int failures;
    private long monitorCount;
    private boolean closed;
    private Future<?> retry;

    private static final class Lock {
        private final LockListener listener;
        private boolean held;

        Lock(LockListener listener) {
            this.listener = listener;
        }

        void set(boolean now) {
            if (held != now) {
                held = now;
                listener.held(now);
            }
        }
    }

    OvsdbClient(Connector connector, ClientListener listener) {
        this.connector = connector;
        this.loop = connector.loop();
        this.listener = listener;
    }

    void start() {
        loop.execute(this::connect);
    }

    /** The names of the databases that the server has, sorted ({@code list_dbs}). */
    public CompletableFuture<List<String>> listDatabases() {
        return request("list_dbs", List.of()).thenApply(Schema::readNames);
    }

    /** The schema of a database ({@code get_schema}). */
    public CompletableFuture<Schema> schema(String database) {
        return request("get_schema", List.of(database)).thenApply(Schema::read);
    }

    /**
     * Runs operations as one transaction.
     *
     * @return one result for each operation; fails with {@link OvsdbException}, whose message names the operation, if any
     *     of them fails, and then nothing has happened. The error "connection lost" or "no answer" means that it is
     *     unknown whether it happened.
     */
    public CompletableFuture<List<OperationResult>> transact(String database, List<Operation> operations) {
        List<Operation> steps = List.copyOf(operations);
        List<Object> parameters = new ArrayList<>(steps.size() + 1);
        parameters.add(database);
        steps.forEach(step -> parameters.add(step.notation()));
        return request("transact", parameters).thenApply(answer -> readResults(database, steps, answer));
    }

    /**
     * Keeps a replica of columns of a database.
     *
     * <p>It uses {@code monitor_cond_since}, so that after a lost connection only what has changed is sent if the server
     * still knows; {@code monitor_cond} or {@code monitor} with servers that know no better.
     *
     * @param columns the columns to monitor by table; a table or column that the database does not have is a fault that
     *     ends the connection, with a sentence
     */
    public Replica monitor(
            String database, Map<String, ? extends List<String>> columns, ReplicaListener replicaListener) {
        SortedMap<String, List<String>> tables = new TreeMap<>();
        columns.forEach((table, names) ->
                tables.put(table, names.stream().distinct().sorted().toList()));
        Monitor monitor = new Monitor(database, Collections.unmodifiableSortedMap(tables), replicaListener, this::stop);
        loop.execute(() -> {
            monitor.identify("karst-" + ++monitorCount);
            monitors.add(monitor);
            if (opened) {
                monitor.start(session);
            }
        });
        return monitor;
    }

    /**
     * Asks for a lock, again after each lost connection, until {@link #unlock}. The listener hears when it is held.
     */
    public void lock(String name, LockListener lockListener) {
        loop.execute(() -> {
            if (locks.putIfAbsent(name, new Lock(lockListener)) != null) {
                throw new IllegalStateException("Lock " + name + " is already asked for by this client.");
            }
            if (opened) {
                askFor(name);
            }
        });
    }

    /** Gives up a lock, or the wish for it. */
    public void unlock(String name) {
        loop.execute(() -> {
            if (locks.remove(name) != null && opened) {
                session.request("unlock", List.of(name), (result, failure) -> {});
            }
        });
    }

    /** Ends the client for good; pending requests fail. */
    @Override
    public void close() {
        loop.execute(() -> {
            closed = true;
            monitors.clear();
            if (retry != null) {
                retry.cancel(false);
            }
            if (session != null) {
                session.close("The client was closed.");
            }
        });
    }

    /** The event loop of this client, for work that must be ordered with what it tells. */
    public ScheduledExecutorService loop() {
        return loop;
    }

    @Override
    public String toString() {
        return connector.endpoint().toString();
    }

    private CompletableFuture<Object> request(String method, List<?> parameters) {
        CompletableFuture<Object> answer = new CompletableFuture<>();
        Runnable send = () -> {
            if (!opened) {
                answer.completeExceptionally(new OvsdbException(
                        "not connected", "No connection to the OVSDB server at " + connector.endpoint() + "."));
                return;
            }
            session.request(method, parameters, (result, failure) -> {
                if (failure == null) {
                    answer.complete(result);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        };
        if (loop.inEventLoop()) {
            send.run();
        } else if (loop.isShuttingDown()) {
            answer.completeExceptionally(new OvsdbException("not connected", "The client was closed."));
        } else {
            loop.execute(send);
        }
        return answer;
    }

    private void connect() {
        if (closed) {
            return;
        }
        session = connector.connect(new Session.Listener() {
            @Override
            public void opened(Session opening) {
                whenOpened();
            }

            @Override
            public void notified(String method, List<?> parameters) {
                whenNotified(method, parameters);
            }

            @Override
            public void closed(String reason) {
                whenClosed(reason);
            }
        });
    }

    private void whenOpened() {
        opened = true;
        listener.connected();
        monitors.forEach(monitor -> monitor.start(session));
        List.copyOf(locks.keySet()).forEach(this::askFor);
    }

    private void whenNotified(String method, List<?> parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        switch (method) {
            case "locked", "stolen" -> {
                Lock lock = parameters.get(0) instanceof String name ? locks.get(name) : null;
                if (lock != null) {
                    lock.set(method.equals("locked"));
                }
            }
            default -> {
                for (Monitor monitor : List.copyOf(monitors)) {
                    monitor.notified(method, parameters);
                }
            }
        }
    }

    private void whenClosed(String reason) {
        boolean wasOpened = opened;
        boolean answered = session != null && session.answered();
        opened = false;
        session = null;
        failures = answered ? 0 : failures + 1;
        if (wasOpened) {
            locks.values().forEach(lock -> lock.set(false));
            monitors.forEach(Monitor::lost);
        }
        if (!closed) {
            listener.disconnected(connector.endpoint() + ": " + reason);
            if (!loop.isShuttingDown()) {
                retry = loop.schedule(this::connect, pause(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Random, so that the clients of a server that was restarted do not all come at once. */
    private long pause() {
        ClientSettings settings = connector.settings();
        long least = settings.leastPause().toMillis();
        long most = Math.min(settings.mostPause().toMillis(), least << Math.min(Math.max(failures - 1, 0), 20));
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }

    private void askFor(String name) {
        Session asked = session;
        asked.request("lock", List.of(name), (answer, failure) -> {
            Lock lock = locks.get(name);
            if (lock != null && session == asked && answer instanceof Map<?, ?> result) {
                lock.set(lock.held || Boolean.TRUE.equals(result.get("locked")));
            } else if (lock != null && session == asked && failure != null) {
                asked.close("Asking for lock " + name + " failed: " + failure.getMessage());
            }
        });
    }

    private void stop(Monitor monitor) {
        loop.execute(() -> {
            if (monitors.remove(monitor) && opened) {
                session.request("monitor_cancel", List.of(monitor.id()), (result, failure) -> {});
            }
        });
    }

    private static List<OperationResult> readResults(String database, List<Operation> steps, Object answer) {
        if (!(answer instanceof List<?> results)) {
            throw OvsdbException.malformed("the results of a transaction", answer);
        }
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) instanceof Map<?, ?> result && result.get("error") instanceof String error) {
                // one result more than operations: the commit failed, e.g. on referential integrity
                String step = i < steps.size() ? "operation " + (i + 1) + " (" + steps.get(i) + ")" : "the commit";
                Object details = result.get("details");
                throw new OvsdbException(
                        error,
                        "The transaction on " + database + " did nothing: " + step + " failed: " + error
                                + (details == null ? "" : ": " + details));
            }
        }
        if (results.size() < steps.size()) {
            throw OvsdbException.malformed(steps.size() + " results", answer);
        }
        List<OperationResult> read = new ArrayList<>(steps.size());
        for (Object result : results.subList(0, steps.size())) {
            read.add(readResult(result));
        }
        return Collections.unmodifiableList(read);
    }

    private static OperationResult readResult(Object answer) {
        if (!(answer instanceof Map<?, ?> result)) {
            throw OvsdbException.malformed("the result of an operation", answer);
        }
        long count = result.get("count") instanceof Long number ? number : 0;
        Optional<UUID> uuid = Optional.ofNullable(result.get("uuid"))
                .map(Atom::read)
                .map(atom -> atom instanceof Atom.Uuid row ? row.value() : null);
        List<SortedMap<String, Datum>> rows = new ArrayList<>();
        if (result.get("rows") instanceof List<?> found) {
            for (Object row : found) {
                if (!(row instanceof Map<?, ?> columns)) {
                    throw OvsdbException.malformed("a row", row);
                }
                SortedMap<String, Datum> read = new TreeMap<>();
                columns.forEach((column, value) -> read.put((String) column, Datum.read(value)));
                rows.add(Collections.unmodifiableSortedMap(read));
            }
        }
        return new OperationResult(count, uuid, rows);
    }
}
