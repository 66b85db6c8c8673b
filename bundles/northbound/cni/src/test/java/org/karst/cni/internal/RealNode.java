package org.karst.cni.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A network namespace with a real Open vSwitch (userspace datapath), and namespaces for containers. */
final class RealNode implements AutoCloseable {
    private final String name;
    private final Path directory;
    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    /** What a program said and how it ended. */
    record Run(int exit, String output) {}

    RealNode(String name, Path directory) {
        this.name = name;
        this.directory = directory;
        namespace(name);
        must("ovsdb-tool", "create", file("conf.db"), "/usr/share/openvswitch/vswitch.ovsschema");
        startDatabase();
        vsctl("init");
        startSwitch();
    }

    String name() {
        return name;
    }

    String endpoint() {
        return "unix:" + file("db.sock");
    }

    private String file(String file) {
        return directory.resolve(file).toString();
    }

    private void startDatabase() {
        daemon(
                "ovsdb",
                "ovsdb-server",
                file("conf.db"),
                "--remote=punix:" + file("db.sock"),
                "--unixctl=" + file("ovsdb.ctl"),
                "--no-chdir");
        awaitFile("ovsdb.ctl");
    }

    private void startSwitch() {
        daemon(
                "vswitchd",
                "ip",
                "netns",
                "exec",
                name,
                "ovs-vswitchd",
                endpoint(),
                "--disable-system",
                "--disable-system-route",
                "--unixctl=" + file("vswitchd.ctl"),
                "--pidfile=" + file("vswitchd.pid"),
                "--no-chdir");
        awaitFile("vswitchd.ctl");
    }

    /** A namespace for a container. */
    String namespace(String namespace) {
        must("ip", "netns", "add", namespace);
        namespaces.add(namespace);
        return "/run/netns/" + namespace;
    }

    private void daemon(String log, String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve(log + ".log").toFile());
            builder.environment().put("OVS_RUNDIR", directory.toString());
            processes.add(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitFile(String file) {
        for (int i = 0; !Files.exists(directory.resolve(file)); i++) {
            if (i > 6000) {
                close();
                throw new IllegalStateException(file + " did not appear");
            }
            pause();
        }
    }

    static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String vsctl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--retry", "--no-wait", "--db=" + endpoint()));
        command.addAll(Arrays.asList(arguments));
        return must(command.toArray(String[]::new));
    }

    /** Waits until the switch has done all that its database asks for. */
    void awaitIdle() {
        must(
                "ovs-vsctl",
                "--retry",
                "--db=" + endpoint(),
                "set",
                "Open_vSwitch",
                ".",
                "external_ids:idle=" + System.nanoTime());
    }

    /** Runs a program in a namespace. */
    Run in(String namespace, String... command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(Arrays.asList(command));
        return finish(start(whole, Map.of(), ""));
    }

    static Process start(List<String> command, Map<String, String> environment, String input) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.start();
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Run finish(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String must(String... command) {
        Run run = finish(start(List.of(command), Map.of(), ""));
        if (run.exit() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + run.output());
        }
        return run.output();
    }

    /** As if the machine's memory had run out. */
    void restartSwitch() {
        end(processes.remove(processes.size() - 1));
        try {
            Files.delete(directory.resolve("vswitchd.ctl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startSwitch();
    }

    private static void end(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        processes.forEach(RealNode::end);
        namespaces.forEach(namespace -> finish(start(List.of("ip", "netns", "del", namespace), Map.of(), "")));
    }
}
