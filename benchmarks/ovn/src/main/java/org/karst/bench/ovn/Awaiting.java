package org.karst.bench.ovn;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What one thread hears and another waits for. */
final class Awaiting {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** Something has changed. */
    synchronized void change(Runnable change) {
        change.run();
        notifyAll();
    }

    /** Waits until it is so. */
    synchronized void until(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IllegalStateException(
                        "OVN's switches have not got a change in " + PATIENCE.toSeconds() + " s");
            }
            wait(left);
        }
    }
}
