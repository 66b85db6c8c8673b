package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the driver listens, and who is heard when TLS is set up; the other side is openssl(1). */
final class ListenerTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void needsOpenssl() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "openssl is not installed");
        for (String authority : List.of("ours", "theirs")) {
            run(
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=" + authority,
                    "-keyout",
                    path(authority + ".key"),
                    "-out",
                    path(authority + ".pem"));
        }
        sign("controller", "ours");
        sign("switch", "ours");
        sign("stranger", "theirs");
    }

    private void sign(String name, String authority) throws Exception {
        run(
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=" + name,
                "-keyout",
                path(name + ".key"),
                "-out",
                path(name + ".csr"));
        run(
                "x509",
                "-req",
                "-days",
                "2",
                "-in",
                path(name + ".csr"),
                "-CA",
                path(authority + ".pem"),
                "-CAkey",
                path(authority + ".key"),
                "-CAcreateserial",
                "-out",
                path(name + ".pem"));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
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
            int port = driver.port().toCompletableFuture().get(10, TimeUnit.SECONDS);
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
        int port = first.port().toCompletableFuture().get(10, TimeUnit.SECONDS);
        OpenFlowDriver second = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", port));
        second.start(new RecordingMailbox());
        try {
            Thread.sleep(500);
            assertThat(second.port().toCompletableFuture()).isNotDone();
            first.stop();
            assertThat(second.port().toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isEqualTo(port);
        } finally {
            first.stop();
            second.stop();
        }
    }
}
