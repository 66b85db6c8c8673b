package org.karst.host.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.karst.incremental.Change;
import org.karst.incremental.Item;

/**
 * What is wanted on one node, and what of it is not true yet. The writer's thread adds to it, the node's thread takes from it;
 * what waits coalesces by item, so its size is bounded by the number of items.
 */
final class NodeState {
    /** Items of this node that are wanted now. */
    private final Map<Object, Item> wanted = new LinkedHashMap<>();
    /** Identities of wanted items that have to be looked at. */
    private final Map<Object, Item> pending = new LinkedHashMap<>();
    /** Items that are no longer wanted, with what was wanted of them last. */
    private final Map<Object, Item> departed = new LinkedHashMap<>();

    private long revision = -1;
    private boolean pruning;
    private boolean touched;
    private boolean rerouted;
    private boolean changed;
    private boolean stopped;

    /**
     * What the node's thread shall do now.
     *
     * @param revision to acknowledge when all is true
     * @param settle items to make so
     * @param remove items to take away
     * @param look whether something outside changed, so that what is true may be true no more
     * @param ways whether packets may go other ways than before
     * @param prune whether what nobody wants may be removed
     */
    record Work(long revision, List<Item> settle, List<Item> remove, boolean look, boolean ways, boolean prune) {}

    synchronized void apply(long newest, Collection<Change> changes, boolean everything) {
        for (Change change : changes) {
            if (change.after() == null) {
                wanted.remove(change.identity());
                pending.remove(change.identity());
                departed.put(change.identity(), change.before());
            } else {
                wanted.put(change.identity(), change.after());
                pending.put(change.identity(), change.after());
                departed.remove(change.identity());
            }
        }
        revision = newest;
        pruning = everything;
        changed = true;
        notifyAll();
    }

    /** Something on the node changed, whoever did it; perhaps the ways that packets go. */
    synchronized void touch(boolean ways) {
        touched = true;
        rerouted |= ways;
        notifyAll();
    }

    /** An item was not made true: it is looked at again with the next work. */
    synchronized void retry(Item item) {
        if (item.equals(wanted.get(item.identity()))) {
            pending.put(item.identity(), item);
        }
    }

    synchronized void retryRemoval(Item item) {
        if (!wanted.containsKey(item.identity())) {
            departed.put(item.identity(), item);
        }
    }

    /** Everything has to be looked at: the thread begins anew. */
    synchronized void suspectAll() {
        pending.putAll(wanted);
        changed = true;
    }

    /** What is wanted now. */
    synchronized List<Item> wanted() {
        return new ArrayList<>(wanted.values());
    }

    synchronized Map<Object, Item> wantedByIdentity() {
        return new HashMap<>(wanted);
    }

    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    synchronized boolean stopped() {
        return stopped;
    }

    /** Waits for work, at most {@code patience}; then what is pending is work by itself. Null when stopped. */
    synchronized Work take(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!changed && !touched && !stopped) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        if (stopped) {
            return null;
        }
        Work work = new Work(
                revision,
                List.copyOf(pending.values()),
                pruning ? List.copyOf(departed.values()) : List.of(),
                touched,
                rerouted,
                pruning);
        pending.clear();
        if (pruning) {
            departed.clear();
        }
        touched = false;
        rerouted = false;
        changed = false;
        return work;
    }
}
