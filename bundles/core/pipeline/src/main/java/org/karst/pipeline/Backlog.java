package org.karst.pipeline;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/**
 * What a source of facts has read and the writer has not taken yet: of each thing the newest news, of so many things at most. Whoever
 * reads faster than the writer writes waits in {@link #put}, reads no more from his connection meanwhile, and so slows down the other
 * end instead of filling the heap. One message to the writer, posted again while anything is left, takes it in parts, so that others have their turn between.
 *
 * <p>One thread reads and puts; the parts are written on the writer's.
 *
 * @param <K> names a thing, with {@code equals}
 * @param <V> news about it
 */
public final class Backlog<K, V> {
    /** How much one message writes. */
    static final int PART = 100;

    private final Mailbox mailbox;
    private final int most;
    private final BinaryOperator<V> merge;
    private final BiConsumer<? super Facts, ? super V> write;

    // Guarded by this.
    private Map<K, V> arrived = new LinkedHashMap<>();
    private Optional<Consumer<? super Facts>> mark = Optional.empty();
    private boolean posted;

    // The writer's.
    private Iterator<V> taken = Collections.emptyIterator();
    private Optional<Consumer<? super Facts>> takenMark = Optional.empty();

    /**
     * @param most how many things wait before {@link #put} does, at least 1; as many again may be on their way through the writer
     * @param merge what the older and the newer news of one thing come to, usually the newer
     * @param write writes news about one thing, on the writer's thread
     */
    public Backlog(Mailbox mailbox, int most, BinaryOperator<V> merge, BiConsumer<? super Facts, ? super V> write) {
        if (most < 1) {
            throw new IllegalArgumentException("a backlog holds one thing at least, not " + most);
        }
        this.mailbox = mailbox;
        this.most = most;
        this.merge = merge;
        this.write = write;
    }

    /**
     * Adds news about a thing, once there is room. Never called on the writer's thread.
     *
     * @throws InterruptedException if somebody wants this thread to end; the news is not added
     */
    public synchronized void put(K thing, V news) throws InterruptedException {
        while (arrived.size() >= most && !arrived.containsKey(thing)) {
            wait();
        }
        // One that is there keeps its place: what changes all the time is written as often as everything else.
        arrived.merge(thing, news, merge);
        post();
    }

    /** Writes this when all that was put before is written; replaces an earlier one that was not written yet. */
    public synchronized void mark(Consumer<? super Facts> last) {
        mark = Optional.of(last);
        post();
    }

    /** Returns when all that was put before is written, or has failed. Never called on the writer's thread. */
    public synchronized void awaitWritten() throws InterruptedException {
        while (posted) {
            wait();
        }
    }

    private void post() {
        if (!posted) {
            posted = true;
            mailbox.post(Mailbox.Lane.FACTS, this::writePart);
        }
    }

    private void writePart(Facts facts) {
        try {
            if (!unfinished()) {
                take();
            }
            for (int i = 0; i < PART && taken.hasNext(); i++) {
                write.accept(facts, taken.next());
            }
            if (!taken.hasNext()) {
                Optional<Consumer<? super Facts>> last = takenMark;
                takenMark = Optional.empty();
                last.ifPresent(now -> now.accept(facts));
            }
        } finally {
            goOn();
        }
    }

    /** News that fail cost no other news its turn. */
    private boolean unfinished() {
        return taken.hasNext() || takenMark.isPresent();
    }

    private synchronized void take() {
        taken = arrived.values().iterator();
        takenMark = mark;
        arrived = new LinkedHashMap<>();
        mark = Optional.empty();
        notifyAll();
    }

    private synchronized void goOn() {
        posted = false;
        if (unfinished() || !arrived.isEmpty() || mark.isPresent()) {
            post();
        } else {
            notifyAll();
        }
    }
}
