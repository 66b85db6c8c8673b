package org.karst.sandbox.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.chaos.StreamReport.Window;

/**
 * When the threads of switches that carry packets could have run and got no processor: what is lost then was lost by the machine. A control
 * stream tells of such times only if one of its own datagrams was in a queue that overflowed.
 *
 * <p>The kernel tells how long a thread has waited for a processor (second number of /proc/PID/schedstat), once the wait is over. Kernels
 * that do not tell it have no such times.
 */
final class ProcessorWaits implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(20);
    /** Longer than others run when all take turns, and long enough to fill a queue. */
    private static final long LONG = Duration.ofMillis(5).toNanos();

    private final List<OpenVSwitch> switches;
    private final List<Window> windows = new ArrayList<>();
    private final Map<Long, Long> waited = new TreeMap<>();
    private final Thread thread;
    private volatile boolean closed;

    private ProcessorWaits(List<OpenVSwitch> switches) {
        this.switches = List.copyOf(switches);
        this.thread = new Thread(this::watch, "waits for processors");
        this.thread.setDaemon(true);
    }

    static ProcessorWaits watch(List<OpenVSwitch> switches) {
        ProcessorWaits waits = new ProcessorWaits(switches);
        waits.thread.start();
        return waits;
    }

    private void watch() {
        try {
            for (long before = System.nanoTime(); !closed; Thread.sleep(PERIOD.toMillis())) {
                for (OpenVSwitch each : switches) {
                    look(each, before);
                }
                before = System.nanoTime();
            }
        } catch (InterruptedException over) {
            // What was seen stays.
        }
    }

    private void look(OpenVSwitch openVSwitch, long before) {
        long process;
        long now;
        try {
            process = openVSwitch.switchPid();
            now = Long.parseLong(Files.readString(Path.of("/proc", Long.toString(process), "schedstat"))
                    .split(" ", -1)[1]);
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException dead) {
            return;
        }
        Long then = waited.put(process, now);
        if (then != null && now - then > LONG) {
            windows.add(new Window(before - (now - then), System.nanoTime()));
        }
    }

    /** Ends watching and tells the times. */
    List<Window> finish() throws InterruptedException {
        close();
        return List.copyOf(windows);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
