package org.karst.bench.boot;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.karst.sandbox.OpenVSwitch;
import org.karst.sandbox.SandboxCluster;
import org.karst.sandbox.SandboxNode;
import org.karst.sandbox.SandboxSettings;
import org.karst.sandbox.ServerSettings;

/**
 * From the start of the server's process to the first flow that a real switch has taken over: one node, whose switch has lost all
 * its flows while the server was down. The switch itself tells the moment, by its flow monitor.
 */
final class FirstFlow implements AutoCloseable {

    private static final String BRIDGE = "br-int";
    private static final int API_PORT = 18_443;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    /** Clock ticks of proc(5) in a second, USER_HZ: 100 on every Linux that runs Java. */
    private static final double TICKS = 100;

    private final SandboxCluster cluster;
    private final SandboxNode node;
    private final OpenVSwitch openVSwitch;

    private FirstFlow(SandboxCluster cluster) {
        this.cluster = cluster;
        this.node = cluster.sandbox().nodes().get(0);
        this.openVSwitch = cluster.sandbox().openVSwitch(node);
    }

    /**
     * Starts the sandbox, so that bundle cache and store are filled.
     *
     * @param distribution the unpacked distribution
     * @param state folder for all files of the sandbox
     */
    static FirstFlow start(Path distribution, Path state) throws IOException, InterruptedException {
        return new FirstFlow(SandboxCluster.start(
                SandboxSettings.of("karst-b", state).withNodes(1),
                new ServerSettings(
                        distribution, distribution.resolve("bin/karst-cni"), API_PORT, Optional.empty(), Map.of()),
                progress -> {}));
    }

    /** One restart, in seconds. */
    double measure() throws IOException, InterruptedException {
        long before = cluster.serverPid();
        end(before);
        openVSwitch.ofctl("del-flows", BRIDGE);
        Process monitor = monitor();
        try {
            double first = firstAddition(monitor);
            return first - startOf(cluster.serverPid());
        } finally {
            monitor.destroy();
            monitor.waitFor();
        }
    }

    /** The sandbox starts the server again by itself, a second after its end. */
    private static void end(long pid) throws InterruptedException {
        Optional<ProcessHandle> server = ProcessHandle.of(pid);
        server.ifPresent(ProcessHandle::destroy);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (server.isPresent() && server.get().isAlive()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the server did not end on SIGTERM");
            }
            Thread.sleep(5);
        }
    }

    private Process monitor() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "ovs-ofctl",
                        "-O",
                        "OpenFlow15",
                        "monitor",
                        "unix:" + node.directory().resolve(BRIDGE + ".mgmt"),
                        "watch:!initial")
                .redirectErrorStream(true);
        // where it puts its own control socket
        builder.environment().put("OVS_RUNDIR", node.directory().toString());
        return builder.start();
    }

    /** Waits for the monitor's first word of an added flow and returns the time since the machine's boot in seconds. */
    private static double firstAddition(Process monitor) throws IOException, InterruptedException {
        CompletableFuture<Double> moment = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(monitor, moment), "flow-monitor");
        reader.setDaemon(true);
        reader.start();
        try {
            return moment.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no flow reached the switch within " + LONGEST.toSeconds() + " s", e);
        }
    }

    private static void read(Process monitor, CompletableFuture<Double> moment) {
        try (BufferedReader lines = monitor.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains("event=ADDED")) {
                    moment.complete(sinceBoot());
                    return;
                }
            }
            moment.completeExceptionally(new IOException("the flow monitor ended"));
        } catch (IOException e) {
            moment.completeExceptionally(e);
        }
    }

    private static double sinceBoot() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
    }

    /** When a process started, in seconds since the machine's boot; the 22nd field of proc(5)'s stat. */
    private static double startOf(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(afterName[19]) / TICKS;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        cluster.close();
    }
}
