package org.karst.questions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.karst.adminpolicy.AdminPolicyFeature;
import org.karst.auditlog.AuditLogFeature;
import org.karst.connectivity.Connectivity;
import org.karst.ipv6.Ipv6;
import org.karst.networkpolicy.NetworkPolicyFeature;
import org.karst.testing.Run;

/** docs/pipeline.md is what the code says. With {@code -Dgolden=write} it is written. */
class PipelineDocumentTest {
    private static final Path FILE = Path.of("..", "..", "..", "docs", "pipeline.md");

    @Test
    void theDocumentIsFresh() throws Exception {
        List<String> lines;
        try (Run run = new Run(
                        new Connectivity(),
                        new Ipv6(),
                        new NetworkPolicyFeature(),
                        new AdminPolicyFeature(),
                        new AuditLogFeature(20));
                Questions questions = new Questions(run.controller())) {
            lines = PipelineDocument.lines(
                    questions.slots().toCompletableFuture().join());
        }
        if ("write".equals(System.getProperty("golden"))) {
            Files.write(FILE, lines);
        }
        assertThat(Files.readAllLines(FILE))
                .as("docs/pipeline.md is stale; write it anew by: mvn test -pl bundles/operations/questions -am"
                        + " -Dtest=PipelineDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -Dgolden=write")
                .isEqualTo(lines);
    }
}
