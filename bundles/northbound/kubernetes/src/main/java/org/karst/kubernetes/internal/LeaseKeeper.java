package org.karst.kubernetes.internal;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.karst.kubernetes.LeaseSettings;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Leadership;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.World;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets, renews and gives back the Lease of the leader, as controllers of Kubernetes do: who holds it renews it every two seconds
 * and gives up by himself after ten without success; others take it when its record has not changed for its duration by their own
 * clock, so clocks need not agree. Every write holds only for the record that it was decided on.
 */
public final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    /** MicroTime of the API. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** The embedded server comes up with the rest of this process. */
    private static final Duration SOON = Duration.ofMillis(100);

    private final ApiAccess access;
    private final LeaseSettings settings;
    private final Clock clock;
    private final Mailbox mailbox;
    private final Function<List<Kind<?>>, CompletionStage<Void>> listAnew;
    private final String collection;
    private final Thread thread;
    /** Each change of who leads, and of what must be listed, begins another. What an older one has left to say is void. */
    private final AtomicLong term = new AtomicLong();

    private volatile List<Kind<?>> kinds = List.of();
    private volatile boolean leading;
    private volatile boolean closed;

    // Of the thread.
    private final Beginning beginning = new Beginning();
    private long renewed;
    private String seen = "";
    private long seenSince;
    private String trouble = "";

    /**
     * @param listAnew lists kinds anew, called on the writer's thread
     */
    public LeaseKeeper(
            ApiAccess access,
            LeaseSettings settings,
            Clock clock,
            Mailbox mailbox,
            Function<List<Kind<?>>, CompletionStage<Void>> listAnew) {
        this.access = access;
        this.settings = settings;
        this.clock = clock;
        this.mailbox = mailbox;
        this.listAnew = listAnew;
        this.collection = "/apis/coordination.k8s.io/v1/namespaces/" + settings.namespace() + "/leases";
        this.thread = new Thread(this::run, "karst-lease");
        this.thread.setDaemon(true);
    }

    /** Begins to compete. */
    public void start() {
        thread.start();
    }

    /** What must be listed anew before this process counts as the leader. */
    public void want(List<Kind<?>> listed) {
        kinds = List.copyOf(listed);
        if (leading) {
            enter();
        }
    }

    /** Gives the Lease back, so that the next one need not wait. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try {
                attempt();
                beginning.end();
                report("");
            } catch (NotConfiguredException e) {
                pause(SOON);
                continue;
            } catch (IOException | RuntimeException e) {
                if (beginning.isNow()) {
                    pause(SOON);
                    continue;
                }
                report(String.valueOf(e.getMessage()));
            }
            if (leading && left() <= 0) {
                LOG.warn("the Lease {} could not be renewed in time: {}", settings.name(), trouble);
                leave();
            }
            pause(leading ? settings.retry() : jittered(settings.retry()));
        }
        if (leading) {
            leave();
            release();
        }
    }

    /** Nanoseconds until the holder has to give up. */
    private long left() {
        return renewed + settings.renewDeadline().toNanos() - System.nanoTime();
    }

    /** No request of a holder may outlast his time. */
    private Duration patience() {
        return leading
                ? Duration.ofNanos(Math.max(left(), TimeUnit.MILLISECONDS.toNanos(1)))
                : settings.renewDeadline();
    }

    private void pause(Duration time) {
        if (!closed) {
            long nanos = leading ? Math.min(time.toNanos(), Math.max(1, left())) : time.toNanos();
            LockSupport.parkNanos(this, nanos);
        }
    }

    private static Duration jittered(Duration time) {
        return time.plusMillis(ThreadLocalRandom.current().nextLong(1 + time.toMillis() / 5));
    }

    private void report(String news) {
        if (!news.equals(trouble)) {
            trouble = news;
            if (!news.isEmpty()) {
                LOG.warn("the Lease {}/{}: {}", settings.namespace(), settings.name(), news);
            }
        }
    }

    private void attempt() throws IOException {
        long began = System.nanoTime();
        JsonDocument lease;
        try {
            lease = access.send("GET", collection + '/' + settings.name(), "", "", patience());
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
            create();
            got(began);
            return;
        }
        String holder = lease.text("spec", "holderIdentity");
        boolean ours = holder.equals(settings.identity());
        if (leading && !ours) {
            LOG.warn("the Lease {} was taken by {}", settings.name(), holder);
            leave();
        }
        if (ours || holder.isEmpty() || expired(lease)) {
            if (take(lease, ours)) {
                got(began);
            } else if (leading) {
                // Somebody wrote it meanwhile; the next look tells who holds it.
                LOG.debug("the Lease {} was written by somebody meanwhile", settings.name());
            }
        }
    }

    /** Whether nobody has touched the record for its duration, by the clock of this process. */
    private boolean expired(JsonDocument lease) {
        String record = lease.find("spec").map(Object::toString).orElse("");
        if (!record.equals(seen)) {
            seen = record;
            seenSince = System.nanoTime();
        }
        long duration = TimeUnit.SECONDS.toNanos(lease.number("spec", "leaseDurationSeconds"));
        return System.nanoTime() - seenSince >= duration;
    }

    private void create() throws IOException {
        String now = MICRO_TIME.format(clock.instant());
        JsonDocument.Builder lease = record(now)
                .put("apiVersion", "coordination.k8s.io/v1")
                .put("kind", "Lease")
                .put("metadata.name", settings.name())
                .put("metadata.namespace", settings.namespace())
                .put("spec.acquireTime", now)
                .put("spec.leaseTransitions", 0);
        access.send("POST", collection, JSON, lease.build(), patience());
    }

    /** Writes the record as ours; false if it is no longer the one that was read. */
    private boolean take(JsonDocument lease, boolean ours) throws IOException {
        Instant now = clock.instant();
        JsonDocument.Builder patch = record(MICRO_TIME.format(now))
                .put("metadata.resourceVersion", lease.text("metadata", "resourceVersion"));
        if (!ours) {
            patch.put("spec.acquireTime", MICRO_TIME.format(now))
                    .put("spec.leaseTransitions", lease.number("spec", "leaseTransitions") + 1);
        }
        return patched(patch);
    }

    private JsonDocument.Builder record(String now) {
        return new JsonDocument.Builder()
                .put("spec.holderIdentity", settings.identity())
                .put(
                        "spec.leaseDurationSeconds",
                        Math.max(1, settings.duration().toSeconds()))
                .put("spec.renewTime", now);
    }

    private boolean patched(JsonDocument.Builder patch) throws IOException {
        try {
            access.send("PATCH", collection + '/' + settings.name(), MERGE_PATCH, patch.build(), patience());
            return true;
        } catch (ApiException e) {
            if (e.code() == 409) {
                return false;
            }
            throw e;
        }
    }

    private void got(long began) {
        renewed = began;
        if (!leading) {
            leading = true;
            LOG.info("{} holds the Lease {}/{}", settings.identity(), settings.namespace(), settings.name());
            enter();
        }
    }

    /** Leads as soon as everything that a leader reads was listed after now. */
    private void enter() {
        long mine = term.incrementAndGet();
        mailbox.post(Mailbox.Lane.FACTS, facts -> {
            facts.remove(World.LEADER, World.LEADER_KEY);
            if (term.get() == mine) {
                listAnew.apply(kinds)
                        .thenRun(() -> mailbox.post(Mailbox.Lane.FACTS, later -> {
                            if (term.get() == mine) {
                                LOG.info("{} leads", settings.identity());
                                later.put(World.LEADER, World.LEADER_KEY, new Leadership(settings.identity()));
                            }
                        }));
            }
        });
    }

    private void leave() {
        leading = false;
        term.incrementAndGet();
        LOG.info("{} leads no more", settings.identity());
        mailbox.post(Mailbox.Lane.FACTS, facts -> facts.remove(World.LEADER, World.LEADER_KEY));
    }

    private void release() {
        try {
            JsonDocument lease = access.send("GET", collection + '/' + settings.name(), "", "", patience());
            if (lease.text("spec", "holderIdentity").equals(settings.identity())) {
                String now = MICRO_TIME.format(clock.instant());
                patched(new JsonDocument.Builder()
                        .put("metadata.resourceVersion", lease.text("metadata", "resourceVersion"))
                        .put(List.of("spec", "holderIdentity"), JsonDocument.NULL)
                        .put("spec.leaseDurationSeconds", 1)
                        .put("spec.renewTime", now));
            }
        } catch (IOException | RuntimeException e) {
            LOG.info("the Lease {} ends by itself: {}", settings.name(), e.getMessage());
        }
    }
}
