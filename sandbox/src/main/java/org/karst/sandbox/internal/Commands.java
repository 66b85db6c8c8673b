package org.karst.sandbox.internal;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.Sandbox;
import org.karst.sandbox.SandboxException;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.chaos.Chaos;
import org.karst.sandbox.oracle.Oracle;
import org.karst.sandbox.oracle.Replay;
import org.karst.sandbox.verify.Verification;

/** What the program does for each command; each returns its exit status. */
public final class Commands {
    public static final int WELL = 0;
    public static final int NOT_WELL = 1;
    public static final int WRONG_USAGE = 2;
    public static final int WRONG_STATE = 3;
    public static final int MACHINE = 70;
    /** What shells say of a program that cannot be run. */
    public static final int NO_PROGRAM = 127;
    /** What shells say of a program that ^C has ended. */
    public static final int INTERRUPTED = 130;

    private final Environment environment;
    private final PrintStream output;
    private final PrintStream progress;

    public Commands(Environment environment, PrintStream output, PrintStream progress) {
        this.environment = environment;
        this.output = output;
        this.progress = progress;
    }

    public int up(Arguments arguments) throws IOException, InterruptedException {
        Optional<Description> running = running();
        if (running.isPresent()) {
            progress.println("karst: a sandbox of " + count(running.get().settings()) + " runs already in "
                    + environment.state() + ". Look: ./karst status; end it: ./karst down");
            return WRONG_STATE;
        }
        Description started = start(arguments);
        if (arguments.json()) {
            output.println(Serialization.asJson(started.toMap()));
        } else {
            output.println(count(started.settings()) + " up. The API is at https://127.0.0.1:" + started.port()
                    + ", its kubeconfig is " + environment.kubeconfig());
        }
        return WELL;
    }

    private Description start(Arguments arguments) throws IOException, InterruptedException {
        if (Files.exists(Teardown.journal(environment.state()))) {
            progress.println("removing what an earlier sandbox left");
            Sandbox.end(environment.state());
        }
        Keeper.start(environment, arguments, timed());
        return Description.read(environment.state())
                .orElseThrow(() -> new SandboxException("the sandbox ended at once; see ./karst status"));
    }

    /** Prints each step with the time since the beginning. */
    private Consumer<String> timed() {
        long start = System.nanoTime();
        return step -> progress.printf("%5.1f s  %s%n", (System.nanoTime() - start) / 1e9, step);
    }

    private Optional<Description> running() throws IOException {
        return Description.read(environment.state()).filter(Description::isKept);
    }

    public int down(Arguments arguments) throws IOException, InterruptedException {
        boolean any = Files.exists(environment.state());
        Sandbox.end(environment.state());
        if (arguments.json()) {
            output.println(Serialization.asJson(Map.of("ended", any)));
        } else {
            output.println(any ? "the sandbox is gone" : "there was no sandbox in " + environment.state());
        }
        return WELL;
    }

    public int status(Arguments arguments) throws IOException {
        Optional<Description> sandbox = Description.read(environment.state());
        if (sandbox.isEmpty()) {
            return noSandbox(arguments);
        }
        Status status = Status.of(environment, sandbox.get());
        if (arguments.json()) {
            output.println(Serialization.asJson(status.toMap()));
        } else {
            status.print(output);
        }
        return status.isWell() ? WELL : NOT_WELL;
    }

    private static String count(SandboxSettings settings) {
        return settings.nodeCount() + (settings.nodeCount() == 1 ? " node" : " nodes");
    }

    private int noSandbox(Arguments arguments) {
        if (arguments.json()) {
            output.println(Serialization.asJson(Map.of("running", false)));
        }
        boolean rest = Files.exists(Teardown.journal(environment.state()));
        progress.println(
                rest
                        ? "karst: a sandbox in " + environment.state()
                                + " is being started, or its start was cut off (./karst down)"
                        : "karst: no sandbox runs in " + environment.state() + "; start one: sudo ./karst up");
        return WRONG_STATE;
    }

    public int demo(Arguments arguments) throws IOException, InterruptedException {
        Optional<Description> running = running();
        Description sandbox = running.isPresent() ? running.get() : start(arguments);
        SandboxSettings settings = sandbox.settings();
        if (settings.nodeCount() != arguments.nodes() || settings.families() != arguments.families()) {
            progress.println("karst: this measures the sandbox that runs already, " + count(settings) + ", "
                    + settings.families() + ". For another: ./karst down");
        }
        Matrix matrix = Demo.run(environment, sandbox, timed());
        if (arguments.json()) {
            output.println(Serialization.asJson(matrix.toMap()));
        } else {
            matrix.print(output, Terminal.isColoured());
            output.println(matrix.passed() + " passed, " + matrix.failed() + " failed");
            output.println();
            output.println("look around: sudo ./karst status, sudo ./karst exec demo/web-1 -- ip address");
            output.println("the server's shell: sudo ./karst shell");
            output.println("end it: sudo ./karst down");
        }
        return matrix.failed() == 0 ? WELL : NOT_WELL;
    }

    /** {@code DIR [--trace|--packets] [--jobs N] [--json]}: asks a sandbox of its own whether tables from elsewhere hold. */
    public int verify(VerifyArguments arguments) throws IOException, InterruptedException {
        if (Files.exists(Teardown.journal(environment.state()))) {
            progress.println("karst: there is a sandbox in " + environment.state()
                    + " already, and verify builds its own. End it first: ./karst down");
            return WRONG_STATE;
        }
        List<Path> files = Verification.files(arguments.directory());
        SandboxSettings settings = SandboxSettings.of(environment.name(), environment.state());
        PrintStream told = arguments.json() ? progress : output;
        try (OrderlyEnd end = OrderlyEnd.watch();
                Verification verification = new Verification(
                        settings, environment.server(), arguments.packets(), arguments.jobs(), timed())) {
            for (Path file : files) {
                verification.run(file, told);
            }
            if (arguments.json()) {
                output.println(Serialization.asJson(verification.toMap()));
            } else {
                output.println(verification.remarks());
                output.println(verification.passed() + " passed, " + verification.failed() + " failed");
            }
            return verification.failed() == 0 ? WELL : NOT_WELL;
        }
    }

    /** {@code [--minutes N] [--seed S]}: disturbs a sandbox of its own, under traffic. */
    public int chaos(ChaosArguments arguments) throws IOException, InterruptedException {
        if (Files.exists(Teardown.journal(environment.state()))) {
            progress.println("karst: there is a sandbox in " + environment.state()
                    + " already, and chaos builds its own. End it first: ./karst down");
            return WRONG_STATE;
        }
        Chaos chaos = new Chaos(
                SandboxSettings.of(environment.name(), environment.state()),
                environment.server(),
                arguments.seed(),
                arguments.length(),
                timed(),
                output);
        try (OrderlyEnd end = OrderlyEnd.watch()) {
            chaos.run();
        }
        output.println(chaos.passed() + " passed, " + chaos.failed() + " failed");
        return chaos.failed() == 0 ? WELL : NOT_WELL;
    }

    public int exec(List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(words.subList(Math.min(1, words.size()), words.size()));
        if (!command.isEmpty() && command.get(0).equals("--")) {
            command.remove(0);
        }
        if (words.isEmpty() || command.isEmpty()) {
            throw new IllegalArgumentException("usage: exec NAMESPACE/POD -- COMMAND");
        }
        Optional<Description> sandbox = Description.read(environment.state());
        if (sandbox.isEmpty()) {
            return noSandbox(Arguments.parse(List.of()));
        }
        try (NetworkNamespace namespace = NetworkNamespace.named(
                namespaceOf(words.get(0), sandbox.get().settings().name()))) {
            return run(command, Map.of(), namespace);
        }
    }

    /** The network namespace that a user means. */
    private String namespaceOf(String place, String sandbox) throws IOException {
        int slash = place.indexOf('/');
        if (slash < 0 || place.startsWith("node/")) {
            String name = sandbox + "-" + place.substring(slash + 1);
            if (NetworkNamespace.names().contains(name)) {
                return name;
            }
        }
        if (slash >= 0) {
            String prefix = PodNamespaces.prefix(sandbox, place.substring(0, slash), place.substring(slash + 1));
            Optional<String> newest = NetworkNamespace.names().stream()
                    .filter(name -> name.startsWith(prefix)
                            && name.substring(prefix.length()).matches("[0-9a-f]{1,8}"))
                    .max(Comparator.comparing(
                            name -> Path.of("/run/netns", name).toFile().lastModified()));
            if (newest.isPresent()) {
                return newest.get();
            }
        }
        throw new SandboxException("there is no pod, node or other place '" + place
                + "' here: give NAMESPACE/POD, node/NAME, outside or controller (./karst status lists them)");
    }

    /** The server's own shell, in its own program. */
    public int shell(List<String> words) throws IOException, InterruptedException {
        if (running().isEmpty()) {
            return noSandbox(Arguments.parse(List.of()));
        }
        List<String> command = new ArrayList<>();
        command.add(environment.distribution().resolve("bin/karst-shell").toString());
        command.addAll(words);
        Map<String, String> variables = new TreeMap<>();
        variables.put("KARST_DATA", environment.state().resolve("server/data").toString());
        try (NetworkNamespace here = NetworkNamespace.current()) {
            return run(command, variables, here);
        }
    }

    /** {@code [--requests N] [--seed S]}: the same requests to Karst's API server and to a real kube-apiserver. */
    public int verifyApi(VerifyApiArguments arguments) throws IOException, InterruptedException {
        if (Files.exists(Teardown.journal(environment.state()))) {
            progress.println("karst: there is a sandbox in " + environment.state()
                    + " already, and verify-api starts servers of its own. End it first: ./karst down");
            return WRONG_STATE;
        }
        Consumer<String> timed = timed();
        SandboxSettings settings = SandboxSettings.of(environment.name(), environment.state());
        try (OrderlyEnd end = OrderlyEnd.watch();
                Oracle oracle = Oracle.start(settings, environment.server(), environment.kubernetes(), timed)) {
            Replay replay = oracle.replay(arguments.seed(), output::println);
            timed.accept(arguments.requests() + " requests of seed " + arguments.seed());
            replay.run(arguments.requests());
            replay.explained().forEach((explanation, times) -> timed.accept(times + " times: " + explanation.what()));
            output.println(replay.passed() + " passed, " + replay.failed() + " failed");
            return replay.failed() == 0 ? WELL : NOT_WELL;
        }
    }

    /** Runs a program on this terminal. */
    private int run(List<String> command, Map<String, String> variables, NetworkNamespace namespace)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(variables);
        Process process;
        try {
            process = namespace.<Process, RuntimeException>call(inside -> builder.start());
        } catch (IOException absent) {
            // Its message has the name and the system's reason.
            progress.println("karst: " + absent.getMessage());
            return NO_PROGRAM;
        }
        return process.waitFor();
    }
}
