package org.karst.apiserver.internal.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The recent changes, oldest first, bounded in bytes. Watches pull from it, each at its own pace and from its own position, so a slow one
 * costs no memory: it is overtaken and told that its position is too old.
 *
 * <p>Guarded by itself: the writer appends, the threads of the streams read a few changes at a time.
 */
public final class History {
    private final long limit;
    private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
    private Change[] ring = new Change[1024];
    private int first;
    private int size;
    private long bytes;
    private long latest;

    History(long limit, long latest) {
        this.limit = limit;
        this.latest = latest;
    }

    /** The revision of the newest change. */
    public synchronized long latest() {
        return latest;
    }

    /** The oldest revision that a watch can start from. */
    public synchronized long oldest() {
        return latest - size;
    }

    /**
     * The changes after a revision, oldest first.
     *
     * @param most how many at most
     * @throws TooOldException if changes after that revision were dropped, or the revision lies in the future
     */
    public synchronized List<Change> after(long revision, int most) throws TooOldException {
        if (revision < oldest() || revision > latest) {
            throw new TooOldException(revision, oldest());
        }
        int from = (int) (revision - oldest());
        int count = Math.min(size - from, most);
        List<Change> found = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            found.add(ring[slot(from + i)]);
        }
        return found;
    }

    /** Runs {@code listener} on the writer after each group of changes; it must only wake someone. */
    public void listen(Runnable listener) {
        listeners.add(listener);
    }

    /** Ends {@link #listen(Runnable)}. */
    public void forget(Runnable listener) {
        listeners.remove(listener);
    }

    /** How many watches listen. */
    public int listeners() {
        return listeners.size();
    }

    void append(List<Change> durable) {
        synchronized (this) {
            for (Change change : durable) {
                if (size == ring.length) {
                    grow();
                }
                ring[slot(size++)] = change;
                bytes += change.bytes();
                latest = change.revision();
                while (bytes > limit && size > 0) {
                    bytes -= ring[first].bytes();
                    ring[first] = null;
                    first = slot(1);
                    size--;
                }
            }
        }
        listeners.forEach(Runnable::run);
    }

    /** Forgets everything: every watch that is not at {@code revision} is told that it is too old. */
    void reset(long revision) {
        synchronized (this) {
            ring = new Change[1024];
            first = 0;
            size = 0;
            bytes = 0;
            latest = revision;
        }
        listeners.forEach(Runnable::run);
    }

    private int slot(int offset) {
        return (first + offset) & (ring.length - 1);
    }

    private void grow() {
        Change[] larger = new Change[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[slot(i)];
        }
        ring = larger;
        first = 0;
    }
}
