package org.karst.sandbox.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.internal.Command;

/**
 * What a process of the server holds.
 *
 * @param cells of the engine, by table, index, query and rule
 * @param objects kilobytes of objects that are left after a collection of garbage; empty where there is no jcmd(1) to ask
 * @param loaders class loaders of bundles
 * @param files open files
 * @param threads threads
 */
public record Holdings(
        SortedMap<String, Integer> cells, Optional<Long> objects, Optional<Long> loaders, int files, int threads) {
    /** What a process may well remember that another has not heard of, with the reason. */
    private static final Map<String, String> MEMORIES = Map.of(
            "address-holders", "a second look at the attachments that came in this process: gone with them",
            "address-pools",
                    "where the search for a free address of a subnet goes on: one for each subnet that gave one",
            "freed-addresses",
                    "an IPv6 address that was given back is remembered for an hour, and in a later process it is over",
            "flow-drift", "what the last look at a switch found",
            "drift-events", "follows flow-drift");

    /** Compilers, collectors and pools start threads when they are needed; each may need files. */
    private static final int MORE_THREADS = 24;

    private static final int MORE_FILES = 40;
    private static final double MORE_MEMORY = 1.1;
    /** The last one of a bundle may wait for a weak reference to be looked at. */
    private static final long MORE_LOADERS = 2;

    private static final Pattern CELLS = Pattern.compile("^karst_cells\\{definition=\"([^\"]+)\"\\} ([0-9.eE+]+)$");
    /** Lines of a histogram of classes: instances, bytes. */
    private static final Pattern LOADERS = Pattern.compile(
            "([0-9]+) +[0-9]+ +org\\.apache\\.felix\\.framework\\.BundleWiringImpl\\$BundleClassLoader");

    private static final Pattern TOTAL = Pattern.compile("Total +[0-9]+ +([0-9]+)");

    /** What the process holds that runs now. */
    public static Holdings of(SandboxCluster cluster) throws IOException, InterruptedException {
        SortedMap<String, Integer> cells = new TreeMap<>();
        cluster.client().raw("/metrics").lines().forEach(line -> {
            Matcher matcher = CELLS.matcher(line);
            if (matcher.matches()) {
                cells.put(matcher.group(1), (int) Double.parseDouble(matcher.group(2)));
            }
        });
        String process = Long.toString(cluster.serverPid());
        Path directory = Path.of("/proc", process);
        Optional<String> memory = memory(process);
        return new Holdings(
                cells,
                memory.map(text -> number(TOTAL, text) / 1024),
                memory.map(text -> number(LOADERS, text)),
                count(directory.resolve("fd")),
                count(directory.resolve("task")));
    }

    private static Optional<String> memory(String process) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return Optional.empty();
        }
        // Its first collection lets cleaners go on, whose leavings the second takes.
        Command histogram = Command.of(jcmd.toString(), process, "GC.class_histogram");
        histogram.run();
        return Optional.of(histogram.run());
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("jcmd tells nothing that matches " + pattern);
        }
        return Long.parseLong(matcher.group(1));
    }

    private static int count(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return (int) entries.count();
        }
    }

    /** Whether the process leads, and so has all that it will have. */
    boolean leads() {
        return cells.containsKey("leader");
    }

    /** What this, of a process that has lived for long, holds in vain: more than one that has just begun, or than it did before; a line each. */
    public List<String> leaks(Holdings young) {
        List<String> leaks = new ArrayList<>();
        SortedMap<String, Integer> all = new TreeMap<>(cells);
        young.cells.forEach((name, count) -> all.merge(name, -count, Integer::sum));
        all.forEach((name, more) -> {
            if (more > 0 && !MEMORIES.containsKey(name)) {
                leaks.add(
                        more + " more cells of " + name + ", a fresh process has " + young.cells.getOrDefault(name, 0));
            }
        });
        long most = (long) (young.objects.orElse(0L) * MORE_MEMORY);
        objects.filter(kilobytes -> kilobytes > most)
                .ifPresent(kilobytes ->
                        leaks.add(kilobytes + " kB of objects, a fresh process has " + young.objects.orElseThrow()));
        loaders.filter(count -> count > young.loaders.orElse(count) + MORE_LOADERS)
                .ifPresent(count ->
                        leaks.add(count + " class loaders, a fresh process has " + young.loaders.orElseThrow()));
        if (files > young.files + MORE_FILES) {
            leaks.add(files + " open files, a fresh process has " + young.files);
        }
        if (threads > young.threads + MORE_THREADS) {
            leaks.add(threads + " threads, a fresh process has " + young.threads);
        }
        return leaks;
    }

    /** One line for people. */
    @Override
    public String toString() {
        return cells.values().stream().mapToInt(Integer::intValue).sum() + " cells, "
                + objects.map(kilobytes -> kilobytes + " kB of objects, ").orElse("")
                + loaders.map(count -> count + " class loaders, ").orElse("")
                + files + " files, " + threads + " threads";
    }
}
