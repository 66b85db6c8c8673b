package org.karst.testing.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.controller.Inspection;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Backlog;
import org.karst.pipeline.Mailbox.Lane;
import org.karst.pipeline.World;

/** More edits than a cluster ever has: who waits is served later, nobody is forgotten, and containers go first. */
class OverloadTest {
    private static final int PODS = 1_000;
    private static final int EDITS_PER_SECOND = 5_000;
    private static final int FIRST_CONTAINER = 1_000_000;
    /** As for a real watch. */
    private static final int MOST_WAITING = 2_000;
    /** Of the backlog one, of each container that starts a few. */
    private static final int MOST_MESSAGES = 200;

    private final RandomCluster cluster = new RandomCluster(5, 12, PODS, 100);
    private final SplittableRandom random = new SplittableRandom(1);
    private final List<CompletableFuture<Long>> containers = new ArrayList<>();

    /** What a container runtime asks for: its fact is settled, in the lane that goes first. Completes with nanoseconds. */
    private void startContainer(WholeController controller) {
        int number = FIRST_CONTAINER + containers.size();
        List<RandomCluster.Fact<?, ?>> rows = cluster.pod(number);
        AttachmentKey key = rows.stream()
                .filter(row -> row.table() == (Object) World.ATTACHMENTS)
                .map(row -> (AttachmentKey) row.key())
                .findFirst()
                .orElseThrow();
        long started = System.nanoTime();
        controller.loop.post(Lane.CNI, into -> rows.forEach(row -> row.put(into)));
        containers.add(controller
                .loop
                .await(
                        view -> Optional.<Attachment>empty().or(() -> view.get(World.ATTACHMENTS, key)),
                        Set.of(),
                        Duration.ofSeconds(60))
                .thenApply(any -> System.nanoTime() - started)
                .toCompletableFuture());
    }

    /** What a watch reads goes to the writer by way of this. */
    private static Backlog<List<Object>, RandomCluster.Fact<?, ?>> watch(WholeController controller) {
        return new Backlog<>(controller.loop, MOST_WAITING, (older, newer) -> newer, (into, fact) -> fact.put(into));
    }

    private static void read(Backlog<List<Object>, RandomCluster.Fact<?, ?>> watch, RandomCluster.Fact<?, ?> fact)
            throws InterruptedException {
        watch.put(List.of(fact.table(), fact.key()), fact);
    }

    private RandomCluster.Fact<?, ?> edit() {
        int pod = random.nextInt(PODS);
        int kind = random.nextInt(100);
        return kind == 0 ? cluster.policy(pod % 100, random.nextInt(1_000)) : cluster.object(pod, random.nextInt(7));
    }

    /** Edits at the rate, for so long, with ten containers a second. Answers the most messages that waited at once. */
    private long load(
            WholeController controller, Backlog<List<Object>, RandomCluster.Fact<?, ?>> watch, Duration length)
            throws InterruptedException {
        long started = System.nanoTime();
        long most = 0;
        long edits = 0;
        long total = length.toSeconds() * EDITS_PER_SECOND;
        while (edits < total) {
            long due = (System.nanoTime() - started) * EDITS_PER_SECOND / TimeUnit.SECONDS.toNanos(1);
            for (; edits < Math.min(due, total); edits++) {
                if (edits % (EDITS_PER_SECOND / 10) == 0) {
                    startContainer(controller);
                }
                read(watch, edit());
            }
            most = Math.max(most, controller.loop.statistics().waiting());
            LockSupport.parkNanos(200_000);
        }
        return most;
    }

    private String containerTimes() throws Exception {
        double[] milliseconds = new double[containers.size()];
        for (int i = 0; i < milliseconds.length; i++) {
            milliseconds[i] = containers.get(i).get(60, TimeUnit.SECONDS) / 1e6;
        }
        Arrays.sort(milliseconds);
        return String.format(
                Locale.ROOT,
                "%d containers: p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                milliseconds.length,
                milliseconds[milliseconds.length / 2],
                milliseconds[milliseconds.length * 99 / 100],
                milliseconds[milliseconds.length - 1]);
    }

    private static void list(
            List<RandomCluster.Fact<?, ?>> objects, Backlog<List<Object>, RandomCluster.Fact<?, ?>> watch) {
        try {
            for (RandomCluster.Fact<?, ?> object : objects) {
                read(watch, object);
            }
            watch.awaitWritten();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void overload(Duration length) throws Exception {
        try (WholeController controller = new WholeController()) {
            controller.write(into -> cluster.facts().forEach(fact -> fact.put(into)));
            Backlog<List<Object>, RandomCluster.Fact<?, ?>> watch = watch(controller);
            load(controller, watch, Duration.ofSeconds(1));
            watch.awaitWritten();
            controller.inspect(Inspection::revision);
            int containersBefore = containers.size();
            long before = Heap.used();
            long most = load(controller, watch, length);
            long started = System.nanoTime();
            watch.awaitWritten();
            controller.inspect(Inspection::revision);
            double catchUp = (System.nanoTime() - started) / 1e6;
            String times = containerTimes();
            for (int i = containersBefore; i < containers.size(); i++) {
                int number = FIRST_CONTAINER + i;
                controller.loop.post(Lane.FACTS, from -> cluster.pod(number).forEach(row -> row.remove(from)));
            }
            controller.inspect(Inspection::revision);
            long after = Heap.used();
            System.out.printf(
                    Locale.ROOT,
                    "%d edits/s for %d s: %d waited at most, caught up in %.0f ms; %s; heap %.1f MB before, %.1f MB"
                            + " after%n",
                    EDITS_PER_SECOND,
                    length.toSeconds(),
                    most,
                    catchUp,
                    times,
                    before / 1e6,
                    after / 1e6);
            assertThat(most).as("messages that waited").isLessThan(MOST_MESSAGES);
            assertThat(controller.loop.statistics().waiting()).isZero();
            assertThat(controller.loop.statistics().failedMessages()).isZero();
            assertThat(controller.loop.recompute().toCompletableFuture().get().differing())
                    .isZero();
            assertThat(after).isLessThan(before + before / 10);
        }
    }

    @Test
    void whoWaitsIsServedAndTheHeapStaysAsItWas() throws Exception {
        overload(Duration.ofSeconds(3));
    }

    @Test
    @Tag("long")
    void aMinuteOfOverload() throws Exception {
        overload(Duration.ofSeconds(60));
    }

    @Test
    @Tag("long")
    void aHundredThousandObjectsAreListedWhileContainersStart() throws Exception {
        RandomCluster large = new RandomCluster(6, 12, 100_000, 0);
        List<RandomCluster.Fact<?, ?>> objects = large.facts().stream()
                .filter(fact -> fact.table() == (Object) World.PODS.table())
                .toList();
        try (WholeController controller = new WholeController()) {
            controller.write(into -> cluster.facts().forEach(fact -> fact.put(into)));
            long started = System.nanoTime();
            CompletableFuture<Void> listed = CompletableFuture.runAsync(() -> list(objects, watch(controller)));
            while (!listed.isDone() || containers.size() < 20) {
                startContainer(controller);
                containers.get(containers.size() - 1).get(60, TimeUnit.SECONDS);
            }
            System.out.printf(
                    Locale.ROOT,
                    "a list of %d objects in %.1f s; %s%n",
                    objects.size(),
                    (System.nanoTime() - started) / 1e9,
                    containerTimes());
            listed.get();
            assertThat(controller.inspect(Inspection::failures)).isEmpty();
        }
    }
}
