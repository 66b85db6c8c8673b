package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver listens, and who is heard when TLS is set up; the other side is openssl(1). */
final class ListenerTest {
    @TempDir
    private Path directory;

    private TestCertificates certificates;

    @BeforeEach
    void sign() throws Exception {
        certificates = TestCertificates.in(directory);
    }

    private String path(String name) {
        return certificates.path(name);
    }

    /** Whether somebody with these options of openssl is greeted in OpenFlow. */
    private boolean isGreeted(int port, String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("openssl", "s_client", "-quiet", "-connect", "127.0.0.1:" + port, "-CAfile", path("ours.pem")));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            byte[] greeting = process.getInputStream().readNBytes(16);
            return greeting.length == 16 && greeting[0] == 6 && greeting[1] == 0;
        } finally {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private TlsFiles files() {
        return new TlsFiles(
                directory.resolve("controller.pem"),
                directory.resolve("controller.key"),
                directory.resolve("ours.pem"));
    }

    @Test
    void onlySwitchesOfTheAuthorityAreHeard() throws Exception {
        OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0, Optional.of(files())));
        driver.start(new RecordingMailbox());
        try {
            int port = driver.port().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(isGreeted(port, "-cert", path("switch.pem"), "-key", path("switch.key")))
                    .isTrue();
            assertThat(isGreeted(port)).isFalse();
            assertThat(isGreeted(port, "-cert", path("stranger.pem"), "-key", path("stranger.key")))
                    .isFalse();
        } finally {
            driver.stop();
        }
    }

    @Test
    void mistakesInTheFilesAreSaid() throws Exception {
        Files.writeString(directory.resolve("controller.pem"), "nonsense");
        assertThatThrownBy(() -> new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0, Optional.of(files()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("controller.pem");
        assertThatThrownBy(() -> OpenFlowSettings.of("127.0.0.1", 0, "a", "b", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authority");
    }

    @Test
    void aPortThatIsTakenIsTriedAgain() throws Exception {
        OpenFlowDriver first = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));
        first.start(new RecordingMailbox());
        int port = first.port().toCompletableFuture().get(60, TimeUnit.SECONDS);
        OpenFlowDriver second = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", port));
        second.start(new RecordingMailbox());
        try {
            Thread.sleep(500);
            assertThat(second.port().toCompletableFuture()).isNotDone();
            first.stop();
            assertThat(second.port().toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isEqualTo(port);
        } finally {
            first.stop();
            second.stop();
        }
    }
}
