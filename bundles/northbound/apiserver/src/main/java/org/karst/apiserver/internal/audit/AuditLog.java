package org.karst.apiserver.internal.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.karst.apiserver.AuditSettings;
import org.karst.apiserver.AuditSettings.Level;
import org.karst.apiserver.internal.resource.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events on a thread of its own. */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int WAITING = 2_048;
    /** Of those who are nobody in a second: they must not push out of the files what users did. */
    private static final int STRANGERS = 10;

    private static final long TELLING_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int GROUP = 1_024;

    private final Level level;
    private final Path path;
    private final AuditFile file;
    private final BlockingQueue<AuditEvent> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;
    private volatile boolean closing;
    private volatile String trouble = "";
    private long told = System.nanoTime() - TELLING_NANOS;

    // Guarded by this.
    private long second;
    private int strangers;

    /**
     * Begins.
     *
     * @param path of the newest file, in a directory that is there
     */
    public AuditLog(AuditSettings settings, Path path) {
        this.level = settings.level();
        this.path = path;
        this.file = new AuditFile(path, settings.fileSize(), settings.files());
        writer = new Thread(this::run, "karst-apiserver-audit");
        writer.setDaemon(true);
        if (level != Level.OFF) {
            writer.start();
        }
    }

    /** Writes an event down, if it is one of those that are. Any thread; does not wait. */
    public void record(AuditEvent event) {
        boolean wanted =
                switch (level) {
                    case OFF -> false;
                    case CHANGES -> event.matters();
                    case ALL -> true;
                };
        if (wanted && (event.isOfStranger() && !hasRoomForStranger() || !waiting.offer(event))) {
            lost.incrementAndGet();
        }
    }

    private synchronized boolean hasRoomForStranger() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (now != second) {
            second = now;
            strangers = 0;
        }
        strangers++;
        return strangers <= STRANGERS;
    }

    /** Whether the last lines reached the file. */
    boolean isUntroubled() {
        return trouble.isEmpty();
    }

    private void run() {
        List<AuditEvent> group = new ArrayList<>(GROUP);
        try {
            while (!closing || !waiting.isEmpty()) {
                AuditEvent first = waiting.poll(200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    group.add(first);
                    waiting.drainTo(group, GROUP - 1);
                    write(group);
                    group.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private void write(List<AuditEvent> group) {
        try {
            for (AuditEvent event : group) {
                write(event);
            }
            file.flush();
            trouble = "";
        } catch (IOException e) {
            lost.addAndGet(group.size());
            file.abandon();
            if (!trouble.equals(e.toString())) {
                trouble = e.toString();
                LOG.error("The audit log {} cannot be written: {}", path, trouble);
            }
        }
        if (System.nanoTime() - told >= TELLING_NANOS) {
            tellLoss();
        }
    }

    private void write(AuditEvent event) throws IOException {
        byte[] line;
        try {
            line = Json.write(event.json());
        } catch (RuntimeException e) {
            LOG.error("A request cannot be written into the audit log {}", path, e);
            lost.incrementAndGet();
            return;
        }
        file.write(line);
    }

    private void tellLoss() {
        long missing = lost.getAndSet(0);
        if (missing > 0) {
            told = System.nanoTime();
            LOG.warn("The audit log {} misses {} requests", path, missing);
        }
    }

    private void end() {
        tellLoss();
        try {
            file.close();
        } catch (IOException e) {
            LOG.error("The audit log {} cannot be closed: {}", path, e.toString());
        }
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
