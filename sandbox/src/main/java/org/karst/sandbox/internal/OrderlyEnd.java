package org.karst.sandbox.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, a signal that ends the program (^C, SIGTERM) interrupts the thread that opened it and waits until that has put
 * away what it made.
 */
public final class OrderlyEnd implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch done = new CountDownLatch(1);

    private OrderlyEnd() {}

    /** Begins to watch, for the calling thread. */
    public static OrderlyEnd watch() {
        OrderlyEnd end = new OrderlyEnd();
        Thread worker = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end.interrupt(worker), "orderly end"));
        return end;
    }

    private void interrupt(Thread worker) {
        if (done.getCount() > 0) {
            worker.interrupt();
            try {
                done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What was made is put away. */
    @Override
    public void close() {
        done.countDown();
    }
}
