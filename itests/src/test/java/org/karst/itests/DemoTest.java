package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static SandboxProgram program;

    @BeforeAll
    static void choose() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for network namespaces");
        program = SandboxProgram.named("karst-t-demo");
    }

    @AfterAll
    static void end() throws Exception {
        if (program != null) {
            program.run(90, "down");
        }
    }

    private static int number(String json, String field) {
        Matcher found = Pattern.compile("\"" + field + "\"\\s*:\\s*(\\d+)").matcher(json);
        assertThat(found.find()).as(field + " in " + json).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    @Order(1)
    void everyPodReachesEveryPodAndNodeInBothFamilies() throws Exception {
        Commands.Result demo = program.run(240, "demo", "--json");
        assertThat(number(demo.output(), "failed")).as(demo.output()).isZero();
        assertThat(number(demo.output(), "passed")).isEqualTo(360);
        assertThat(demo.status()).isZero();
    }

    @Test
    @Order(2)
    void theShellSaysThatAllIsWell() throws Exception {
        Commands.Result status = program.run(60, "shell", "karst:status");
        assertThat(status.output()).containsPattern("ready +yes").containsPattern("failures +none");
    }

    @Test
    @Order(3)
    void aHealthyStartLogsNothingAboveInfo() throws Exception {
        assertThat(Files.readAllLines(program.state().resolve("log/karst.log")))
                .isNotEmpty()
                .noneMatch(line -> !line.contains("| INFO  |"));
    }

    @Test
    @Order(4)
    void aSecondUpSaysThatOneRuns() throws Exception {
        Commands.Result result = program.run(60, "up");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.output()).contains("a sandbox of 3 nodes runs already in ");
    }

    @Test
    @Order(5)
    void downLeavesNothing() throws Exception {
        assertThat(program.run(90, "down").status()).isZero();
        assertThat(program.state()).doesNotExist();
        Path namespaces = Path.of("/run/netns");
        try (var left = Files.list(namespaces)) {
            assertThat(left.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(program.name())))
                    .isEmpty();
        }
        assertThat(program.run(60, "down").status()).as("a second down").isZero();
    }
}
