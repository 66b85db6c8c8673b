package org.karst.apiserver.internal.storage;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * All objects as they were durable at one revision. Cheap to take, must be closed: as long as one is open, the store keeps the pages that it
 * may read. Any thread.
 */
public final class Snapshot implements AutoCloseable {
    private final MVStore store;
    private final MVMap<String, byte[]> objects;
    private final MVStore.TxCounter use;
    private final long revision;
    // Begins at one for the store itself, which lets go when the next snapshot replaces this one.
    private final AtomicInteger holders = new AtomicInteger(1);

    Snapshot(MVStore store, MVMap<String, byte[]> live, long revision) {
        this.store = store;
        this.use = store.registerVersionUsage();
        this.objects = live.openVersion(store.getCurrentVersion());
        this.revision = revision;
    }

    /** The revision of the newest change in it. */
    public long revision() {
        return revision;
    }

    /** The JSON of one object, or null. */
    public byte[] get(ObjectKey key) {
        return objects.get(key.text());
    }

    /** The objects of a resource, in all namespaces if {@code namespace} is empty, in the order of their keys. */
    public Entries list(String resource, String namespace) {
        String prefix = ObjectKey.prefix(resource, namespace);
        return new Entries(objects.cursor(prefix), prefix, new TreeMap<>());
    }

    /** All objects, in the order of their keys. */
    public Entries all() {
        return new Entries(objects.cursor(null), "", new TreeMap<>());
    }

    /**
     * The objects as they were at an earlier revision: what changed since is undone with the help of the history.
     *
     * @param after only objects after this key; null for all
     * @throws TooOldException if the history does not reach back to the revision
     */
    public Entries listAt(String resource, String namespace, ObjectKey after, long earlier, History history)
            throws TooOldException {
        String prefix = ObjectKey.prefix(resource, namespace);
        String from = after == null ? prefix : after.text() + '\0';
        TreeMap<String, Optional<byte[]>> undone = new TreeMap<>();
        if (earlier != revision) {
            for (Change change : history.after(earlier, Integer.MAX_VALUE)) {
                String key = change.key().text();
                if (change.revision() <= revision && key.startsWith(prefix) && key.compareTo(from) >= 0) {
                    undone.putIfAbsent(key, change.before().map(Stored::json));
                }
            }
        }
        return new Entries(objects.cursor(from), prefix, undone);
    }

    boolean acquire() {
        while (true) {
            int now = holders.get();
            if (now == 0) {
                return false;
            }
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    @Override
    public void close() {
        if (holders.decrementAndGet() == 0) {
            store.deregisterVersionUsage(use);
        }
    }

    /** Walks the objects in the order of their keys. */
    public static final class Entries {
        private final Cursor<String, byte[]> cursor;
        private final String prefix;
        // Keys whose value differs from the snapshot; empty means absent.
        private final NavigableMap<String, Optional<byte[]>> replaced;
        private String ahead;
        private String key;
        private byte[] json;

        private Entries(Cursor<String, byte[]> cursor, String prefix, NavigableMap<String, Optional<byte[]>> replaced) {
            this.cursor = cursor;
            this.prefix = prefix;
            this.replaced = replaced;
            advance();
        }

        private void advance() {
            ahead = null;
            if (cursor.hasNext()) {
                String next = cursor.next();
                ahead = next.startsWith(prefix) ? next : null;
            }
        }

        /** Goes to the next object; false at the end. */
        public boolean next() {
            while (ahead != null || !replaced.isEmpty()) {
                if (!replaced.isEmpty() && (ahead == null || replaced.firstKey().compareTo(ahead) <= 0)) {
                    Map.Entry<String, Optional<byte[]>> former = replaced.pollFirstEntry();
                    if (former.getKey().equals(ahead)) {
                        advance();
                    }
                    if (former.getValue().isPresent()) {
                        key = former.getKey();
                        json = former.getValue().get();
                        return true;
                    }
                } else {
                    key = ahead;
                    json = cursor.getValue();
                    advance();
                    return true;
                }
            }
            return false;
        }

        /** Key of the object. */
        public ObjectKey key() {
            return ObjectKey.parse(key);
        }

        /** JSON of the object. */
        public byte[] json() {
            return json;
        }
    }
}
