package org.karst.itests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The sandbox's program, run as the launcher runs it, with a name, a state directory and a port of its own. */
record SandboxProgram(String name, Path state, int port) {
    private static final Path REPOSITORY = Path.of(System.getProperty("karst.repository"));

    /** One that disturbs no other. */
    static SandboxProgram named(String name) throws IOException {
        Path folder = Files.createTempDirectory("karst-t");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new SandboxProgram(name, folder.resolve("state"), free.getLocalPort());
        }
    }

    Commands.Result run(int seconds, String... words) throws IOException {
        String classpath =
                Files.readString(REPOSITORY.resolve("sandbox/target/classpath")).strip();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-cp", classpath, "org.karst.sandbox.Main"));
        command.addAll(List.of(words));
        Map<String, String> environment = Map.of(
                "KARST_NAME", name,
                "KARST_STATE", state.toString(),
                "KARST_PORT", Integer.toString(port),
                "KARST_DISTRIBUTION",
                        REPOSITORY.resolve("karaf-distribution/target/assembly").toString());
        return Commands.run(Duration.ofSeconds(seconds), environment, command);
    }
}
