package org.karst.controller.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.karst.controller.Controller;
import org.karst.controller.Inspection;
import org.karst.controller.LoopStatistics;
import org.karst.controller.Recomputation;
import org.karst.incremental.Engine;
import org.karst.incremental.Settlement;
import org.karst.incremental.View;
import org.karst.pipeline.Answer;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Stopwatch;
import org.karst.pipeline.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer: takes messages, settles, hands out differences.
 *
 * <p>A step takes at most 2,000 messages, what comes in 10 ms, or as many rows as settle in about 20 ms ({@link Pace}). Messages of the
 * CNI lane go first and settle alone, so of a list of 100,000 objects a container waits for a step or two; after each such step the other lane has
 * its turn.
 */
public final class Loop implements Mailbox, Controller, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    /** Open vSwitch revalidates its megaflows at least this often (other_config:max-idle and its dump interval). */
    static final Duration REVALIDATION = Duration.ofSeconds(2);

    private static final int STEP_MESSAGES = 2_000;
    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();
    private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Clock clock;
    private final ConcurrentLinkedQueue<Message> cni = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Message> facts = new ConcurrentLinkedQueue<>();
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong posted = new AtomicLong();
    private final Thread writer;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    // All below belong to the writer.
    /** Names of features that must be bound before anything is removed; one that is uninstalled is wanted no more. */
    private final Set<String> wanted;

    private final Guards guards;

    private Engine engine;
    private Sources sources;
    private Features features;
    private final Reactions reactions = new Reactions();
    private final Drivers drivers = new Drivers(reactions);
    private final Deadlines deadlines = new Deadlines();
    private final Damping damping = new Damping(drivers, deadlines);
    private final Waiters waiters = new Waiters();
    /** What is asked in this step; answered once its facts are settled. */
    private final List<Runnable> questions = new ArrayList<>();

    private final Cause cause = new Cause();
    private final Pace pace = new Pace();
    private boolean cniHadItsTurn;
    /** Who comes or goes settles alone: drivers hear of it before they hear of anything else, and before anything they have posted is taken. */
    private boolean somebodyCameOrWent;

    private volatile boolean closing;
    private final AtomicLong steps = new AtomicLong();
    private final AtomicLong failedMessages = new AtomicLong();
    private final AtomicLong settleNanos = new AtomicLong();
    private final AtomicLong longestStepNanos = new AtomicLong();
    private final Stopwatch settleTimes = new Stopwatch();
    private final Stopwatch stepTimes = new Stopwatch();
    private final Stopwatch awaitTimes = new Stopwatch();

    /** A message with the time of its posting, in {@link System#nanoTime}. */
    private record Message(Runnable content, long posted) {}

    /**
     * Starts the writer.
     *
     * @param clock wall time, for deadlines
     * @param wanted the names of the features that must be bound before anything is removed from the world
     */
    public Loop(Clock clock, Set<String> wanted) {
        this(clock, wanted, Guards.NONE);
    }

    /** As {@link #Loop(Clock, Set)}, after another process. */
    Loop(Clock clock, Set<String> wanted, Guards guards) {
        this.clock = clock;
        this.guards = guards;
        this.wanted = new TreeSet<>(wanted);
        writer = new Thread(this::run, "karst-writer");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void post(Lane lane, Consumer<? super Facts> message) {
        post(lane, message, (due, tables) -> due.other());
    }

    /** As {@link #post(Lane, Consumer)}, from somebody whose facts are known as his. */
    void post(Lane lane, Consumer<? super Facts> message, BiConsumer<? super Cause, SortedSet<String>> author) {
        enqueue(lane, () -> {
            Writing writing = new Writing(engine, deadlines, sources);
            try {
                message.accept(writing);
            } finally {
                pace.wrote(writing.rows());
                if (!writing.tables().isEmpty()) {
                    author.accept(cause, writing.tables());
                }
            }
        });
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        return ask(() -> engine.read(question));
    }

    @Override
    public <T> CompletionStage<T> inspect(Function<? super Inspection, ? extends T> question) {
        return ask(() -> question.apply(new Inspecting(engine, features, drivers, sources, damping, wanted)));
    }

    @Override
    public CompletionStage<Long> acknowledged(
            Predicate<? super View> condition, Optional<String> driver, Duration patience) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        enqueue(
                Lane.FACTS,
                // a question, because those are asked when what was posted before has settled
                () -> questions.add(() -> waiters.add(
                        view -> condition.test(view) ? Optional.of(engine.revision()) : Optional.empty(),
                        changed -> Waiters.ofDriver(changed, driver),
                        patience,
                        clock.instant(),
                        result,
                        engine,
                        drivers.changed())));
        return result;
    }

    @Override
    public CompletionStage<Recomputation> recompute() {
        return Recomputing.run(this, clock);
    }

    private <T> CompletionStage<T> ask(Supplier<? extends T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        enqueue(
                Lane.FACTS,
                () -> questions.add(() -> {
                    try {
                        answer.complete(question.get());
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                }));
        return answer;
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        CompletableFuture<T> result = new CompletableFuture<>();
        long asked = System.nanoTime();
        enqueue(
                Lane.CNI,
                () -> waiters.add(
                        condition,
                        changed -> Waiters.ofTargets(changed, targets),
                        patience,
                        clock.instant(),
                        result,
                        engine,
                        drivers.changed()));
        return result.whenComplete((value, failure) -> awaitTimes.add(System.nanoTime() - asked));
    }

    @Override
    public void acknowledge(Target target, long revision) {
        long now = System.nanoTime();
        enqueue(Lane.CNI, () -> drivers.acknowledge(target, revision, now));
    }

    @Override
    public void packetIn(PacketIn packet) {
        enqueue(Lane.FACTS, () -> questions.add(() -> answer(packet)));
    }

    private void answer(PacketIn packet) {
        Answer answer = features.answer(packet.answer());
        if (answer == null) {
            LOG.debug("{} sent a packet for an answer {} that nobody gives", packet.node(), packet.answer());
            return;
        }
        drivers.send(engine.read(view -> answer.answer().apply(view, packet)));
    }

    /** Adds a feature; a feature that does not fit is refused with a log line, and the result fails. */
    public CompletionStage<Void> bind(Feature feature) {
        return change(() -> {
            features.bind(feature);
            for (Driver driver : feature.drivers()) {
                bindNow(driver);
            }
            LOG.info("feature {} is bound", feature.name());
        });
    }

    /** Takes a feature away; its flows stay until the end of the grace. Done when nothing of its code runs here any more. */
    public CompletionStage<Void> unbind(Feature feature, Duration grace) {
        return settled(change(() -> {
            features.unbind(feature, clock.instant().plus(grace), deadlines);
            damping.forget();
            for (Driver driver : feature.drivers()) {
                drivers.unbind(driver);
                driver.stop();
            }
            LOG.info("feature {} is unbound", feature.name());
        }));
    }

    private CompletionStage<Void> settled(CompletionStage<Void> change) {
        return change.thenCompose(nothing -> ask(() -> null));
    }

    /** The bundle of a feature that was unbound is gone for good: packets pass by its stages, which end after a revalidation. */
    public CompletionStage<Void> bypass(String feature, Duration revalidation) {
        return change(() -> {
            wanted.remove(feature);
            features.bypass(feature, clock.instant().plus(revalidation), deadlines);
        });
    }

    @Override
    public CompletionStage<List<String>> release(String name) {
        CompletableFuture<List<String>> released = new CompletableFuture<>();
        change(() -> released.complete(features.release(name, clock.instant().plus(REVALIDATION), deadlines)))
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        released.completeExceptionally(failure);
                    } else {
                        LOG.warn("{} is released: packets pass by what it guarded", name);
                    }
                });
        return released;
    }

    /** Adds a driver and tells it all that it shall make true. */
    public CompletionStage<Void> bind(Driver driver) {
        return change(() -> bindNow(driver));
    }

    private void bindNow(Driver driver) {
        driver.start(new DriverMailbox(this, driver.name()));
        drivers.bind(driver, engine, this::expect);
    }

    /** Takes a driver away and stops it. Done when nothing of its code runs here any more. */
    public CompletionStage<Void> unbind(Driver driver) {
        return settled(change(() -> {
            drivers.unbind(driver);
            driver.stop();
        }));
    }

    private CompletionStage<Void> change(Runnable message) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        enqueue(Lane.FACTS, () -> {
            cause.other();
            somebodyCameOrWent = true;
            try {
                message.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @Override
    public LoopStatistics statistics() {
        long taken = messages.get();
        return new LoopStatistics(
                steps.get(),
                taken,
                failedMessages.get(),
                posted.get() - taken,
                settleNanos.get(),
                longestStepNanos.get(),
                damping.holds(),
                settleTimes.read(),
                stepTimes.read(),
                awaitTimes.read(),
                reactions.read());
    }

    /** Ends the writer; nothing in the world is undone. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        if (Thread.currentThread() != writer) {
            ended.join();
        }
    }

    private void enqueue(Lane lane, Runnable message) {
        posted.incrementAndGet();
        switch (lane) {
            case CNI -> cni.add(new Message(message, System.nanoTime()));
            case FACTS -> facts.add(new Message(message, System.nanoTime()));
        }
        LockSupport.unpark(writer);
    }

    private void run() {
        engine = new Engine();
        sources = new Sources(engine, clock);
        features = new Features(engine, sources);
        guards.restore(engine);
        features.bind(new CoreFeature());
        cause.other();
        try {
            while (!closing) {
                step();
            }
        } finally {
            ended.complete(null);
        }
    }

    private void step() {
        long started = System.nanoTime();
        somebodyCameOrWent = false;
        boolean worked = cniHadItsTurn ? takeBoth(started) : takeOne(started);
        cniHadItsTurn = false;
        Instant now = clock.instant();
        if (deadlines.expire(engine, now)) {
            cause.other();
            damping.expired(engine, now);
        }
        if (cause.isDue()) {
            settle(now);
        }
        drivers.prune(pruning(), engine.revision());
        questions.forEach(this::guarded);
        questions.clear();
        waiters.end(drivers.acknowledged(), now);
        if (worked) {
            steps.incrementAndGet();
            long taken = System.nanoTime() - started;
            longestStepNanos.accumulateAndGet(taken, Math::max);
            stepTimes.add(taken);
        } else if (cni.isEmpty() && facts.isEmpty()) {
            LockSupport.parkNanos(this, untilNext(now));
        }
    }

    private boolean takeBoth(long started) {
        boolean tookFacts = takeFacts(started);
        return take(cni, started, () -> true) || tookFacts;
    }

    /** Messages of the CNI lane alone if there are any, else of the other. */
    private boolean takeOne(long started) {
        cniHadItsTurn = take(cni, started, () -> true);
        return cniHadItsTurn || takeFacts(started);
    }

    private boolean takeFacts(long started) {
        return take(facts, started, pace::allowsMore);
    }

    private boolean take(ConcurrentLinkedQueue<Message> lane, long started, BooleanSupplier more) {
        int taken = 0;
        while (taken < STEP_MESSAGES
                && !somebodyCameOrWent
                && more.getAsBoolean()
                && System.nanoTime() - started < STEP_NANOS) {
            Message message = lane.poll();
            if (message == null) {
                break;
            }
            taken++;
            guarded(message.content());
            cause.taken(message.posted());
        }
        messages.addAndGet(taken);
        return taken > 0;
    }

    private void guarded(Runnable message) {
        try {
            message.run();
        } catch (RuntimeException | LinkageError e) {
            // A bundle that goes may take classes with it that its code was about to use.
            failedMessages.incrementAndGet();
            LOG.error("a message to the writer failed: {}", e.getMessage(), e);
        }
    }

    private void settle(Instant now) {
        features.followLeadership();
        long started = System.nanoTime();
        Settlement settlement = engine.settle();
        long taken = System.nanoTime() - started;
        settleNanos.addAndGet(taken);
        settleTimes.add(taken);
        pace.settled(taken);
        settlement.failures().forEach(failure -> LOG.warn("{}", failure));
        settlement.conflicts().forEach(conflict -> LOG.warn("{}", conflict));
        // What may be removed no longer is said before the differences, what may be from now on after them.
        if (!pruning().everything()) {
            drivers.prune(pruning(), engine.revision());
        }
        drivers.settled(settlement, cause.since(started), this::expect);
        SortedMap<String, SortedSet<String>> echoing = cause.driversAlone();
        cause.settled();
        if (damping.settled(settlement, echoing, engine, now)) {
            cause.other();
        }
        waiters.ask(engine, drivers.changed());
    }

    /**
     * From now on nobody removes anything until these have been heard. Known ones change nothing: what has become removable in this
     * step is told after its differences, or a driver would remove what it is about to be told.
     *
     * @param told names, and the node of each
     */
    private void expect(Map<String, String> told) {
        Map<String, String> unknown = new TreeMap<>(told);
        unknown.keySet().removeIf(sources::known);
        if (!unknown.isEmpty()) {
            unknown.forEach(sources::expect);
            drivers.prune(pruning(), engine.revision());
        }
    }

    private Pruning pruning() {
        boolean everything = !sources.holdAll() && features.names().containsAll(wanted);
        return new Pruning(everything, sources.silentNodes(), features.frozen());
    }

    private long untilNext(Instant now) {
        return Stream.of(deadlines.next(), waiters.next())
                .flatMap(Optional::stream)
                .map(next -> Math.max(1, Duration.between(now, next).toNanos()))
                .min(Long::compareTo)
                .map(nanos -> Math.min(nanos, IDLE_NANOS))
                .orElse(IDLE_NANOS);
    }
}
