package org.karst.ovsdb.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.karst.ovsdb.OvsdbException;
import org.karst.ovsdb.Replica;
import org.karst.ovsdb.ReplicaListener;
import org.karst.ovsdb.Row;
import org.karst.ovsdb.RowChange;
import org.karst.ovsdb.Schema;

/** Keeps a replica up to date over one session after the other. */
public final class Monitor implements Replica {
    private static final String NO_TRANSACTION = "00000000-0000-0000-0000-000000000000";

    /** The ways to monitor, best first, and how each server tells of changes. */
    private enum Method {
        COND_SINCE("monitor_cond_since", "update3"),
        COND("monitor_cond", "update2"),
        PLAIN("monitor", "update");

        private final String request;
        private final String notification;

        Method(String request, String notification) {
            this.request = request;
            this.notification = notification;
        }

        Optional<Method> next() {
            return switch (this) {
                case COND_SINCE -> Optional.of(COND);
                case COND -> Optional.of(PLAIN);
                case PLAIN -> Optional.empty();
            };
        }
    }

    private final String database;
    private final SortedMap<String, List<String>> tables;
    private final ReplicaListener listener;
    private final Consumer<Monitor> onClose;
    private String id = "";
    private Session session;
    private Method method = Method.COND_SINCE;
    private String lastTransaction = NO_TRANSACTION;
    private TableContents contents;
    private boolean monitoring;
    private volatile boolean closed;

    /**
     * A monitor that is not yet started.
     *
     * @param tables the columns of each table, sorted
     * @param onClose tells the client to forget it
     */
    public Monitor(
            String database,
            SortedMap<String, List<String>> tables,
            ReplicaListener listener,
            Consumer<Monitor> onClose) {
        this.database = database;
        this.tables = tables;
        this.listener = listener;
        this.onClose = onClose;
        this.contents = new TableContents(tables);
    }

    /** Gives the name by which the server speaks of this monitor. */
    public void identify(String name) {
        id = name;
    }

    /** The name by which the server speaks of this monitor. */
    public String id() {
        return id;
    }

    /** Begins on a new connection, from what is known. */
    public void start(Session newSession) {
        session = newSession;
        monitoring = false;
        method = Method.COND_SINCE; // another server may answer now
        newSession.request(
                "get_schema",
                List.of(database),
                (answer, failure) -> guarded(newSession, failure, () -> {
                    contents.use(Schema.read(answer));
                    request(newSession);
                }));
    }

    private void request(Session over) {
        List<Object> parameters = new ArrayList<>(List.of(database, id, requests()));
        if (method == Method.COND_SINCE) {
            parameters.add(lastTransaction);
        }
        over.request(method.request, parameters, (answer, failure) -> {
            Optional<Method> next = method.next();
            if (failure != null && failure.error().equals("unknown method") && next.isPresent()) {
                method = next.get();
                request(over);
            } else {
                guarded(over, failure, () -> begin(answer));
            }
        });
    }

    private Map<String, Object> requests() {
        Map<String, Object> requests = new LinkedHashMap<>();
        tables.forEach((table, columns) -> {
            Map<String, Object> request = Map.of("columns", columns);
            requests.put(table, method == Method.PLAIN ? request : List.of(request));
        });
        return requests;
    }

    /** The answer to the request: all rows, or, if the server remembers, what has changed since. */
    private void begin(Object answer) {
        List<RowChange> changes;
        if (method != Method.COND_SINCE) {
            lastTransaction = NO_TRANSACTION;
            changes = contents.replace(answer);
        } else if (answer instanceof List<?> reply
                && reply.size() == 3
                && reply.get(0) instanceof Boolean found
                && reply.get(1) instanceof String transaction) {
            changes = found ? contents.update(reply.get(2)) : contents.replace(reply.get(2));
            lastTransaction = transaction;
        } else {
            throw new OvsdbException("protocol error", "the answer to monitor_cond_since has not three elements");
        }
        monitoring = true;
        tell(changes);
        if (!closed) {
            listener.synced();
        }
    }

    /** A notification; ignored if it is another monitor's. */
    public void notified(String name, List<?> parameters) {
        if (closed || !monitoring || !name.equals(method.notification) || !id.equals(parameters.get(0))) {
            return;
        }
        guarded(session, null, () -> {
            boolean since = method == Method.COND_SINCE;
            if (parameters.size() != (since ? 3 : 2)) {
                throw new OvsdbException("protocol error", "a notification has " + parameters.size() + " parameters");
            }
            List<RowChange> changes = contents.update(parameters.get(since ? 2 : 1));
            if (since) {
                lastTransaction = parameters.get(1) instanceof String transaction ? transaction : NO_TRANSACTION;
            }
            tell(changes);
        });
    }

    private void tell(List<RowChange> changes) {
        if (!closed && !changes.isEmpty()) {
            listener.changed(changes);
        }
    }

    /** What cannot be understood ends the connection; the next one starts from a full copy. */
    private void guarded(Session over, OvsdbException failure, Runnable step) {
        if (closed) {
            return;
        }
        try {
            if (failure != null) {
                throw failure;
            }
            step.run();
        } catch (OvsdbException e) {
            lastTransaction = NO_TRANSACTION;
            monitoring = false;
            over.close("Monitoring database " + database + " failed: " + e.getMessage());
        }
    }

    /** The connection is lost. */
    public void lost() {
        boolean was = monitoring;
        session = null;
        monitoring = false;
        if (was && !closed) {
            listener.stale();
        }
    }

    @Override
    public Collection<Row> rows(String table) {
        return Collections.unmodifiableCollection(contents.rows(table).values());
    }

    @Override
    public Optional<Row> row(String table, UUID uuid) {
        return Optional.ofNullable(contents.rows(table).get(uuid));
    }

    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
    }
}
