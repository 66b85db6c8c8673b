package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.incremental.Change;
import org.karst.pipeline.Action;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Flow;
import org.karst.pipeline.FlowItem;
import org.karst.pipeline.Match;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.SwitchItem;

/** A real switch over {@code ssl:}, with the files that both sides are configured with; strangers are refused and told of. */
@Tag("root")
final class TlsTest {
    private static final String NODE = "a";
    private static final long DATAPATH = 0x7151;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream errors = System.err;
    private final RecordingMailbox mailbox = new RecordingMailbox();
    private TestCertificates certificates;
    private OpenFlowDriver driver;
    private RealSwitch real;
    private int port;

    @BeforeEach
    void start() throws Exception {
        certificates = TestCertificates.in(directory);
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        driver = new OpenFlowDriver(OpenFlowSettings.of(
                "127.0.0.1",
                0,
                certificates.path("controller.pem"),
                certificates.path("controller.key"),
                certificates.path("ours.pem")));
        driver.start(mailbox);
        port = driver.port().toCompletableFuture().get(60, TimeUnit.SECONDS);
        real = RealSwitch.startHere(DATAPATH);
    }

    @AfterEach
    void stop() throws Exception {
        System.setErr(errors);
        if (driver != null) {
            driver.stop();
        }
        if (real != null) {
            real.close();
        }
    }

    private String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    private void awaitLog(String text) throws InterruptedException {
        for (int i = 0; !log().contains(text); i++) {
            assertThat(i).as("waiting for \"" + text + "\" in:\n" + log()).isLessThan(6_000);
            Thread.sleep(10);
        }
    }

    private void connectAs(String name) throws Exception {
        real.vsctl(
                "set-ssl",
                certificates.path(name + ".key"),
                certificates.path(name + ".pem"),
                certificates.path("ours.pem"),
                "--",
                "set-controller",
                RealSwitch.BRIDGE,
                "ssl:127.0.0.1:" + port);
    }

    @Test
    void aSwitchOfTheAuthorityGetsItsFlowsAndStrangersAreRefused() throws Exception {
        connectAs("stranger");
        awaitLog("could not agree on TLS");
        assertThat(log()).contains("switch at /127.0.0.1:");
        assertThat(mailbox.connection(NODE)).isEmpty();

        try (Socket garbage = new Socket(InetAddress.getLoopbackAddress(), port)) {
            garbage.setSoTimeout(60_000);
            garbage.getOutputStream().write(new byte[] {6, 0, 0, 8, 0, 0, 0, 1});
            // an alert may come first, then the end
            garbage.getInputStream().readAllBytes();
            awaitLog("not an SSL/TLS record");
        }

        connectAs("switch");
        Flow flow = new Flow(9, 100, Match.ip(), List.of(new Action.Goto(10)));
        driver.apply(new Batch(
                1,
                List.of(
                        Change.added(new SwitchItem(NODE, DATAPATH)),
                        Change.added(FlowItem.on(NODE, flow).with(Cookie.of(9, "rule", "unit")))),
                new Pruning(true, Set.of())));
        mailbox.awaitAcknowledged(NODE, 1);
        assertThat(real.ofctl("dump-flows")).contains("table=9").contains("goto_table:10");
        assertThat(driver.inspect(NODE).toCompletableFuture().get(60, TimeUnit.SECONDS))
                .isEmpty();
        assertThat(Optional.ofNullable(driver.statuses().get(NODE)).map(SwitchStatus::heldFlows))
                .contains(1);
    }
}
