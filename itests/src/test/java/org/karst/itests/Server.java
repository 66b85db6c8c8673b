package org.karst.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The unpacked distribution and the server's process in it, in an empty network namespace. */
final class Server implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    private final Path folder;
    private final Path home;
    private Process process;

    private Server(Path folder, Path home) {
        this.folder = folder;
        this.home = home;
    }

    /** Where the build has left the archive. */
    static Path archive() {
        Path archive = Path.of(System.getProperty("karst.distribution"));
        if (!Files.isReadable(archive)) {
            throw new AssertionError("The distribution is not built: " + archive + ". Run 'mvn package' in the root.");
        }
        return archive;
    }

    static Server unpack() {
        try {
            Path folder = Commands.temporaryFolder();
            Commands.output(List.of("tar", "-xzf", archive().toString(), "-C", folder.toString()));
            try (Stream<Path> entries = Files.list(folder)) {
                return new Server(folder, entries.findFirst().orElseThrow());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the server and waits until it serves its shell. */
    Server start(Map<String, String> environment) {
        try {
            // No class archive: the JVM would write one when it ends, which takes longer than most of the tests.
            ProcessBuilder builder = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "sh",
                            "-c",
                            "ip link set lo up && exec \"$0\"",
                            home.resolve("bin/karst-server").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("console.log").toFile());
            builder.environment().put("KARST_CLASS_ARCHIVE", "none");
            builder.environment().putAll(environment);
            process = builder.start();
            long end = System.nanoTime() + READY_WITHIN.toNanos();
            while (!ready()) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new AssertionError("The server did not come up. Its console:\n" + console());
                }
                Thread.sleep(100);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the server started", e);
        }
    }

    private boolean ready() {
        return Files.exists(data().resolve("shell.sock"))
                && shell("shell:echo ready").status() == 0;
    }

    /** Sends SIGTERM and waits for the end; tells whether it came in time. */
    boolean stop(Duration within) {
        process.destroy();
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Runs a command of the server's shell through the shipped client. */
    Commands.Result shell(String command) {
        return Commands.run(
                Duration.ofMinutes(1),
                Map.of(),
                List.of(home.resolve("bin/karst-shell").toString(), command));
    }

    /** The rows of a command that prints a table, as cells; the options make the shell print it without a frame. */
    List<List<String>> table(String command) {
        Commands.Result result = shell(command + " --no-format");
        if (result.status() != 0) {
            throw new AssertionError(command + " failed:\n" + result.output());
        }
        List<List<String>> rows = new ArrayList<>();
        for (String line : result.output().lines().toList()) {
            String[] cells = line.split("\t", -1);
            if (cells.length > 2) {
                rows.add(Stream.of(cells).map(String::strip).toList());
            }
        }
        return rows;
    }

    Process process() {
        return process;
    }

    Path home() {
        return home;
    }

    Path data() {
        return home.resolve("data");
    }

    String console() {
        try {
            return Files.readString(folder.resolve("console.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
        Commands.remove(folder);
    }
}
