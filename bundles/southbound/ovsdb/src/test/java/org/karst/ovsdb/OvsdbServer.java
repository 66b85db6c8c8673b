package org.karst.ovsdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A real ovsdb-server in a directory of its own, with the schema of Open vSwitch. */
public final class OvsdbServer implements AutoCloseable {
    private final Path directory;
    private final List<String> extra = new ArrayList<>();
    private Process process;

    private OvsdbServer(Path directory) {
        this.directory = directory;
    }

    /** Starts one with an empty database in a file of one server. */
    public static OvsdbServer standalone(String... options) {
        return started("create", "", options);
    }

    /** Starts one with an empty database in a cluster of one server: such a one remembers past transactions. */
    static OvsdbServer clustered() {
        return started("create-cluster", "unix:");
    }

    private static OvsdbServer started(String create, String address, String... options) {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ovsdb-server")), "ovsdb-server is not installed");
        try {
            OvsdbServer server = new OvsdbServer(Files.createTempDirectory("karst-ovsdb-"));
            server.extra.addAll(Arrays.asList(options));
            List<String> tool = new ArrayList<>(
                    List.of("ovsdb-tool", create, server.file("conf.db"), "/usr/share/openvswitch/vswitch.ovsschema"));
            if (!address.isEmpty()) {
                tool.add(address + server.file("raft.sock"));
            }
            try {
                server.run(tool);
                server.start();
            } catch (AssertionError | RuntimeException e) {
                server.close();
                throw e;
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        try {
            Files.deleteIfExists(socket());
            Files.deleteIfExists(directory.resolve("ctl"));
            List<String> command = new ArrayList<>(List.of(
                    "ovsdb-server",
                    file("conf.db"),
                    "--remote=punix:" + socket(),
                    "--unixctl=" + file("ctl"),
                    "--log-file=" + file("log"),
                    "--no-chdir"));
            command.addAll(extra);
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("out").toFile()))
                    .start();
            for (int i = 0; !Files.exists(socket()) || !Files.exists(directory.resolve("ctl")); i++) {
                if (i > 6000 || !process.isAlive()) {
                    throw new IllegalStateException(
                            "ovsdb-server did not start: " + Files.readString(directory.resolve("out")));
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            // the files are there before anybody listens
            awaitTrue(() -> answers("ctl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As if the machine's memory had run out. */
    void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public void restart() {
        kill();
        start();
    }

    /** Waits for something that another process does. */
    public void awaitTrue(java.util.function.BooleanSupplier condition) {
        for (int i = 0; !condition.getAsBoolean(); i++) {
            if (i > 3000) {
                throw new AssertionError("It did not become true.");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** The port that a remote of port 0 got; only its log tells. */
    int port() {
        Pattern said = Pattern.compile("listening on port (\\d+)");
        try {
            Matcher line = said.matcher(Files.readString(directory.resolve("log")));
            if (!line.find()) {
                throw new AssertionError("The server listens on no port.");
            }
            return Integer.parseInt(line.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return directory;
    }

    public Path socket() {
        return directory.resolve("db.sock");
    }

    public Endpoint endpoint() {
        return new Endpoint.Unix(socket());
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    /** Runs ovs-vsctl against this server and returns what it prints. */
    public String vsctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--no-wait", "--db=unix:" + socket()));
        command.addAll(Arrays.asList(arguments));
        return run(command);
    }

    /** Asks a daemon by the control socket of this name. */
    public String appctl(String control, String... words) {
        List<String> command = new ArrayList<>(List.of("ovs-appctl", "-t", file(control)));
        command.addAll(Arrays.asList(words));
        return run(command);
    }

    /** Whether a daemon answers on its control socket. */
    boolean answers(String control) {
        try {
            appctl(control, "version");
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    /** Runs a program that must end well; returns what it wrote. */
    public String run(List<String> command) {
        try {
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (tool.waitFor() != 0) {
                throw new IllegalStateException(command + ": " + output);
            }
            return output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
