package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Target;

/** Keeps the newest revision that was acknowledged for a node; a driver of the host says nothing else. */
final class Acknowledgements implements Mailbox {
    private final AtomicLong newest = new AtomicLong(-1);
    private final String node;

    Acknowledgements(String node) {
        this.node = node;
    }

    long newest() {
        return newest.get();
    }

    void await(long revision) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (newest.get() < revision) {
            assertThat(System.nanoTime())
                    .as("waited 10 s for revision " + revision)
                    .isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Override
    public void acknowledge(Target target, long revision) {
        assertThat(target).isEqualTo(HostDriver.target(node));
        newest.accumulateAndGet(revision, Math::max);
    }

    @Override
    public void post(Lane lane, Consumer<? super Facts> message) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void packetIn(PacketIn packet) {
        throw new UnsupportedOperationException();
    }
}
