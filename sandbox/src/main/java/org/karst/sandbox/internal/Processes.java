package org.karst.sandbox.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds processes by where they live and ends them by their number. */
public final class Processes {
    private static final Path PROC = Path.of("/proc");
    /** Field of /proc/PID/stat, counted after the name in parentheses, that holds the start time (proc(5), field 22). */
    private static final int START_TIME = 19;

    private Processes() {}

    /** The identity of a namespace file such as /run/netns/NAME, as in /proc/PID/ns/net; empty when it is none. */
    public static Optional<String> namespaceIdentity(Path path) {
        try {
            return Optional.of("net:[" + Files.getAttribute(path, "unix:ino") + "]");
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** The processes whose main thread is in one of these namespaces, without this process. */
    public static List<Long> inside(Set<String> namespaces) throws IOException {
        List<Long> found = new ArrayList<>();
        if (namespaces.isEmpty()) {
            return found;
        }
        try (Stream<Path> entries = Files.list(PROC)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String number = entry.getFileName().toString();
                if (number.chars().allMatch(Character::isDigit)
                        && Long.parseLong(number) != ProcessHandle.current().pid()
                        && namespaceOf(entry).filter(namespaces::contains).isPresent()) {
                    found.add(Long.parseLong(number));
                }
            }
        }
        return found;
    }

    private static Optional<String> namespaceOf(Path process) {
        try {
            return Optional.of(Files.readSymbolicLink(process.resolve("ns/net")).toString());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Start time of a process in clock ticks since boot: with its number, an identity that is never used again. */
    public static Optional<String> startTime(long process) {
        try {
            String stat = Files.readString(PROC.resolve(process + "/stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[START_TIME]);
        } catch (IOException | IndexOutOfBoundsException gone) {
            return Optional.empty();
        }
    }

    /** The words of its command line; empty when there is no such process. */
    public static List<String> commandLine(long process) {
        try {
            return List.of(Files.readString(PROC.resolve(process + "/cmdline")).split("\0", -1));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Asks the processes to end, waits, and kills those that did not. */
    public static void end(List<Long> processes, Duration patience) throws InterruptedException {
        List<ProcessHandle> handles = processes.stream()
                .map(ProcessHandle::of)
                .flatMap(Optional::stream)
                .toList();
        handles.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + patience.toNanos();
        while (handles.stream().anyMatch(Processes::runs) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        handles.stream().filter(Processes::runs).forEach(ProcessHandle::destroyForcibly);
        deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (handles.stream().anyMatch(Processes::runs) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
    }

    /** Kills a process without a warning (SIGKILL) and waits until it is gone. */
    public static void kill(long process) throws InterruptedException {
        Optional<ProcessHandle> handle = ProcessHandle.of(process);
        handle.ifPresent(ProcessHandle::destroyForcibly);
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (handle.filter(Processes::runs).isPresent() && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
    }

    /** Whether it lives; an ended child that nobody waited for yet does not. */
    private static boolean runs(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(PROC.resolve(handle.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException | IndexOutOfBoundsException gone) {
            return false;
        }
    }
}
