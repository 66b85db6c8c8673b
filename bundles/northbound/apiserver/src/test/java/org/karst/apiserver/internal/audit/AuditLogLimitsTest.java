package org.karst.apiserver.internal.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.AuditSettings;
import org.karst.apiserver.Caller;
import org.karst.apiserver.internal.access.Action;

/** What the log leaves out, and that it goes on after trouble. */
class AuditLogLimitsTest {
    @TempDir
    private Path directory;

    private Path path() {
        return directory.resolve("audit.log");
    }

    private static AuditEvent event(Caller caller, int code, String agent) {
        Instant now = Instant.now();
        return new AuditEvent(
                caller,
                Action.of("POST", "/api/v1/pods", Map.of()),
                "/api/v1/pods",
                agent,
                "127.0.0.1",
                now,
                now,
                false,
                code,
                new byte[0]);
    }

    @Test
    void strangersDoNotPushOutWhatUsersDid() throws IOException {
        Instant begun = Instant.now();
        try (AuditLog log = new AuditLog(AuditSettings.DEFAULT, path())) {
            for (int i = 0; i < 1_000; i++) {
                log.record(event(Caller.ANONYMOUS, 401, "stranger"));
            }
            log.record(event(new Caller("anna", List.of()), 201, "friend"));
        }
        long seconds = Duration.between(begun, Instant.now()).toSeconds() + 2;
        List<String> lines = Files.readAllLines(path());
        assertThat(lines.stream().filter(line -> line.contains("stranger")).count())
                .isBetween(10L, 10 * seconds);
        assertThat(lines).last().asString().contains("friend");
    }

    @Test
    void afterADirectoryStoodInItsWayItGoesOn() throws Exception {
        Files.createDirectory(path());
        try (AuditLog log = new AuditLog(AuditSettings.DEFAULT, path())) {
            log.record(event(new Caller("anna", List.of()), 201, "lost"));
            while (log.isUntroubled()) {
                Thread.sleep(1);
            }
            Files.delete(path());
            log.record(event(new Caller("anna", List.of()), 201, "written"));
        }
        assertThat(Files.readAllLines(path())).hasSize(1).first().asString().contains("written");
    }
}
