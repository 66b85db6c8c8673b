package org.karst.testing.whole;

import java.lang.management.ManagementFactory;

/** How much of the heap is really in use. */
final class Heap {
    private static final int COLLECTIONS = 4;

    private Heap() {}

    /** Bytes in use after what nobody holds is gone. */
    static long used() throws InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
