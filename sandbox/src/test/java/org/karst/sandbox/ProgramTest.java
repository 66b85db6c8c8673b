package org.karst.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.Processes;

/** The program as its user starts it: words in, exit status and sentences out. */
@Tag("root")
class ProgramTest {
    private final String name = "karst-t-" + ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private Path state;

    private Map<String, String> environment;

    /** What a run left behind. */
    private record Outcome(int status, String output, String complaints) {}

    @BeforeEach
    void prepare() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        assumeTrue(Files.isReadable(Path.of("/usr/share/openvswitch/vswitch.ovsschema")), "needs Open vSwitch");
        state = directory.resolve("state");
        Path distribution = directory.resolve("distribution");
        Files.createDirectories(distribution.resolve("bin"));
        Files.createDirectories(distribution.resolve("etc"));
        Files.writeString(distribution.resolve("etc/kept.cfg"), "kept = yes\n");
        script(
                distribution.resolve("bin/karst-server"),
                "exec " + java() + " -cp '" + System.getProperty("java.class.path")
                        + "' org.karst.sandbox.ApiOnlyServer");
        script(distribution.resolve("bin/karst-shell"), "echo \"shell $KARST_DATA $*\"; exit 5");
        script(distribution.resolve("bin/karst-cni"), "exit 1");
        try (ServerSocket free = new ServerSocket(0)) {
            environment = Map.of(
                    "KARST_NAME", name,
                    "KARST_STATE", state.toString(),
                    "KARST_DISTRIBUTION", distribution.toString(),
                    "KARST_PORT", Integer.toString(free.getLocalPort()));
        }
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        if (environment != null) {
            assertThat(run("down").status()).isZero();
        }
        assertThat(state).doesNotExist();
        assertThat(NetworkNamespace.names()).noneMatch(other -> other.startsWith(name));
        List<String> commands = new ArrayList<>();
        ProcessHandle.allProcesses()
                .forEach(process -> commands.add(String.join(" ", Processes.commandLine(process.pid()))));
        assertThat(commands)
                .noneMatch(command -> command.contains(state.toString()) || command.contains("ApiOnlyServer"));
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElseThrow();
    }

    private Outcome run(String... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(java(), "-cp", System.getProperty("java.class.path"), "org.karst.sandbox.Main"));
        command.addAll(Arrays.asList(words));
        Path complaints = Files.createTempFile(directory, "complaints", "");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), output, Files.readString(complaints));
    }

    private static Map<?, ?> json(String text) {
        return Serialization.unmarshal(text, Map.class);
    }

    @Test
    void fromUpToDown() throws Exception {
        Outcome up = run("up", "--nodes", "2", "--json");
        assertThat(up.status()).as(up.complaints()).isZero();
        assertThat(json(up.output()).get("nodeCount")).isEqualTo(2);
        assertThat(up.complaints()).contains("starting 2 nodes").contains("starting the Karst server");
        assertThat(state.resolve("server/etc/kept.cfg")).hasContent("kept = yes");
        assertThat(Files.readString(state.resolve("nodes/node-2/cni/net.d/10-karst.conflist")))
                .contains("\"socket\":\"" + state + "/nodes/node-2/cni.sock\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("kubeconfig"))))
                .isEqualTo("rw-------");

        Outcome again = run("up");
        assertThat(again.status()).isEqualTo(3);
        assertThat(again.complaints()).contains("a sandbox of 2 nodes runs already");

        Outcome status = run("status");
        assertThat(status.status()).as(status.output()).isZero();
        assertThat(status.output()).contains("node-1").contains("karst-server").doesNotContain("NOT WELL");

        Outcome inside = run("exec", "node/node-2", "--", "ip", "-o", "address", "show", "br-ex");
        assertThat(inside.status()).isZero();
        assertThat(inside.output()).contains("172.18.1.2/16").contains("fd00:18::1:2/64");
        assertThat(run("exec", "outside", "--", "sh", "-c", "exit 7").status()).isEqualTo(7);
        Outcome nobody = run("exec", "demo/nobody", "--", "true");
        assertThat(nobody.status()).isEqualTo(70);
        assertThat(nobody.complaints()).startsWith("karst: there is no pod, node or other place 'demo/nobody' here");

        Outcome shell = run("shell", "karst:status");
        assertThat(shell.status()).isEqualTo(5);
        assertThat(shell.output()).isEqualTo("shell " + state + "/server/data karst:status\n");

        assertThat(run("down").output()).isEqualTo("the sandbox is gone\n");
        assertThat(run("down").output()).isEqualTo("there was no sandbox in " + state + "\n");
    }

    @Test
    void afterTheDeathOfItsProcessStatusTellsItAndUpBeginsAnew() throws Exception {
        Outcome up = run("up", "--nodes=1", "--ipv4");
        assertThat(up.status()).as(up.complaints()).isZero();
        Map<?, ?> sandbox = json(Files.readString(state.resolve("sandbox.json")));
        ProcessHandle.of(((Number) sandbox.get("process")).longValue())
                .orElseThrow()
                .destroyForcibly();
        Outcome status = run("status", "--json");
        assertThat(status.status()).isEqualTo(1);
        assertThat(json(status.output()).get("well")).isEqualTo(false);
        Outcome second = run("up", "--nodes", "1", "--ipv6");
        assertThat(second.status()).as(second.complaints()).isZero();
        assertThat(second.complaints()).contains("removing what an earlier sandbox left");
    }

    @Test
    void wrongWordsAreToldInASentence() throws Exception {
        assertThat(run())
                .isEqualTo(new Outcome(
                        2,
                        "",
                        "karst: which command? up, down, status, exec, demo, verify, verify-api, chaos or shell\n"));
        assertThat(run("upp"))
                .isEqualTo(
                        new Outcome(
                                2,
                                "",
                                "karst: there is no command 'upp': up, down, status, exec, demo, verify, verify-api, chaos or shell\n"));
        assertThat(run("up", "--nodes", "0"))
                .isEqualTo(new Outcome(2, "", "karst: --nodes takes a number from 1 to 200, not '0'\n"));
        assertThat(run("up", "--fast")).isEqualTo(new Outcome(2, "", "karst: there is no option --fast\n"));
        assertThat(run("down", "now"))
                .isEqualTo(new Outcome(2, "", "karst: what is 'now'? This command takes options only\n"));
        assertThat(run("exec", "demo/web"))
                .isEqualTo(new Outcome(2, "", "karst: usage: exec NAMESPACE/POD -- COMMAND\n"));
        assertThat(run("status"))
                .isEqualTo(new Outcome(3, "", "karst: no sandbox runs in " + state + "; start one: sudo ./karst up\n"));
    }

    @Test
    void aServerThatIsMissingOrATakenPortLeavesNothing() throws Exception {
        Path program = Path.of(environment.get("KARST_DISTRIBUTION"), "bin/karst-server");
        Files.delete(program);
        Outcome missing = run("up", "--nodes=1");
        assertThat(missing.status()).isEqualTo(70);
        assertThat(missing.complaints())
                .endsWith("karst: there is no " + program + "; build the distribution first: ./karst build\n");
        try (ServerSocket taken = new ServerSocket(Integer.parseInt(environment.get("KARST_PORT")))) {
            Outcome refused = run("up", "--nodes=1");
            assertThat(refused.status()).isEqualTo(70);
            assertThat(refused.complaints())
                    .endsWith("karst: port " + taken.getLocalPort()
                            + " of 127.0.0.1 is taken; choose another with KARST_PORT\n");
        }
        assertThat(NetworkNamespace.names()).noneMatch(other -> other.startsWith(name));
    }
}
