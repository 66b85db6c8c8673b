package org.karst.testing.fuzzing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs one target in a virtual machine of its own, since it is instrumented. A run is bounded by a number of inputs, not by time,
 * so that a slow machine tries as much as a fast one; {@code -Dkarst.fuzz.runs=N} makes it longer.
 */
public final class Fuzzer {
    private static final int FOUND = 77;
    private static final long PATIENCE_MINUTES = 30;
    private static final Pattern EXECUTIONS = Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+)");

    private Fuzzer() {}

    /**
     * What became of a run.
     *
     * @param found whether the target threw
     * @param failure what it threw, with the input in Base64; "" if it did not
     * @param branches how many branches of Karst's code were seen
     */
    public record Outcome(boolean found, String failure, int branches) {}

    /**
     * Tries inputs until one makes the target throw, or that many were tried.
     *
     * @param corpus a folder with inputs to begin with; stays as it is
     * @param scratch an empty folder
     * @throws IOException if the fuzzer could not run
     */
    public static Outcome run(Class<?> target, Path corpus, Path scratch, long inputs)
            throws IOException, InterruptedException {
        Path growing = Files.createDirectories(scratch.resolve("corpus"));
        try (Stream<Path> seeds = Files.list(corpus)) {
            for (Path seed : seeds.sorted().toList()) {
                Files.copy(seed, growing.resolve(seed.getFileName()));
            }
        }
        long runs = Math.max(inputs, Long.getLong("karst.fuzz.runs", 0));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=org.karst.**",
                "--custom_hook_includes=org.karst.**",
                "--reproducer_path=" + scratch,
                "-artifact_prefix=" + scratch + "/",
                "-seed=1",
                "-runs=" + runs,
                "-max_len=2048",
                // how near two compared values are counts too: a way to constants of one or two bytes
                "-use_value_profile=1",
                // the whole process counts, and most of it is the machine
                "-rss_limit_mb=0",
                growing.toString()));
        Path log = scratch.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("the fuzzer did not end in " + PATIENCE_MINUTES + " minutes");
            }
        } finally {
            process.destroyForcibly();
        }
        String output = Files.readString(log, StandardCharsets.UTF_8);
        boolean found = process.exitValue() == FOUND && output.contains("== Java Exception:");
        if (!found && process.exitValue() != 0) {
            throw new IOException("the fuzzer ended with " + process.exitValue() + ":\n" + output);
        }
        Matcher executions = EXECUTIONS.matcher(output);
        return new Outcome(
                found, found ? failure(output) : "", executions.find() ? Integer.parseInt(executions.group(2)) : 0);
    }

    private static String failure(String output) {
        return output.substring(output.indexOf("== Java Exception:"))
                .lines()
                .filter(line -> !line.startsWith("artifact_prefix") && !line.startsWith("DEDUP"))
                .collect(Collectors.joining("\n"));
    }
}
