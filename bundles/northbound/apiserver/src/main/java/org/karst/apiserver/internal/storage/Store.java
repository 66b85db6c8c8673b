package org.karst.apiserver.internal.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects on disk. See the package for its laws. */
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final int GROUP = 256;
    private static final int WAITING = 4096;
    private static final long IDLE_MILLISECONDS = 2_000;
    private static final long REOPEN_MILLISECONDS = 1_000;
    /** A chunk of which less than this share, in percent, is alive is rewritten when there is time. */
    private static final int FILL_RATE = 70;

    private static final int REWRITE_BYTES = 4 * 1024 * 1024;
    private static final long COMMITS_PER_COMPACTION = 512;

    /** Space that the last commits needed is not written over: if one is cut off, the one before has to be whole. */
    private static final int COMMITS_KEPT = 5;

    private final Path file;
    private final BlockingQueue<Operation<?>> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Thread writer;
    private final History history;
    private volatile Snapshot durable;
    private volatile String trouble = "";
    private volatile boolean closing;

    // Writer thread only, after the constructor.
    private MVStore store;
    private MVMap<String, byte[]> objects;
    private MVMap<String, byte[]> meta;
    private long revision;
    private long commitsSinceCompaction;

    private record Operation<T>(Function<Transaction, T> work, CompletableFuture<T> answer) {
        Runnable run(Transaction transaction) {
            T result = work.apply(transaction);
            return () -> answer.complete(result);
        }
    }

    private Store(Path file, long historyLimit) {
        this.file = file;
        open();
        history = new History(historyLimit, revision);
        writer = new Thread(this::run, "karst-apiserver-writer");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Opens or creates the file.
     *
     * @param historyLimit bytes of recent changes kept in memory
     * @throws StorageException if the file cannot be opened, is damaged, or is in use
     */
    public static Store open(Path file, long historyLimit) {
        return new Store(file, historyLimit);
    }

    /**
     * Runs {@code work} on the writer and completes when its changes are durable. It fails with what {@code work} threw, or with a
     * {@link StorageException}.
     */
    public <T> CompletableFuture<T> write(Function<Transaction, T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (closing) {
            answer.completeExceptionally(new StorageException("the API server is shutting down", true));
        } else if (!trouble.isEmpty()) {
            answer.completeExceptionally(new StorageException(trouble, false));
        } else if (!waiting.offer(new Operation<>(work, answer))) {
            answer.completeExceptionally(
                    new StorageException("too many writes are waiting, please try again later", true));
        }
        return answer;
    }

    /** What is durable now. Close it. */
    public Snapshot snapshot() {
        while (true) {
            Snapshot latest = durable;
            if (latest == null) {
                throw new StorageException("the API server is shutting down", true);
            }
            if (latest.acquire()) {
                return latest;
            }
        }
    }

    /** The recent changes. */
    public History history() {
        return history;
    }

    /** A sentence if the store cannot write now, else empty. */
    public String trouble() {
        return trouble;
    }

    private void open() {
        StoreFile opened = StoreFile.open(file);
        store = opened.store();
        store.setRetentionTime(0);
        store.setVersionsToKeep(COMMITS_KEPT);
        objects = opened.objects();
        meta = opened.meta();
        revision = opened.revision();
        durable = new Snapshot(store, objects, revision);
    }

    private void run() {
        List<Operation<?>> group = new ArrayList<>(GROUP);
        while (!closing || !waiting.isEmpty()) {
            try {
                Operation<?> first = waiting.poll(IDLE_MILLISECONDS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    group.add(first);
                    waiting.drainTo(group, GROUP - 1);
                    runGroup(group);
                    group.clear();
                } else if (commitsSinceCompaction > 0) {
                    compact();
                }
            } catch (InterruptedException e) {
                closing = true;
            } catch (RuntimeException e) {
                StorageException failure = new StorageException("the storage failed: " + StoreFile.sentence(e), e);
                LOG.error("Writing {} failed; opening it again", file, e);
                group.forEach(operation -> operation.answer().completeExceptionally(failure));
                group.clear();
                reopen(failure);
            } catch (Error e) {
                trouble = "the storage failed: " + e;
                group.forEach(operation -> operation.answer().completeExceptionally(e));
                throw e;
            }
        }
    }

    private void runGroup(List<Operation<?>> group) {
        List<Runnable> answers = new ArrayList<>(group.size());
        List<Change> changes = new ArrayList<>(group.size());
        long next = revision;
        for (Operation<?> operation : group) {
            Transaction transaction = new Transaction(objects, next);
            Runnable answer;
            try {
                answer = operation.run(transaction);
            } catch (MVStoreException e) {
                throw e;
            } catch (RuntimeException e) {
                // Also a refusal is an answer about the state; it may rest on changes of this very group.
                answer = () -> operation.answer().completeExceptionally(e);
                answers.add(answer);
                continue;
            }
            List<Change> done = transaction.apply();
            changes.addAll(done);
            next += done.size();
            answers.add(answer);
        }
        if (!changes.isEmpty()) {
            revision = next;
            StoreFile.putRevision(meta, revision);
            store.commit();
            store.sync();
            // The history first: whoever lists at a revision must be able to watch from it.
            history.append(changes);
            publish();
            if (++commitsSinceCompaction >= COMMITS_PER_COMPACTION) {
                compact();
            }
        }
        answers.forEach(Runnable::run);
    }

    private void publish() {
        Snapshot previous = durable;
        durable = new Snapshot(store, objects, revision);
        previous.close();
    }

    /** Bounds the file: live pages of sparse chunks move to new chunks, whose write frees the old ones. */
    private void compact() {
        commitsSinceCompaction = 0;
        if (store.compact(FILL_RATE, REWRITE_BYTES)) {
            store.commit();
            store.sync();
            publish();
        }
    }

    /** A write error closes the store; what is durable is still in the file. Readers keep the old snapshot meanwhile. */
    private void reopen(StorageException failure) {
        trouble = failure.getMessage();
        store.closeImmediately();
        while (!closing) {
            try {
                open();
                history.reset(revision);
                trouble = "";
                LOG.info("{} is open again at revision {}", file, revision);
                return;
            } catch (RuntimeException e) {
                trouble = e.getMessage();
                List<Operation<?>> refused = new ArrayList<>();
                waiting.drainTo(refused);
                refused.forEach(operation -> operation.answer().completeExceptionally(e));
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(REOPEN_MILLISECONDS);
        } catch (InterruptedException e) {
            closing = true;
        }
    }

    @Override
    public void close() {
        // Never by interruption: that would close the file under a write. An empty operation wakes the writer.
        CompletableFuture<Boolean> last = write(transaction -> true);
        closing = true;
        last.exceptionally(failure -> false).join();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        StorageException over = new StorageException("the API server is shutting down", true);
        waiting.forEach(operation -> operation.answer().completeExceptionally(over));
        durable = null;
        if (!store.isClosed()) {
            store.close();
        }
    }
}
