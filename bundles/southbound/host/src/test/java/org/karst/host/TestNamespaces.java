package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Namespaces of one test, deleted at its end; and the tools of the operator as an independent witness. */
public final class TestNamespaces implements AutoCloseable {
    private final List<String> names = new ArrayList<>();
    private final List<NetworkNamespace> open = new ArrayList<>();

    public TestNamespaces() {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    }

    public static String uniqueName(String suffix) {
        return "karst-t-" + ProcessHandle.current().pid() + "-" + suffix;
    }

    public NetworkNamespace create(String suffix) throws HostException {
        String name = uniqueName(suffix);
        names.add(name);
        NetworkNamespace namespace = NetworkNamespace.create(name);
        open.add(namespace);
        return namespace;
    }

    /** What {@code ip} says when asked inside a namespace. */
    public static String ip(NetworkNamespace namespace, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "ip", "-n", namespace.toString().substring(namespace.toString().lastIndexOf('/') + 1)));
        command.addAll(List.of(arguments));
        return run(command);
    }

    public static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + ": " + output).isZero();
        return output;
    }

    /** Waits for what the kernel or another thread does. */
    public static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited 60 s for " + what).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws HostException {
        open.forEach(NetworkNamespace::close);
        for (String name : names) {
            NetworkNamespace.delete(name);
        }
    }
}
