package org.karst.controller.internal;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.View;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.PacketIn;
import org.karst.pipeline.Target;

/**
 * The mailbox as a driver gets it: its facts may be the echo of items, so they are known as its.
 *
 * @param loop whose mailbox
 * @param driver the driver's name
 */
record DriverMailbox(Loop loop, String driver) implements Mailbox {
    @Override
    public void post(Lane lane, Consumer<? super Facts> message) {
        loop.post(lane, message, (cause, tables) -> cause.driver(driver, tables));
    }

    @Override
    public <T> CompletionStage<T> read(Function<? super View, ? extends T> question) {
        return loop.read(question);
    }

    @Override
    public <T> CompletionStage<T> await(
            Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience) {
        return loop.await(condition, targets, patience);
    }

    @Override
    public void acknowledge(Target target, long revision) {
        loop.acknowledge(target, revision);
    }

    @Override
    public void packetIn(PacketIn packet) {
        loop.packetIn(packet);
    }
}
