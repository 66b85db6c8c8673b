package org.karst.benchmarks;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Target;

/** A mailbox for which only the acknowledgements of one place count. */
final class AcknowledgedRevisions implements Mailbox {
    private final String place;
    private long newest;

    AcknowledgedRevisions(String place) {
        this.place = place;
    }

    @Override
    public synchronized void acknowledge(Target target, long revision) {
        if (target.place().equals(place) && revision > newest) {
            newest = revision;
            notifyAll();
        }
    }

    synchronized void await(long revision) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (newest < revision) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException("revision " + revision + " was not acknowledged within two minutes");
            }
            wait(left);
        }
    }

    @Override
    public void post(Lane lane, Consumer<? super Facts> message) {
        // Facts are not measured here.
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("there is no world here"));
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("there is no world here"));
    }

    @Override
    public void packetIn(PacketIn packet) {
        // No flow asks for packets.
    }
}
