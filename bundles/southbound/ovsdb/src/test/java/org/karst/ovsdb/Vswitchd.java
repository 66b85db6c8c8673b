package org.karst.ovsdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real ovs-vswitchd with the dummy datapath, in a network namespace of its own. */
public final class Vswitchd implements AutoCloseable {
    private final OvsdbServer server;
    private final String namespace;
    private final Process process;
    private boolean closed;

    private Vswitchd(OvsdbServer server, String namespace, Process process) {
        this.server = server;
        this.namespace = namespace;
        this.process = process;
    }

    public static Vswitchd start(OvsdbServer server) {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root for a network namespace");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/ovs-vswitchd")), "ovs-vswitchd is not installed");
        server.vsctl("init");
        String namespace = "karst-t-ovsdb-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;
        server.run(List.of("ip", "netns", "add", namespace));
        Path directory = server.directory();
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "ip",
                            "netns",
                            "exec",
                            namespace,
                            "ovs-vswitchd",
                            "unix:" + server.socket(),
                            "--enable-dummy",
                            "--disable-system",
                            "--disable-system-route",
                            "--unixctl=" + directory.resolve("vswitchd.ctl"),
                            "--pidfile=" + directory.resolve("vswitchd.pid"),
                            "--no-chdir",
                            "--log-file=" + directory.resolve("vswitchd.log"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("vswitchd.out").toFile()));
            builder.environment().put("OVS_RUNDIR", directory.toString());
            Process process = builder.start();
            Vswitchd vswitchd = new Vswitchd(server, namespace, process);
            try {
                server.awaitTrue(() -> server.answers("vswitchd.ctl"));
            } catch (AssertionError | RuntimeException e) {
                vswitchd.close();
                throw e;
            }
            return vswitchd;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs ip(8) in the switch's namespace. */
    public void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(arguments));
        server.run(command);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            Files.deleteIfExists(server.directory().resolve("vswitchd.ctl"));
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
        server.run(List.of("ip", "netns", "del", namespace));
    }
}
