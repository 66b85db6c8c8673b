package org.karst.apiserver.internal.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.karst.apiserver.WebStream;
import org.karst.apiserver.internal.resource.Json;
import org.karst.apiserver.internal.resource.Rejection;
import org.karst.apiserver.internal.resource.ResourceDefinition;
import org.karst.apiserver.internal.storage.Change;
import org.karst.apiserver.internal.storage.History;
import org.karst.apiserver.internal.storage.Snapshot;
import org.karst.apiserver.internal.storage.Store;
import org.karst.apiserver.internal.storage.Stored;
import org.karst.apiserver.internal.storage.TooOldException;

/**
 * One watch: the pump of a stream. It holds a position in the history and nothing else, so a client that does not read costs nothing but its
 * connection, and is told to list again when the history has left it behind. Runs on the thread of its stream.
 */
final class Watch {
    /** How often a client that welcomes bookmarks learns the latest revision, and that the watch lives. */
    static final Duration BOOKMARKS = Duration.ofSeconds(30);

    private static final int BATCH = 64;
    private static final int SHORTEST_SECONDS = 1800;
    private static final byte[] EVENT_END = "}\n".getBytes(StandardCharsets.UTF_8);

    private final Store store;
    private final ResourceDefinition type;
    private final String namespace;
    private final ListOptions options;
    private final Representation representation;
    private final Clock clock;
    private final Instant end;
    private final BooleanSupplier served;

    private WebStream stream;
    private Snapshot snapshot;
    private Snapshot.Entries initial;
    private long position;
    private Instant nextBookmark;
    private boolean first = true;
    private boolean over;

    Watch(
            Store store,
            ResourceDefinition type,
            String namespace,
            ListOptions options,
            Representation representation,
            Clock clock,
            BooleanSupplier served) {
        this.served = served;
        this.store = store;
        this.type = type;
        this.namespace = namespace;
        this.options = options;
        this.representation = representation;
        this.clock = clock;
        long seconds = options.timeoutSeconds() > 0
                ? options.timeoutSeconds()
                : SHORTEST_SECONDS + ThreadLocalRandom.current().nextInt(SHORTEST_SECONDS);
        Instant now = clock.instant();
        this.end = now.plusSeconds(Math.min(seconds, 86_400));
        this.nextBookmark = now.plus(BOOKMARKS);
    }

    /** Begins on an open stream. */
    void start(WebStream open) {
        stream = open;
        long asked = options.resourceVersion().orElse(0);
        boolean present = options.initialEvents().orElse(asked == 0);
        if (present) {
            snapshot = store.snapshot();
            initial = snapshot.list(type.qualified(), namespace);
        } else {
            position = asked == 0 ? store.history().latest() : asked;
        }
        Runnable wake = open::wake;
        store.history().listen(wake);
        open.pump(this::pump, () -> {
            store.history().forget(wake);
            releaseSnapshot();
        });
    }

    private void pump() {
        if (over) {
            return;
        }
        try {
            if (initial != null) {
                writeInitial();
            }
            if (initial == null) {
                writeChanges(store.history());
            }
        } catch (TooOldException e) {
            writeEvent("ERROR", Json.write(Rejection.expired(e.getMessage()).status()));
            finish();
            return;
        }
        Instant now = clock.instant();
        if (!now.isBefore(end) || !served.getAsBoolean()) {
            finish();
            return;
        }
        stream.wakeAfter(Duration.between(now, nextBookmark.isBefore(end) ? nextBookmark : end));
    }

    private void finish() {
        over = true;
        stream.end();
    }

    private void writeInitial() {
        while (stream.isWritable()) {
            if (initial.next()) {
                byte[] json = initial.json();
                if (options.selects(type, json)) {
                    writeObject("ADDED", json);
                }
            } else {
                position = snapshot.revision();
                releaseSnapshot();
                if (options.initialEvents().orElse(false)) {
                    writeBookmark(true);
                }
                return;
            }
        }
    }

    private void releaseSnapshot() {
        if (snapshot != null) {
            snapshot.close();
            snapshot = null;
            initial = null;
        }
    }

    private void writeChanges(History history) throws TooOldException {
        while (stream.isWritable()) {
            var changes = history.after(position, BATCH);
            if (changes.isEmpty()) {
                break;
            }
            for (Change change : changes) {
                write(change);
                position = change.revision();
            }
        }
        if (options.bookmarks() && stream.isWritable() && !clock.instant().isBefore(nextBookmark)) {
            nextBookmark = clock.instant().plus(BOOKMARKS);
            // Also without news: a client tells a quiet watch from a dead one by them.
            writeBookmark(false);
        }
    }

    private void write(Change change) {
        boolean ours = change.key().resource().equals(type.qualified())
                && (namespace.isEmpty() || namespace.equals(change.key().namespace()));
        if (!ours) {
            return;
        }
        boolean was = change.before().map(this::selected).orElse(false);
        boolean is = !change.removed() && selected(change.after());
        if (is) {
            writeObject(was ? "MODIFIED" : "ADDED", change.after().json());
        } else if (was) {
            writeObject("DELETED", change.removed() ? change.after().json() : formerAt(change));
        }
    }

    /** An object that leaves the selection is shown as it was, with the revision of the change. */
    private static byte[] formerAt(Change change) {
        ObjectNode former = Json.readObject(change.before().orElseThrow().json());
        Json.child(former, "metadata").put("resourceVersion", Long.toString(change.revision()));
        return Json.write(former);
    }

    private boolean selected(Stored stored) {
        return options.selector().test(stored.attributes());
    }

    private void writeObject(String event, byte[] json) {
        writeEvent(event, representation.one(type, json, options.include(), clock.instant(), first));
        first = false;
    }

    private void writeBookmark(boolean endOfInitial) {
        ObjectNode object = Json.object();
        ObjectNode metadata = object.putObject("metadata")
                .put("resourceVersion", Long.toString(position))
                .putNull("creationTimestamp");
        if (endOfInitial) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        writeEvent(
                "BOOKMARK",
                representation == Representation.OBJECTS
                        ? type.typed(Json.write(object))
                        : representation.one(type, Json.write(object), options.include(), clock.instant(), first));
    }

    private void writeEvent(String event, byte[] object) {
        byte[] head = ("{\"type\":\"" + event + "\",\"object\":").getBytes(StandardCharsets.UTF_8);
        stream.write(head, object, EVENT_END);
    }
}
