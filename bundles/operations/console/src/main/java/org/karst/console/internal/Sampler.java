package org.karst.console.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.karst.openflow.SwitchStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes samples while somebody looks: one for all viewers, every two seconds, or less often where a sample takes long. All state but the
 * viewers and the board is confined to one thread.
 */
final class Sampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
    /** After a sample it rests so many times as long as the sample took, within bounds, so that looking costs one part in so many. */
    private static final int REST = 20;
    /** So often a picture is taken even if nothing says that it is due. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** A page takes the server for lost when it has heard nothing for longer than both together (session.js). */
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Sources sources;
    private final Duration period;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "karst-console");
        made.setDaemon(true);
        return made;
    });
    private final Set<Runnable> viewers = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sampling = new AtomicBoolean();
    private volatile Board board = Board.EMPTY;

    private final Set<String> asked = new HashSet<>();
    private Sections sections = new Sections();
    private Sources.Mark mark;
    private long pictured;
    private long generation;

    /**
     * @param period from one sample to the next
     */
    Sampler(Sources sources, Duration period) {
        this.sources = sources;
        this.period = period;
    }

    Board board() {
        return board;
    }

    /** How many look. */
    int viewers() {
        return viewers.size();
    }

    /** Begins to sample if nobody looked before; runs this after each change of the board. */
    void add(Runnable viewer) {
        viewers.add(viewer);
        if (sampling.compareAndSet(false, true)) {
            run(this::sample);
        }
    }

    void remove(Runnable viewer) {
        viewers.remove(viewer);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        viewers.forEach(Runnable::run);
    }

    private void run(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("The console has stopped", e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails is published; the next sample ends with the thread
    private void sample() {
        if (viewers.isEmpty()) {
            rest();
            // Somebody may have come between the two.
            if (viewers.isEmpty() || !sampling.compareAndSet(false, true)) {
                return;
            }
        }
        long begun = System.nanoTime();
        askPorts();
        CompletableFuture<Void> read = sources.mark()
                .thenComposeAsync(
                        now -> {
                            boolean due = !now.equals(mark) || begun - pictured > LONGEST.toNanos();
                            mark = now;
                            return due
                                    ? sources.picture()
                                            .thenAcceptAsync(
                                                    picture -> {
                                                        sections.put(picture, sources.features());
                                                        pictured = begun;
                                                    },
                                                    thread)
                                    : CompletableFuture.<Void>completedFuture(null);
                        },
                        thread)
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        read.whenComplete((nothing, failure) -> run(() -> {
            publish(failure);
            long rest =
                    Math.min(LONGEST_REST.toNanos(), Math.max(period.toNanos(), REST * (System.nanoTime() - begun)));
            thread.schedule(this::sample, rest, TimeUnit.NANOSECONDS);
        }));
    }

    /** Nobody looks: what was read grows old, so it is forgotten. */
    private void rest() {
        sections = new Sections();
        mark = null;
        generation++;
        asked.clear();
        board = board.cleared();
        sampling.set(false);
    }

    /** Asks each connected switch that has answered the last time; what the others counted is forgotten. */
    private void askPorts() {
        SortedMap<String, SwitchStatus> switches = sources.switches();
        sections.forgetAllBut(switches.keySet());
        for (Map.Entry<String, SwitchStatus> entry : switches.entrySet()) {
            String node = entry.getKey();
            if (!entry.getValue().connected()) {
                sections.forget(node);
            } else if (asked.add(node)) {
                long current = generation;
                sources.ports(node)
                        .whenComplete((ports, failure) -> run(() -> {
                            if (current == generation) {
                                asked.remove(node);
                                if (failure == null) {
                                    sections.put(node, ports, System.nanoTime());
                                } else {
                                    sections.forget(node);
                                }
                            }
                        }));
            }
        }
    }

    private void publish(Throwable failure) {
        SortedMap<String, String> texts = new TreeMap<>();
        try {
            if (failure == null) {
                texts.putAll(sections.read(
                        mark, sources.loop(), sources.switches(), System.currentTimeMillis(), System.nanoTime()));
            } else {
                LOG.warn("A sample for the console could not be taken", failure);
                board.sections().forEach((name, section) -> texts.put(name, section.json()));
                texts.put("trouble", "\"The controller does not answer; what is shown may be old.\"");
            }
            board = board.with(texts);
        } catch (RuntimeException e) {
            LOG.error("A sample for the console failed", e);
        }
        viewers.forEach(Runnable::run);
    }
}
