package org.karst.bench.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An unpacked Karaf that can be started again and again. */
final class Container {

    private static final Duration LONGEST_START = Duration.ofMinutes(2);
    private static final Duration LONGEST_END = Duration.ofMinutes(1);
    /** How long a started process is left alone before its memory is read. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final Path home;
    private final Path java;
    private final List<String> command;

    private Container(Path home, Path java, List<String> command) {
        this.home = home;
        this.java = java;
        this.command = command;
    }

    /**
     * Unpacks an archive.
     *
     * @param archive a tar.gz with one folder in it
     * @param folder where to unpack it; must exist and be empty
     * @param java home of the Java to run it with
     * @param start the script below the archive's folder, then its words
     */
    static Container unpack(Path archive, Path folder, Path java, List<String> start)
            throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException("tar could not unpack " + archive);
        }
        try (Stream<Path> entries = Files.list(folder)) {
            Path home = entries.findFirst().orElseThrow(() -> new IOException(archive + " is empty"));
            List<String> command =
                    new ArrayList<>(List.of("unshare", "--net", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh"));
            command.add(home.resolve(start.get(0)).toString());
            command.addAll(start.subList(1, start.size()));
            return new Container(home, java, command);
        }
    }

    /** The unpacked folder. */
    Path home() {
        return home;
    }

    /**
     * One start.
     *
     * @param seconds from the start of the process to the prompt
     * @param residentMegabytes memory of the JVM after some idle time; 0 if it was not asked for
     */
    record Start(double seconds, double residentMegabytes) {}

    /**
     * Starts it, waits for the prompt, and ends it by SIGTERM.
     *
     * @param withMemory whether to wait until it is idle and read its memory
     */
    Start start(boolean withMemory) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", java.toString());
        Process process = builder.start();
        try {
            awaitPrompt(process.getInputStream(), begin + LONGEST_START.toNanos());
            double seconds = (System.nanoTime() - begin) / 1e9;
            Thread drain = new Thread(() -> discard(process.getInputStream()));
            drain.setDaemon(true);
            drain.start();
            double resident = 0;
            if (withMemory) {
                Thread.sleep(IDLE.toMillis());
                resident = residentMegabytes(jvm(process));
            }
            jvm(process).destroy();
            if (!process.waitFor(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(home + " did not end on SIGTERM");
            }
            return new Start(seconds, resident);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Karaf's prompt ends in {@code ()>}. */
    private void awaitPrompt(InputStream output, long deadline) throws IOException {
        StringBuilder seen = new StringBuilder();
        byte[] buffer = new byte[8192];
        while (seen.indexOf("()>") < 0) {
            int length = output.read(buffer);
            if (length < 0 || System.nanoTime() > deadline) {
                throw new IOException(home + " did not come up; it wrote:\n" + seen);
            }
            seen.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
        }
    }

    private static void discard(InputStream output) {
        try {
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // the process has ended: there is nothing more to discard
            return;
        }
    }

    /** The JVM itself: stock Karaf's script stays as its parent. */
    private static ProcessHandle jvm(Process process) {
        return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the JVM has ended"));
    }

    private static double residentMegabytes(ProcessHandle process) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("the kernel tells no VmRSS of process " + process.pid());
    }
}
