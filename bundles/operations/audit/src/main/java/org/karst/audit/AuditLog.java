package org.karst.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.karst.audit.internal.AuditJson;
import org.karst.audit.internal.AuditText;
import org.karst.audit.internal.RotatingFile;
import org.karst.incremental.Item;
import org.karst.pipeline.AuditRecord;
import org.karst.pipeline.AuditSink;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Mailbox;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records to two files and to syslog. It takes no items: records reach it as responses to packets. Who logs only puts a
 * record into a queue; one thread does the rest.
 */
@Component(
        service = {Driver.class, AuditLog.class},
        configurationPid = "org.karst.audit")
public final class AuditLog implements Driver, AuditSink {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    /** Some seconds of what a hundred nodes may send; about 1 kB each. */
    private static final int QUEUE = 4_096;

    /** How long it takes at most until an idle log has ended. */
    private static final long PAUSE_SECONDS = 1;

    /** {@code etc/org.karst.audit.cfg}; names and defaults of policyAuditConfig (operator.openshift.io/v1 Network). */
    public @interface Configuration {
        /** Where lines go; the JSON lines go beside it, into a file that ends in .json. */
        String file() default "data/log/acl-audit-log.log";

        /** Megabytes from which on a file is moved away. */
        int maxFileSize() default 50;

        /** How many files there are at most, the one that is being written included. */
        int maxLogFiles() default 5;

        /** Where lines go beside the file: null, libc, udp:host:port or unix:file. */
        String destination() default "null";

        /** The facility of messages to syslog. */
        String syslogFacility() default "local0";
    }

    private record Timed(AuditRecord record, Instant time) {}

    private final AuditSettings settings;
    private final Clock clock;
    private final BlockingQueue<Timed> queue;
    private final Thread writer = new Thread(this::run, "karst-audit");
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong unsent = new AtomicLong();
    private volatile boolean ending;

    // All below belong to the writer.
    private final RotatingFile lines;
    private final RotatingFile json;
    private long sequence;
    private long unflushed;
    private boolean fileComplained;
    private boolean destinationComplained;

    /** Made by Declarative Services. A setting that makes no sense ends in a sentence in the log, and there is no audit log. */
    @Activate
    public AuditLog(Configuration configuration) {
        this(settings(configuration), Clock.systemUTC(), QUEUE);
    }

    /**
     * A log that writes from {@link #start} on.
     *
     * @param clock wall time, for the lines
     * @param room how many records may wait
     */
    AuditLog(AuditSettings settings, Clock clock, int room) {
        this.settings = settings;
        this.clock = clock;
        queue = new ArrayBlockingQueue<>(room);
        lines = new RotatingFile(settings.file(), settings.fileSize(), settings.files());
        json = new RotatingFile(settings.json(), settings.fileSize(), settings.files());
        writer.setDaemon(true);
    }

    private static AuditSettings settings(Configuration configuration) {
        try {
            return AuditSettings.of(
                    configuration.file(),
                    configuration.maxFileSize(),
                    configuration.maxLogFiles(),
                    configuration.destination(),
                    configuration.syslogFacility());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "etc/org.karst.audit.cfg: " + e.getMessage() + "; there is no audit log until it is repaired", e);
        }
    }

    @Override
    public String name() {
        return "audit";
    }

    @Override
    public Set<Class<? extends Item>> items() {
        return Set.of();
    }

    @Override
    public void start(Mailbox mailbox) {
        writer.start();
    }

    @Override
    public void apply(Batch batch) {}

    /** Ends when what is queued has been written. */
    @Override
    public void stop() {
        ending = true;
    }

    @Override
    public void log(AuditRecord record) {
        if (ending || !queue.offer(new Timed(record, clock.instant()))) {
            dropped.incrementAndGet();
        }
    }

    /** What has become of records since the start. */
    public AuditStatistics statistics() {
        return new AuditStatistics(written.get(), dropped.get(), failed.get(), unsent.get());
    }

    private void run() {
        try {
            while (!ending) {
                Timed next = queue.poll(PAUSE_SECONDS, TimeUnit.SECONDS);
                if (next != null) {
                    write(next);
                    drain();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the audit log was interrupted", e);
        }
        drain();
        close(lines);
        close(json);
    }

    /** Writes what waits, then flushes once. */
    private void drain() {
        for (Timed next = queue.poll(); next != null; next = queue.poll()) {
            write(next);
        }
        try {
            lines.flush();
            json.flush();
            written.addAndGet(unflushed);
            fileComplained &= unflushed == 0;
        } catch (IOException e) {
            failed.addAndGet(unflushed);
            complain(e);
        }
        unflushed = 0;
    }

    private void write(Timed timed) {
        sequence++;
        try {
            lines.write(AuditText.line(timed.record(), timed.time(), sequence));
            json.write(AuditJson.line(timed.record(), timed.time()));
            unflushed++;
        } catch (IOException e) {
            failed.incrementAndGet();
            complain(e);
        }
        try {
            settings.destination().send(settings.facility(), timed.time(), AuditText.message(timed.record(), sequence));
            destinationComplained = false;
        } catch (IOException e) {
            unsent.incrementAndGet();
            if (!destinationComplained) {
                LOG.warn("the audit log cannot be sent to {}: {}", settings.destination(), e.getMessage());
            }
            destinationComplained = true;
        }
    }

    private void complain(IOException e) {
        if (!fileComplained) {
            LOG.error("the audit log cannot be written to {}: {}", settings.file(), e.toString());
        }
        fileComplained = true;
    }

    private static void close(RotatingFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.error("the audit log was not closed: {}", e.getMessage());
        }
    }
}
