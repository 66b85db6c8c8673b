package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The main job, whole: Kubernetes objects in, the real server, real switches on three nodes, pods by the real CNI plugin, real
 * packets of both families between all of them; and nothing left afterwards.
 */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DemoTest {
    private static final Path REPOSITORY = Path.of(System.getProperty("karst.repository"));
    private static final String NAME = "karst-t-demo";

    private static Path state;
    private static int port;

    @BeforeAll
    static void choose() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for network namespaces");
        Path folder = Files.createTempDirectory("karst-demo");
        state = folder.resolve("state");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterAll
    static void end() throws Exception {
        if (state != null) {
            run(90, "down");
        }
    }

    /** Runs the sandbox's program as the launcher does. */
    private static Commands.Result run(int seconds, String... words) throws IOException {
        String classpath =
                Files.readString(REPOSITORY.resolve("sandbox/target/classpath")).strip();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-cp", classpath, "org.karst.sandbox.Main"));
        command.addAll(List.of(words));
        Map<String, String> environment = Map.of(
                "KARST_NAME", NAME,
                "KARST_STATE", state.toString(),
                "KARST_PORT", Integer.toString(port),
                "KARST_DISTRIBUTION",
                        REPOSITORY.resolve("karaf-distribution/target/assembly").toString());
        return Commands.run(Duration.ofSeconds(seconds), environment, command);
    }

    private static int number(String json, String field) {
        Matcher found = Pattern.compile("\"" + field + "\"\\s*:\\s*(\\d+)").matcher(json);
        assertThat(found.find()).as(field + " in " + json).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    @Order(1)
    void everyPodReachesEveryPodAndNodeInBothFamilies() throws Exception {
        Commands.Result demo = run(240, "demo", "--json");
        assertThat(number(demo.output(), "failed")).as(demo.output()).isZero();
        assertThat(number(demo.output(), "passed")).isEqualTo(360);
        assertThat(demo.status()).isZero();
    }

    @Test
    @Order(2)
    void theShellSaysThatAllIsWell() throws Exception {
        Commands.Result status = run(60, "shell", "karst:status");
        assertThat(status.output()).containsPattern("ready +yes").containsPattern("failures +none");
    }

    @Test
    @Order(3)
    void aHealthyStartLogsNothingAboveInfo() throws Exception {
        assertThat(Files.readAllLines(state.resolve("log/karst.log")))
                .isNotEmpty()
                .noneMatch(line -> !line.contains("| INFO  |"));
    }

    @Test
    @Order(4)
    void aSecondUpSaysThatOneRuns() throws Exception {
        assertThat(run(60, "up").status()).isEqualTo(3);
    }

    @Test
    @Order(5)
    void downLeavesNothing() throws Exception {
        assertThat(run(90, "down").status()).isZero();
        assertThat(state).doesNotExist();
        Path namespaces = Path.of("/run/netns");
        try (var left = Files.list(namespaces)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(NAME)))
                    .isEmpty();
        }
        assertThat(run(60, "down").status()).as("a second down").isZero();
    }
}
