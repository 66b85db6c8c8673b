package org.karst.sandbox.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.SandboxException;

/**
 * A program to run to its end. A child process starts in the network namespace of the thread that starts it, so running one
 * inside a namespace needs no wrapper.
 */
public final class Command {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST_COMPLAINT = 600;

    private final List<String> words = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();

    private Command(List<String> words) {
        this.words.addAll(words);
    }

    public static Command of(String... words) {
        return new Command(List.of(words));
    }

    public Command and(String... more) {
        words.addAll(List.of(more));
        return this;
    }

    public Command with(String variable, Path value) {
        environment.put(variable, value.toString());
        return this;
    }

    public String run(NetworkNamespace namespace) throws IOException, InterruptedException {
        return namespace.<String, InterruptedException>call(inside -> run());
    }

    /** Runs it and returns its standard output; what it says on standard error becomes the exception when it fails. */
    public String run() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        builder.environment().merge("PATH", "/usr/local/sbin:/usr/sbin:/sbin", (path, system) -> path + ":" + system);
        builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Process process;
        try {
            process = builder.start();
        } catch (IOException absent) {
            throw new SandboxException(
                    "cannot run " + words.get(0) + ": is it installed? (" + absent.getMessage() + ")");
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new SandboxException(words.get(0) + " did not end in " + PATIENCE.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                String complaint = output.strip();
                throw new SandboxException(words.get(0) + " failed (" + process.exitValue() + "): "
                        + complaint.substring(Math.max(0, complaint.length() - LONGEST_COMPLAINT)));
            }
            return output;
        } finally {
            process.destroyForcibly();
        }
    }
}
