package org.karst.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.karst.pipeline.Durations;
import org.karst.pipeline.Stopwatch;
import org.karst.pipeline.Target;

class ReactionsTest {
    private static final Target A = new Target("openflow", "a");
    private static final Target B = new Target("openflow", "b");

    private final Reactions reactions = new Reactions();

    private static long millis(int count) {
        return TimeUnit.MILLISECONDS.toNanos(count);
    }

    private Durations openFlow() {
        return reactions.read().get("openflow");
    }

    @Test
    void oneAcknowledgementEndsAllUpToItsRevision() {
        reactions.changed(A, 1, millis(0));
        reactions.changed(A, 1, millis(0));
        reactions.changed(A, 2, millis(10));
        reactions.changed(B, 2, millis(10));
        reactions.changed(A, 3, millis(20));
        reactions.acknowledged(A, 2, millis(30));
        assertThat(openFlow().count()).isEqualTo(2);
        assertThat(openFlow().seconds()).isEqualTo(0.050);
        reactions.acknowledged(A, 2, millis(99));
        assertThat(openFlow().count()).isEqualTo(2);
        reactions.acknowledged(A, 7, millis(30));
        reactions.acknowledged(B, 7, millis(30));
        assertThat(openFlow().count()).isEqualTo(4);
    }

    @Test
    void whoGoesOwesNothing() {
        reactions.changed(A, 1, 0);
        reactions.forget("openflow");
        reactions.acknowledged(A, 1, millis(1));
        assertThat(reactions.read()).isEmpty();
    }

    @Test
    void aTargetThatNeverAnswersTakesBoundedMemory() {
        for (int revision = 1; revision <= 100_000; revision++) {
            reactions.changed(A, revision, 0);
        }
        reactions.acknowledged(A, 100_000, millis(1));
        assertThat(openFlow().count()).isEqualTo(1_024);
    }

    @Test
    void boundsAreInclusive() {
        Stopwatch stopwatch = new Stopwatch();
        stopwatch.add(TimeUnit.MICROSECONDS.toNanos(500));
        stopwatch.add(TimeUnit.MICROSECONDS.toNanos(500) + 1);
        stopwatch.add(TimeUnit.SECONDS.toNanos(31));
        List<Long> counts = stopwatch.read().counts();
        assertThat(counts.get(0)).isEqualTo(1);
        assertThat(counts.get(1)).isEqualTo(1);
        assertThat(counts.get(counts.size() - 1)).isEqualTo(1);
        assertThat(stopwatch.read().bounds()).isSorted().startsWith(0.0005, 0.001);
    }
}
