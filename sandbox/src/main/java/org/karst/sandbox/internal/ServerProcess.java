package org.karst.sandbox.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.ServerSettings;

/** The Karst server as a process of its own in the controller's namespace, started again when it ends by itself. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Less than it has at rest. */
    private static final Map<String, String> STARVING = Map.of("KARST_JAVA_OPTS", "-Xms8m -Xmx20m");

    private static final Duration END = Duration.ofSeconds(30);
    private static final Duration STARVATION = Duration.ofSeconds(90);
    /** How HotSpot ends with ExitOnOutOfMemoryError. */
    private static final int OUT_OF_MEMORY = 3;

    private final ServerSettings settings;
    private final NetworkNamespace namespace;
    private final Path state;
    private Process process;
    private boolean ended;
    /** Somebody ends it on purpose and starts it again himself. */
    private boolean held;

    private ServerProcess(ServerSettings settings, NetworkNamespace namespace, Path state) {
        this.settings = settings;
        this.namespace = namespace;
        this.state = state;
    }

    /**
     * Starts it; it is not ready yet.
     *
     * @param configuration lines by file name in {@code etc}
     */
    public static ServerProcess start(
            ServerSettings settings,
            NetworkNamespace namespace,
            Path state,
            Map<String, Map<String, String>> configuration)
            throws IOException {
        Path program = settings.distribution().resolve("bin/karst-server");
        if (!Files.isExecutable(program)) {
            throw new SandboxException("there is no " + program + "; build the distribution first: ./karst build");
        }
        Path etc = state.resolve("server/etc");
        Files.createDirectories(etc);
        Files.setPosixFilePermissions(state.resolve("server"), PosixFilePermissions.fromString("rwx------"));
        copyTree(settings.distribution().resolve("etc"), etc);
        for (Map.Entry<String, Map<String, String>> file : configuration.entrySet()) {
            Files.writeString(etc.resolve(file.getKey()), properties(file.getValue()));
        }
        ServerProcess server = new ServerProcess(settings, namespace, state);
        server.launch(Map.of());
        Thread keeper = new Thread(server::keep, "server keeper");
        keeper.setDaemon(true);
        keeper.start();
        return server;
    }

    private static String properties(Map<String, String> values) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(values).forEach((key, value) -> text.append(key)
                .append(" = ")
                .append(value.replace("\\", "\\\\"))
                .append('\n'));
        return text.toString();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private synchronized void launch(Map<String, String> environment) throws IOException {
        if (ended) {
            return;
        }
        Path logs = state.resolve("log");
        Files.createDirectories(logs);
        ProcessBuilder builder = new ProcessBuilder(
                settings.distribution().resolve("bin/karst-server").toString());
        builder.environment().put("KARST_DATA", state.resolve("server/data").toString());
        builder.environment().put("KARST_ETC", state.resolve("server/etc").toString());
        builder.environment().put("KARST_LOG", logs.toString());
        builder.environment().putAll(settings.environment());
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        logs.resolve("server-console.log").toFile()));
        process = namespace.<Process, RuntimeException>call(inside -> builder.start());
    }

    /** A supervisor, as systemd is one on a real node. */
    private void keep() {
        try {
            while (true) {
                Process current;
                synchronized (this) {
                    current = process;
                }
                current.waitFor();
                Thread.sleep(PAUSE.toMillis());
                synchronized (this) {
                    while (held) {
                        wait();
                    }
                    if (ended) {
                        return;
                    }
                    if (process == current) {
                        launch(Map.of());
                    }
                }
            }
        } catch (InterruptedException | IOException over) {
            // Without a supervisor the server stays down; status tells it.
        }
    }

    /** What is done while it does not run. */
    @FunctionalInterface
    public interface Pause {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Ends it and starts it again; it is not ready yet when this returns.
     *
     * @param kill without a warning
     * @param meanwhile while it does not run
     */
    public void restart(boolean kill, Pause meanwhile) throws IOException, InterruptedException {
        Process current;
        synchronized (this) {
            held = true;
            current = process;
        }
        try {
            if (kill) {
                Processes.kill(current.pid());
            } else {
                Processes.end(List.of(current.pid()), END);
            }
            // Its first thread may be gone while others still hold the lock of its data.
            current.waitFor(END.toSeconds(), TimeUnit.SECONDS);
            meanwhile.run();
        } finally {
            synchronized (this) {
                launch(Map.of());
                held = false;
                notifyAll();
            }
        }
    }

    /**
     * Kills it, starts it with less memory than it needs, and with enough again when it has died of that.
     *
     * @throws SandboxException if it did not
     */
    public void starve() throws IOException, InterruptedException {
        restart(true, () -> {
            Process starving;
            synchronized (this) {
                launch(STARVING);
                starving = process;
            }
            if (!starving.waitFor(STARVATION.toSeconds(), TimeUnit.SECONDS)) {
                Processes.kill(starving.pid());
                throw new SandboxException(
                        "a server without memory lives on after " + STARVATION.toSeconds() + " s: " + lastWords());
            }
            if (starving.exitValue() != OUT_OF_MEMORY) {
                throw new SandboxException(
                        "a server without memory ended with status " + starving.exitValue() + ": " + lastWords());
            }
        });
    }

    /** The number of the process that runs now. */
    public synchronized long pid() {
        return process.pid();
    }

    public synchronized boolean isAlive() {
        return process.isAlive();
    }

    /** The last lines of what it said, for a message about its failure. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(state.resolve("log/server-console.log"), StandardCharsets.UTF_8);
            return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException none) {
            return "it left no log";
        }
    }

    @Override
    public void close() throws InterruptedException {
        Process last;
        synchronized (this) {
            ended = true;
            held = false;
            notifyAll();
            last = process;
        }
        Processes.end(List.of(last.pid()), Duration.ofSeconds(15));
    }
}
