package org.karst.cni.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real plugin, as a process, against the real server. */
class PluginTest {
    private static final String SHIM = System.getProperty("karst.cni.shim");

    @TempDir
    private Path directory;

    private CniServer server;
    private final ConcurrentLinkedQueue<byte[]> requests = new ConcurrentLinkedQueue<>();

    private record Run(int exit, String output) {
        JsonNode json() {
            try {
                return CallReader.JSON.readTree(output);
            } catch (JsonProcessingException e) {
                throw new AssertionError(output, e);
            }
        }
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private Path socket() {
        return directory.resolve("run/cni.sock");
    }

    private String config() {
        return "{ \"name\" : \"karst\", \"note\": {\"socket\":\"/wrong\"}, \"socket\" :\n \"" + socket()
                + "\",\"cniVersion\":\"1.1.0\"}";
    }

    private void serve(CniServer.Handler handler) throws IOException {
        server = new CniServer((node, request, reply) -> {
            requests.add(request);
            handler.handle(node, request, reply);
        });
        server.listen("a", socket());
    }

    private static CniServer.Answer answer(boolean success, String output) {
        return new CniServer.Answer(success, output);
    }

    private static Process start(Map<String, String> environment, String config) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(SHIM);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(config.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the plugin may refuse before it has read all
        }
        return process;
    }

    private static Run finish(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private static Run call(Map<String, String> environment, String config) throws Exception {
        return finish(start(environment, config));
    }

    @Test
    void carriesEnvironmentAndStdinAndPrintsTheAnswer() throws Exception {
        serve((node, request, reply) -> reply.accept(answer(true, "{\"node\":\"" + node + "\"}\n")));
        String odd = config() + " \t\"\\ \u0001 é 😀";
        Run run = call(
                Map.of(
                        "CNI_COMMAND", "ADD",
                        "CNI_CONTAINERID", "c1",
                        "CNI_NETNS", "/run/netns/x",
                        "CNI_IFNAME", "eth0",
                        "CNI_ARGS", "A=\"1\\\n",
                        "CNI_PATH", "/opt/cni/bin",
                        "SECRET", "not for us"),
                odd);
        assertThat(run).isEqualTo(new Run(0, "{\"node\":\"a\"}\n"));
        JsonNode message = CallReader.JSON.readTree(requests.remove());
        assertThat(message.path("config").asText()).isEqualTo(odd);
        assertThat(message.path("args").asText()).isEqualTo("A=\"1\\\n");
        assertThat(message.path("ifname").asText()).isEqualTo("eth0");
        assertThat(message).hasSize(7);
    }

    @Test
    void aFailureExitsWithOneAndPrintsTheError() throws Exception {
        serve((node, request, reply) -> reply.accept(answer(false, "{\"code\":7}")));
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), config())).isEqualTo(new Run(1, "{\"code\":7}"));
    }

    @Test
    void largeMessagesPassBothWays() throws Exception {
        String output = "x".repeat(3_000_000);
        serve((node, request, reply) -> reply.accept(answer(true, output)));
        String config = config() + "\"".repeat(2_000_000);
        assertThat(call(Map.of("CNI_COMMAND", "GC"), config)).isEqualTo(new Run(0, output));
        assertThat(CallReader.JSON.readTree(requests.remove()).path("config").asText())
                .isEqualTo(config);
    }

    @Test
    void withoutADaemonItSpeaksForItself() throws Exception {
        Run status = call(Map.of("CNI_COMMAND", "STATUS"), config());
        assertThat(status.exit()).isEqualTo(1);
        assertThat(status.json().path("code").asInt()).isEqualTo(50);
        assertThat(status.json().path("cniVersion").asText()).isEqualTo("1.1.0");
        for (String verb : List.of("ADD", "DEL", "CHECK", "GC", "VERSION")) {
            Run run = call(Map.of("CNI_COMMAND", verb), config());
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.json().path("code").asInt()).as(verb).isEqualTo(11);
            assertThat(run.json().path("msg").asText()).contains("not running");
            assertThat(run.json().path("details").asText()).isEqualTo(socket().toString());
        }
        assertThat(call(Map.of(), config()).json().path("code").asInt()).isEqualTo(4);
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), "not JSON")
                        .json()
                        .path("code")
                        .asInt())
                .isEqualTo(11);
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), "x".repeat(5_000_000))
                        .json()
                        .path("code")
                        .asInt())
                .isEqualTo(6);
        assertThat(call(Map.of("CNI_COMMAND", "ADD", "CNI_ARGS", "x".repeat(70_000)), config())
                        .json()
                        .path("code")
                        .asInt())
                .isEqualTo(4);
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), "{\"socket\":\"/" + "x".repeat(200) + "\"}")
                        .json()
                        .path("code")
                        .asInt())
                .isEqualTo(6);
    }

    @Test
    void aDaemonThatBreaksOffOrTalksNonsense() throws Exception {
        serve((node, request, reply) -> {
            throw new IllegalStateException("as a test");
        });
        Run run = call(Map.of("CNI_COMMAND", "ADD"), config());
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.json().path("code").asInt()).isEqualTo(11);
        assertThat(run.json().path("msg").asText()).contains("broke off");
    }

    @Test
    void fiftyCallsAtOnceAreAnsweredEachWithItsOwn() throws Exception {
        List<Runnable> replies = new ArrayList<>();
        serve((node, request, reply) -> {
            replies.add(() -> reply.accept(answer(true, containerId(request))));
            if (replies.size() == 50) {
                // all wait at the same time; answered last first
                for (int i = 49; i >= 0; i--) {
                    replies.get(i).run();
                }
            }
        });
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            processes.add(start(Map.of("CNI_COMMAND", "ADD", "CNI_CONTAINERID", "c" + i), config()));
        }
        List<String> outputs = new ArrayList<>();
        for (Process process : processes) {
            outputs.add(finish(process).output());
        }
        assertThat(outputs)
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "c" + i).toList());
    }

    private static String containerId(byte[] request) {
        try {
            return CallReader.JSON.readTree(request).path("containerId").asText();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theSocketIsItsOwnersAndReplacesOneLeftBehind() throws Exception {
        Files.createDirectories(socket().getParent());
        Files.writeString(socket(), "left behind");
        serve((node, request, reply) -> reply.accept(answer(true, "ok")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
                .isEqualTo("rw-------");
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), config()).output()).isEqualTo("ok");
        server.stop("a");
        assertThat(Files.exists(socket())).isFalse();
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), config())
                        .json()
                        .path("code")
                        .asInt())
                .isEqualTo(11);
        server.listen("a", socket());
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), config()).output()).isEqualTo("ok");
    }

    @Test
    void aCallerThatIsNoPluginHarmsNobody() throws Exception {
        serve((node, request, reply) -> reply.accept(answer(true, "ok")));
        List<SocketChannel> hanging = new ArrayList<>();
        for (byte[] nonsense :
                List.of(new byte[0], new byte[] {0}, new byte[] {-1, -1, -1, -1}, new byte[] {0, 0, 0, 9, 1})) {
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap(nonsense));
            hanging.add(channel);
        }
        assertThat(hanging.get(2).read(ByteBuffer.allocate(1))).as("cut off").isEqualTo(-1);
        hanging.get(3).close();
        assertThat(call(Map.of("CNI_COMMAND", "ADD"), config()).output()).isEqualTo("ok");
        for (SocketChannel channel : hanging) {
            channel.close();
        }
    }
}
