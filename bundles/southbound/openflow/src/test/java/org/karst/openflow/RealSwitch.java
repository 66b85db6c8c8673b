package org.karst.openflow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real ovs-vswitchd with one bridge in the dummy datapath, in a network namespace and a directory of its own. It connects
 * to the driver by a Unix socket.
 */
final class RealSwitch implements AutoCloseable {
    static final String BRIDGE = "br-int";

    private final Path directory;
    /** Its network namespace; empty: that of this process, in which it makes nothing but connections to the loopback. */
    private final Optional<String> namespace;

    private final long datapathId;
    private Process database;
    private Process daemon;
    private SwitchLine line;

    private RealSwitch(Path directory, Optional<String> namespace, long datapathId) {
        this.directory = directory;
        this.namespace = namespace;
        this.datapathId = datapathId;
    }

    static RealSwitch start(long datapathId) throws IOException, InterruptedException {
        return start(
                datapathId,
                Optional.of("karst-t-of-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000));
    }

    /** One that reaches the loopback of this process: for connections that cannot be relayed. */
    static RealSwitch startHere(long datapathId) throws IOException, InterruptedException {
        return start(datapathId, Optional.empty());
    }

    private static RealSwitch start(long datapathId, Optional<String> namespace)
            throws IOException, InterruptedException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a network namespace");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ovs-vswitchd")), "ovs-vswitchd is not installed");
        Path directory = Files.createTempDirectory("karst-openflow-");
        RealSwitch made = new RealSwitch(directory, namespace, datapathId);
        try {
            made.begin();
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            made.close();
            throw e;
        }
        return made;
    }

    private void begin() throws IOException, InterruptedException {
        if (namespace.isPresent()) {
            run("ip", "netns", "add", namespace.get());
        }
        run("ovsdb-tool", "create", path("conf.db"), "/usr/share/openvswitch/vswitch.ovsschema");
        database = launch(
                "ovsdb-server",
                path("conf.db"),
                "--remote=punix:" + path("db.sock"),
                "--unixctl=" + path("ovsdb.ctl"),
                "--pidfile=" + path("ovsdb.pid"));
        awaitFile("db.sock");
        vsctl("--no-wait", "init");
        startDaemon();
        vsctl(
                "add-br",
                BRIDGE,
                "--",
                "set",
                "bridge",
                BRIDGE,
                "datapath_type=dummy",
                "fail_mode=secure",
                "protocols=OpenFlow15",
                String.format("other-config:datapath-id=%016x", datapathId));
    }

    void startDaemon() throws IOException, InterruptedException {
        Files.deleteIfExists(directory.resolve("vswitchd.ctl"));
        List<String> command = new ArrayList<>();
        namespace.ifPresent(name -> command.addAll(List.of("ip", "netns", "exec", name)));
        command.addAll(List.of(
                "ovs-vswitchd",
                "unix:" + path("db.sock"),
                "--enable-dummy",
                "--disable-system",
                "--disable-system-route",
                "--unixctl=" + path("vswitchd.ctl"),
                "--pidfile=" + path("vswitchd.pid"),
                "--log-file=" + path("vswitchd.log")));
        daemon = launch(command.toArray(String[]::new));
        awaitFile("vswitchd.ctl");
    }

    void killDaemon() throws InterruptedException {
        daemon.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** Lets the bridge connect to a controller that listens on the loopback. */
    SwitchLine connect(int port) throws IOException, InterruptedException {
        line = new SwitchLine(directory.resolve("controller.sock"), port);
        vsctl(
                "set-controller",
                BRIDGE,
                "unix:" + path("controller.sock"),
                "--",
                "set",
                "controller",
                BRIDGE,
                "max_backoff=1000");
        return line;
    }

    Path directory() {
        return directory;
    }

    String path(String name) {
        return directory.resolve(name).toString();
    }

    private void awaitFile(String name) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(directory.resolve(name))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(name + " did not appear in " + directory);
            }
            Thread.sleep(10);
        }
    }

    String vsctl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--retry", "--db=unix:" + path("db.sock")));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** ovs-ofctl on the bridge: the command, the bridge, the rest. */
    String ofctl(String command, String... arguments) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("ovs-ofctl", "-O", "OpenFlow15", command, "unix:" + path(BRIDGE + ".mgmt")));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    String appctl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-appctl", "-t", path("vswitchd.ctl")));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private Process launch(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()));
        environment(builder.environment());
        return builder.start();
    }

    private void environment(Map<String, String> environment) {
        environment.put("OVS_RUNDIR", directory.toString());
        environment.put("OVS_DBDIR", directory.toString());
        environment.put("OVS_LOGDIR", directory.toString());
    }

    String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment(builder.environment());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (line != null) {
            line.close();
        }
        for (Process process : new Process[] {daemon, database}) {
            if (process != null) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        }
        if (namespace.isPresent()) {
            run("ip", "netns", "del", namespace.get());
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
