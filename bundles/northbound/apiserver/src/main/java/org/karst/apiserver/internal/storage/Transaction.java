package org.karst.apiserver.internal.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/**
 * What one operation sees and changes. Its changes are kept aside until the operation has returned, so an exception leaves no trace. Writer
 * thread only.
 */
public final class Transaction {
    private final MVMap<String, byte[]> objects;
    private final TreeMap<String, Optional<byte[]>> pending = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private long revision;

    Transaction(MVMap<String, byte[]> objects, long revision) {
        this.objects = objects;
        this.revision = revision;
    }

    /** The JSON of one object, or null. */
    public byte[] get(ObjectKey key) {
        Optional<byte[]> changed = pending.get(key.text());
        return changed == null ? objects.get(key.text()) : changed.orElse(null);
    }

    /** The keys of a resource, in all namespaces if {@code namespace} is empty. */
    public List<ObjectKey> keys(String resource, String namespace) {
        String prefix = ObjectKey.prefix(resource, namespace);
        TreeMap<String, Boolean> found = new TreeMap<>();
        Cursor<String, byte[]> cursor = objects.cursor(prefix);
        while (cursor.hasNext()) {
            String key = cursor.next();
            if (!key.startsWith(prefix)) {
                break;
            }
            found.put(key, true);
        }
        for (Map.Entry<String, Optional<byte[]>> change :
                pending.tailMap(prefix).entrySet()) {
            if (!change.getKey().startsWith(prefix)) {
                break;
            }
            found.put(change.getKey(), change.getValue().isPresent());
        }
        List<ObjectKey> keys = new ArrayList<>(found.size());
        found.forEach((key, present) -> {
            if (present) {
                keys.add(ObjectKey.parse(key));
            }
        });
        return keys;
    }

    /** Whether a resource has any object in a namespace. */
    public boolean hasAny(String resource, String namespace) {
        String prefix = ObjectKey.prefix(resource, namespace);
        for (Map.Entry<String, Optional<byte[]>> change :
                pending.tailMap(prefix).entrySet()) {
            if (change.getKey().startsWith(prefix) && change.getValue().isPresent()) {
                return true;
            }
        }
        Cursor<String, byte[]> cursor = objects.cursor(prefix);
        while (cursor.hasNext()) {
            String key = cursor.next();
            if (!key.startsWith(prefix)) {
                return false;
            }
            if (!pending.containsKey(key)) {
                return true;
            }
        }
        return false;
    }

    /** The revision of the next change, to be written into the object that is then given to {@link #put} or {@link #remove}. */
    public long next() {
        return revision + 1;
    }

    /** Writes an object that carries the revision {@link #next()}. */
    public void put(ObjectKey key, Optional<Stored> before, Stored after) {
        changes.add(new Change(++revision, key, before, after, false));
        pending.put(key.text(), Optional.of(after.json()));
    }

    /** Removes an object; {@code last} is its last state and carries the revision {@link #next()}. */
    public void remove(ObjectKey key, Stored before, Stored last) {
        changes.add(new Change(++revision, key, Optional.of(before), last, true));
        pending.put(key.text(), Optional.empty());
    }

    /** Whether it changes any object of a resource. */
    public boolean changes(String resource) {
        return changes.stream().anyMatch(change -> change.key().resource().equals(resource));
    }

    /** Forgets all changes: the operation was a rehearsal. */
    public void discard() {
        pending.clear();
        changes.clear();
    }

    /** Applies the changes to the map and returns them. */
    List<Change> apply() {
        pending.forEach((key, json) -> {
            if (json.isPresent()) {
                objects.put(key, json.get());
            } else {
                objects.remove(key);
            }
        });
        return changes;
    }
}
