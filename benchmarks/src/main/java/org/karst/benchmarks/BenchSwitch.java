package org.karst.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real ovs-vswitchd with one bridge in the dummy datapath, in a directory of its own and the caller's network namespace. */
final class BenchSwitch implements AutoCloseable {
    static final long DATAPATH = 0x4b01;
    private static final String BRIDGE = "br-int";

    private final Path directory;
    private final List<Process> daemons = new ArrayList<>();

    private BenchSwitch(Path directory) {
        this.directory = directory;
    }

    static BenchSwitch start() throws IOException, InterruptedException {
        BenchSwitch made = new BenchSwitch(Files.createTempDirectory("karst-bench-"));
        try {
            made.begin();
        } catch (IOException | InterruptedException | RuntimeException e) {
            made.close();
            throw e;
        }
        return made;
    }

    private void begin() throws IOException, InterruptedException {
        run("ovsdb-tool", "create", path("conf.db"), "/usr/share/openvswitch/vswitch.ovsschema");
        launch("ovsdb-server", path("conf.db"), "--remote=punix:" + path("db.sock"), "--unixctl=" + path("ovsdb.ctl"));
        await("db.sock");
        vsctl("--no-wait", "init");
        launch(
                "ovs-vswitchd",
                "unix:" + path("db.sock"),
                "--enable-dummy",
                "--disable-system",
                "--disable-system-route",
                "--unixctl=" + path("vswitchd.ctl"));
        await("vswitchd.ctl");
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
                String.format("other-config:datapath-id=%016x", DATAPATH));
    }

    void connect(int port) throws IOException, InterruptedException {
        vsctl(
                "set-controller",
                BRIDGE,
                "tcp:127.0.0.1:" + port,
                "--",
                "set",
                "controller",
                BRIDGE,
                "max_backoff=1000",
                "inactivity_probe=30000");
    }

    Path directory() {
        return directory;
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private void await(String name) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.exists(directory.resolve(name))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(name + " did not appear in " + directory);
            }
            Thread.sleep(10);
        }
    }

    private void vsctl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--db=unix:" + path("db.sock")));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** ovs-ofctl on the bridge: the command and what follows the bridge; {@code --bundle} may come first. */
    void ofctl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-ofctl", "-O", "OpenFlow15"));
        int name = arguments[0].startsWith("--") ? 1 : 0;
        command.addAll(List.of(arguments).subList(0, name + 1));
        command.add("unix:" + path(BRIDGE + ".mgmt"));
        command.addAll(List.of(arguments).subList(name + 1, arguments.length));
        run(command.toArray(String[]::new));
    }

    private ProcessBuilder builder(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OVS_RUNDIR", directory.toString());
        return builder;
    }

    private void launch(String... command) throws IOException {
        daemons.add(builder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("output.log").toFile()))
                .start());
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = builder(command).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + output);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Process daemon : daemons) {
            daemon.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
