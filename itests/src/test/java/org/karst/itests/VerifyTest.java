package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Truth tables against the real server and real switches, by packets and (SCTP) by trace; and that a wrong table is told. */
@Tag("root")
class VerifyTest {
    @TempDir
    Path chosen;

    private SandboxProgram program;

    @BeforeEach
    void choose() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for network namespaces");
        program = SandboxProgram.named("karst-t-verify");
    }

    @AfterEach
    void end() throws Exception {
        if (program != null) {
            program.run(90, "down");
        }
    }

    @Test
    void tellsRightTablesFromWrongOnes() throws Exception {
        Path cases = Path.of(VerifyTest.class.getResource("cases").toURI());
        Commands.Result result = program.run(240, "verify", cases.toString(), "--packets");
        assertThat(result.output())
                .contains("ok     connectivity.json: 20 lines, 0 wrong")
                .contains("FAILED wrong.json: 5 lines, 3 wrong")
                .contains("  step 1 (one line is wrong)\n  TCP 80       shop/web  shop/worker\n")
                .contains("there is no pod shop/nobody")
                .contains("createPolicy x was refused")
                .endsWith("22 passed, 3 failed\n");
        assertThat(result.status()).isEqualTo(1);
        assertThat(program.state()).doesNotExist();
    }

    @Test
    void everyEighthTableOfNetworkPoliciesHoldsInTheFlows() throws Exception {
        assertHolds("--trace", number -> number % 8 == 0);
    }

    @Test
    void someTablesOfNetworkPoliciesHoldForPackets() throws Exception {
        assertHolds("--packets", number -> number % 64 == 5);
    }

    @Test
    @Tag("long")
    void allTablesOfNetworkPoliciesHoldInTheFlows() throws Exception {
        assertHolds("--trace", number -> true);
    }

    private void assertHolds(String probe, IntPredicate selection) throws Exception {
        Path tables = Path.of(System.getProperty("karst.repository"), "itests", "cases");
        List<Path> files = new ArrayList<>();
        for (String kind : List.of("network-policy", "admin-policy")) {
            try (Stream<Path> listed = Files.list(tables.resolve(kind))) {
                listed.sorted().forEach(files::add);
            }
        }
        for (int number = 0; number < files.size(); number++) {
            if (selection.test(number)) {
                Path file = files.get(number);
                Files.copy(file, chosen.resolve(file.getParent().getFileName() + "-" + file.getFileName()));
            }
        }
        Commands.Result result = program.run(1200, "verify", chosen.toString(), probe);
        assertThat(result.output()).contains(" passed, 0 failed\n");
        assertThat(result.status()).isZero();
    }
}
