package org.karst.apiserver.internal.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The objects on disk. See the package for its laws. */
public final class Store implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final String REVISION = "revision";
    private static final String FORMAT = "format";
    private static final String FORMAT_1 = "1";
    private static final int GROUP = 256;
    private static final int WAITING = 4096;
    private static final int PAGE_CACHE_MIB = 16;
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
        try {
            if (!Files.exists(file)) {
                // Objects may hold secrets; the store itself would make the file readable by all.
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            // Without a buffer size of 0 the store commits by itself once a batch is large, in the middle of an
            // operation.
            store = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .cacheSize(PAGE_CACHE_MIB)
                    .open();
            store.setRetentionTime(0);
            store.setVersionsToKeep(COMMITS_KEPT);
            MVMap.Builder<String, byte[]> map = new MVMap.Builder<String, byte[]>()
                    .keyType(StringDataType.INSTANCE)
                    .valueType(ByteArrayDataType.INSTANCE);
            objects = store.openMap("objects", map);
            meta = store.openMap("meta", map);
            byte[] format = meta.get(FORMAT);
            if (format != null && !FORMAT_1.equals(new String(format, StandardCharsets.UTF_8))) {
                String found = new String(format, StandardCharsets.UTF_8);
                store.closeImmediately();
                throw new StorageException(
                        file + " has format " + found + ", which this version of Karst does not know", false);
            }
            if (format == null) {
                meta.put(FORMAT, FORMAT_1.getBytes(StandardCharsets.UTF_8));
                meta.put(REVISION, "1".getBytes(StandardCharsets.UTF_8));
                store.commit();
                store.sync();
            }
            revision = Long.parseLong(new String(meta.get(REVISION), StandardCharsets.UTF_8));
            durable = new Snapshot(store, objects, revision);
        } catch (MVStoreException e) {
            throw new StorageException("cannot open " + file + ": " + sentence(e), e);
        } catch (IOException e) {
            throw new StorageException("cannot create " + file + ": " + e.getMessage(), e);
        }
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
                StorageException failure = new StorageException("the storage failed: " + sentence(e), e);
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
            meta.put(REVISION, Long.toString(revision).getBytes(StandardCharsets.UTF_8));
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

    /** MVStore appends its version and error code in brackets to a message. */
    private static String sentence(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        int bracket = message.lastIndexOf(" [");
        return bracket < 0 ? message : message.substring(0, bracket);
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
