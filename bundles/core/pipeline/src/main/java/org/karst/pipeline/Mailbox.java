package org.karst.pipeline;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.incremental.View;

/**
 * The way into the one thread that writes facts. Every method may be called from any thread and returns at once.
 */
public interface Mailbox {
    /** Which messages go first. */
    enum Lane {
        /** A container runtime waits: taken before everything else. */
        CNI,
        /** What the world looks like. */
        FACTS
    }

    /**
     * Writes facts: the message runs on the writer's thread, alone; all that it writes is in one step.
     *
     * @param lane which lane
     * @param message must not block; what it throws is logged and disturbs nobody
     */
    void post(Lane lane, Consumer<? super Facts> message);

    /** Asks a question of the world as the last settlement left it. */
    <T> CompletionStage<T> read(Function<? super View, ? extends T> question);

    /**
     * Waits until a condition holds and is true in the world: asked after each settlement; once it answers, until each target
     * has acknowledged that settlement's revision.
     *
     * @param condition answers empty while it does not hold
     * @param targets who must have acknowledged
     * @param patience after this the result fails with a {@link java.util.concurrent.TimeoutException} that says what is missing
     */
    <T> CompletionStage<T> await(Function<? super View, Optional<T>> condition, Set<Target> targets, Duration patience);

    /** A driver says: all items up to this revision are true at this target. Lower than the last is ignored. */
    void acknowledge(Target target, long revision);

    /** A switch sent a packet; the answer that it is meant for runs on the writer's thread. */
    void packetIn(PacketIn packet);
}
