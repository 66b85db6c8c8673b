package org.karst.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.audit.internal.Records;

class AuditLogTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private AuditLog log(String destination, int room) {
        return new AuditLog(
                AuditSettings.of(directory.resolve("acl.log").toString(), 50, 5, destination, "local0"), CLOCK, room);
    }

    private static void await(AuditLog log, Predicate<AuditStatistics> condition) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.test(log.statistics())) {
            assertThat(System.nanoTime()).as("%s", log.statistics()).isLessThan(end);
            Thread.sleep(5);
        }
    }

    @Test
    void aRecordIsALineInEachFile() throws Exception {
        AuditLog log = log("null", 10);
        log.start(null);
        assertThat(Records.denied().give(log)).isTrue();
        assertThat(Records.denied().give(log)).isTrue();
        await(log, statistics -> statistics.written() == 2);
        log.stop();
        List<String> lines = Files.readAllLines(directory.resolve("acl.log"));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("2026-01-02T03:04:05.678Z|00001|acl_log(ovn_pinctrl0)|INFO|name=");
        assertThat(lines.get(1)).startsWith("2026-01-02T03:04:05.678Z|00002|acl_log(ovn_pinctrl0)|INFO|name=");
        assertThat(Files.readAllLines(directory.resolve("acl.json")))
                .hasSize(2)
                .allMatch(line -> line.startsWith("{\"time\":\"2026-01-02T03:04:05.678Z\",\"node\":\"node-1\""));
        assertThat(log.statistics()).isEqualTo(new AuditStatistics(2, 0, 0, 0));
    }

    @Test
    void whatTheQueueHasNoRoomForIsCounted() throws Exception {
        AuditLog log = log("null", 10);
        for (int i = 0; i < 13; i++) {
            log.log(Records.denied());
        }
        assertThat(log.statistics().dropped()).isEqualTo(3);
        log.start(null);
        await(log, statistics -> statistics.written() == 10);
        log.stop();
        log.log(Records.denied());
        assertThat(log.statistics().dropped()).as("nobody writes any longer").isEqualTo(4);
    }

    @Test
    void aDestinationThatFailsHoldsNothingUp() throws Exception {
        AuditLog log = log("unix:" + directory.resolve("nobody"), 10);
        log.start(null);
        log.log(Records.denied());
        await(log, statistics -> statistics.unsent() == 1 && statistics.written() == 1);
        assertThat(log.statistics()).isEqualTo(new AuditStatistics(1, 0, 0, 1));
        log.stop();
    }

    @Test
    void aFileThatCannotBeWrittenIsCountedAndTriedAgain() throws Exception {
        AuditLog log = log("null", 10);
        Files.createDirectory(directory.resolve("acl.log"));
        log.start(null);
        log.log(Records.denied());
        await(log, statistics -> statistics.failed() == 1);
        Files.delete(directory.resolve("acl.log"));
        log.log(Records.denied());
        await(log, statistics -> statistics.written() == 1);
        log.stop();
    }

    @Test
    void settingsThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> AuditSettings.of("a.log", 50, 5, "tcp:x", "local0"))
                .hasMessageStartingWith("destination: 'tcp:x' is no destination");
        assertThatThrownBy(() -> AuditSettings.of("a.log", 50, 5, "null", "local9"))
                .hasMessageStartingWith("syslogFacility: 'local9' is no facility");
        assertThatThrownBy(() -> AuditSettings.of("a.log", 0, 5, "null", "local0"))
                .hasMessage("maxFileSize must be 1 or more megabytes");
        assertThatThrownBy(() -> AuditSettings.of("a.log", 50, 0, "null", "local0"))
                .hasMessage("maxLogFiles must be 1 or more");
        assertThat(AuditSettings.of("/var/log/acl-audit-log.log", 50, 5, "null", "local0")
                        .json())
                .isEqualTo(Path.of("/var/log/acl-audit-log.json"));
    }
}
