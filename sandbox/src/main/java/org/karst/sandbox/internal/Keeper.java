package org.karst.sandbox.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxSettings;

/**
 * The process that keeps a sandbox: it holds the servers in the pods, the node agents and the forwarder. {@code up} starts it
 * and reads its progress from a pipe; it ends with {@code down}.
 */
public final class Keeper {
    private static final String READY = "ready";
    private static final String FAILED = "failed: ";
    private static final String HEAP = "-Xmx256m";

    private Keeper() {}

    /** Starts the process and returns when the sandbox is ready. */
    public static void start(Environment environment, Arguments arguments, Consumer<String> progress)
            throws IOException, InterruptedException {
        Path log = environment.state().resolve("log");
        Files.createDirectories(log);
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwx------"));
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.karst.sandbox.Main",
                "keep",
                "--nodes=" + arguments.nodes(),
                "--" + arguments.families().name().toLowerCase(Locale.ROOT)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        log.resolve("sandbox.log").toFile()));
        builder.environment().putAll(environment.variables());
        Process keeper = builder.start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(READY)) {
                    return;
                }
                if (line.startsWith(FAILED)) {
                    keeper.waitFor();
                    throw new SandboxException(line.substring(FAILED.length()));
                }
                progress.accept(line);
            }
        }
        throw new SandboxException("the sandbox's process ended with status " + keeper.waitFor()
                + " before it was ready; see " + log.resolve("sandbox.log"));
    }

    /** What that process does; returns only when it fails. */
    public static int keep(Environment environment, Arguments arguments, PrintStream output)
            throws InterruptedException {
        Terminal.leave();
        SandboxSettings settings = SandboxSettings.of(environment.name(), environment.state())
                .withNodes(arguments.nodes())
                .withFamilies(arguments.families());
        try (SandboxCluster cluster = SandboxCluster.start(settings, environment.server(), output::println)) {
            new Description(
                            settings,
                            environment.port(),
                            ProcessHandle.current().pid())
                    .write();
            output.println(READY);
            Thread.sleep(Long.MAX_VALUE);
            return cluster.sandbox().nodes().size();
        } catch (IOException | RuntimeException failure) {
            output.println(FAILED + failure.getMessage());
            return 1;
        }
    }
}
