package org.karst.testing.whole;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.karst.controller.Inspection;
import org.karst.controller.internal.Loop;
import org.karst.pipeline.Facts;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox;

/** A controller with all features, and nothing that it must make true. */
final class WholeController implements AutoCloseable {
    final Loop loop = new Loop(Clock.systemUTC(), Set.of());

    /** With the features bound in an order. */
    WholeController(Random order) {
        List<Feature> features = new ArrayList<>(RandomCluster.features());
        Collections.shuffle(features, order);
        features.forEach(feature -> get(loop.bind(feature)));
        write(RandomCluster.synced());
    }

    WholeController() {
        this(new Random(0));
    }

    /** Writes rows in one step and waits until it is settled. */
    void write(Consumer<Facts> step) {
        loop.post(Mailbox.Lane.FACTS, step);
        inspect(Inspection::revision);
    }

    <T> T inspect(Function<? super Inspection, ? extends T> question) {
        return get(loop.inspect(question));
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(5, TimeUnit.MINUTES);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
