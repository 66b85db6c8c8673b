package org.karst.sandbox.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.karst.sandbox.NodePlan;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/** A run over a directory of cases, in a sandbox of its own. */
public final class Verification implements AutoCloseable {
    /** Where no line is known, this one stands for all of them. */
    private static final PolicyCase.Expectation ANY =
            new PolicyCase.Expectation("?", "??", 0, "", PolicyCase.Protocol.TCP, true, false);

    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(1);
    private static final Duration SECOND_PATIENCE = Duration.ofSeconds(5);

    private final SandboxSettings settings;
    private final ServerSettings server;
    private final boolean packets;
    private final ExecutorService workers;
    private final Consumer<String> progress;
    private Optional<SandboxCluster> sandbox = Optional.empty();
    private Optional<CaseCluster> cluster = Optional.empty();
    private final List<CaseResult> results = new ArrayList<>();

    /** What came of one file. */
    private record CaseResult(Path file, List<StepResult> steps) {
        long failed() {
            return steps.stream().mapToLong(StepResult::failed).sum();
        }

        long passed() {
            return steps.stream().mapToLong(StepResult::passed).sum();
        }
    }

    /**
     * A run.
     *
     * @param packets whether real packets are sent; else flows are traced. SCTP is always traced
     * @param jobs how many lines are asked at a time
     */
    public Verification(
            SandboxSettings settings, ServerSettings server, boolean packets, int jobs, Consumer<String> progress) {
        this.settings = settings;
        this.server = server;
        this.packets = packets;
        this.workers = Executors.newFixedThreadPool(jobs);
        this.progress = progress;
    }

    /** The cases below a directory (or one file), in the order of their names. */
    public static List<Path> files(Path directory) throws IOException {
        if (Files.isRegularFile(directory)) {
            return List.of(directory);
        }
        if (!Files.isDirectory(directory)) {
            throw new SandboxException("there is no directory " + directory);
        }
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> files = found.filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new SandboxException("there is no case (*.json) in " + directory);
            }
            return files;
        }
    }

    /** Runs one case, and prints what is wrong. */
    public void run(Path file, PrintStream output) throws InterruptedException {
        long start = System.nanoTime();
        List<StepResult> steps = steps(file);
        if (Thread.interrupted()) {
            throw new InterruptedException("the case " + file + " was interrupted");
        }
        CaseResult result = new CaseResult(file, steps);
        results.add(result);
        output.printf(
                "%-6s %s: %d lines, %d wrong, %.1f s%n",
                result.failed() == 0 ? "ok" : "FAILED",
                file.getFileName(),
                result.passed() + result.failed(),
                result.failed(),
                (System.nanoTime() - start) / 1e9);
        for (StepResult step : steps) {
            String table = step.table();
            if (!table.isEmpty()) {
                output.println("  step " + step.name());
                output.print(table);
            }
        }
    }

    private List<StepResult> steps(Path file) throws InterruptedException {
        List<StepResult> done = new ArrayList<>();
        PolicyCase wanted;
        try {
            wanted = PolicyCase.read(file);
            if (wanted.steps().stream().allMatch(step -> step.expected().isEmpty())) {
                throw new SandboxException(file + " is no case: no step has an expected line");
            }
        } catch (IOException unreadable) {
            return List.of(failed("-", List.of(), String.valueOf(unreadable.getMessage())));
        }
        String trouble = "";
        try {
            prepare(wanted);
        } catch (IOException | RuntimeException failure) {
            trouble = "the cluster of the case cannot be built: " + failure.getMessage();
        }
        int number = 0;
        for (PolicyCase.Step step : wanted.steps()) {
            number++;
            String name = number + (step.name().isEmpty() ? "" : " (" + step.name() + ")");
            if (trouble.isEmpty()) {
                try {
                    cluster.orElseThrow().apply(step.actions());
                    done.add(ask(name, step.expected()));
                    continue;
                } catch (IOException | RuntimeException failure) {
                    trouble = String.valueOf(failure.getMessage());
                }
            }
            done.add(failed(name, step.expected(), trouble));
        }
        return done;
    }

    private static StepResult failed(String name, List<PolicyCase.Expectation> expected, String problem) {
        List<StepResult.Line> lines = expected.stream()
                .filter(line -> !line.loopback())
                .map(line -> new StepResult.Line(line, Optional.empty(), problem, false))
                .toList();
        int skipped = expected.size() - lines.size();
        return new StepResult(
                name,
                lines.isEmpty() ? List.of(new StepResult.Line(ANY, Optional.empty(), problem, false)) : lines,
                skipped,
                problem);
    }

    /** The sandbox stays from case to case while its nodes are the right ones. */
    private void prepare(PolicyCase wanted) throws IOException, InterruptedException {
        List<NodePlan> nodes = CaseNodes.of(wanted);
        if (sandbox.isEmpty() || !sandbox.get().sandbox().settings().plans().equals(nodes)) {
            end();
            sandbox = Optional.of(SandboxCluster.start(settings.withNodes(nodes), server, progress));
            cluster = Optional.of(new CaseCluster(sandbox.get()));
        }
        cluster.orElseThrow().become(wanted.cluster());
    }

    private StepResult ask(String name, List<PolicyCase.Expectation> expected)
            throws IOException, InterruptedException {
        Map<String, Endpoint> endpoints = cluster.orElseThrow().endpoints();
        List<PolicyCase.Expectation> asked =
                expected.stream().filter(line -> !line.loopback()).toList();
        List<StepResult.Line> lines = new ArrayList<>();
        try (TraceProbe trace = new TraceProbe(sandbox.orElseThrow().sandbox())) {
            List<Future<StepResult.Line>> answers = new ArrayList<>();
            for (PolicyCase.Expectation line : asked) {
                answers.add(workers.submit(() -> ask(line, endpoints, trace)));
            }
            for (Future<StepResult.Line> answer : answers) {
                lines.add(answer.get());
            }
        } catch (ExecutionException failure) {
            throw new SandboxException("a line could not be asked: " + failure.getCause(), failure);
        }
        return new StepResult(name, lines, expected.size() - asked.size(), "");
    }

    private StepResult.Line ask(PolicyCase.Expectation line, Map<String, Endpoint> endpoints, TraceProbe trace)
            throws InterruptedException {
        Endpoint from = endpoints.get(line.from());
        Endpoint to = endpoints.get(line.to());
        boolean byTrace = !packets || line.protocol() == PolicyCase.Protocol.SCTP;
        if (from == null || to == null) {
            return new StepResult.Line(
                    line, Optional.empty(), "there is no pod " + (from == null ? line.from() : line.to()), byTrace);
        }
        try {
            boolean reaches;
            if (byTrace) {
                reaches = trace.reaches(from, to, line.port(), line.protocol());
            } else {
                reaches = new PacketProbe(FIRST_PATIENCE).reaches(from, to, line.port(), line.protocol());
                if (!reaches && line.allowed()) {
                    // A machine under load may take longer; what is denied stays so.
                    reaches = new PacketProbe(SECOND_PATIENCE).reaches(from, to, line.port(), line.protocol());
                }
            }
            return new StepResult.Line(line, Optional.of(reaches), "", byTrace);
        } catch (IOException failure) {
            return new StepResult.Line(line, Optional.empty(), String.valueOf(failure.getMessage()), byTrace);
        }
    }

    public long passed() {
        return results.stream().mapToLong(CaseResult::passed).sum();
    }

    public long failed() {
        return results.stream().mapToLong(CaseResult::failed).sum();
    }

    /** How many lines were asked by trace although packets were wanted, and how many not at all. */
    public String remarks() {
        long skipped = results.stream()
                .flatMap(result -> result.steps().stream())
                .mapToLong(StepResult::skipped)
                .sum();
        return (packets ? byTrace() + " of them SCTP, asked by trace; " : "") + skipped + " loopback lines skipped";
    }

    private long byTrace() {
        return results.stream()
                .flatMap(result -> result.steps().stream())
                .mapToLong(StepResult::byTrace)
                .sum();
    }

    /** For {@code --json}. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("passed", passed());
        map.put("failed", failed());
        map.put("byTrace", byTrace());
        map.put(
                "cases",
                results.stream()
                        .map(result -> Map.of(
                                "file",
                                result.file().toString(),
                                "passed",
                                result.passed(),
                                "failed",
                                result.failed(),
                                "steps",
                                result.steps().stream().map(StepResult::toMap).toList()))
                        .toList());
        return map;
    }

    private void end() throws IOException, InterruptedException {
        cluster = Optional.empty();
        if (sandbox.isPresent()) {
            SandboxCluster ending = sandbox.get();
            sandbox = Optional.empty();
            ending.close();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        workers.shutdownNow();
        end();
    }
}
