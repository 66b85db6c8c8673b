package org.karst.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who asks and does not read the answers costs a bounded amount of memory. */
final class SlowReaderTest {
    private static final int ECHO_BYTES = 60_000;
    /** More than the driver and two sockets could ever hold. */
    private static final long MOST_BYTES = 400L << 20;

    private final OpenFlowDriver driver = new OpenFlowDriver(new OpenFlowSettings("127.0.0.1", 0));

    @BeforeEach
    void start() {
        driver.start(new RecordingMailbox());
    }

    @AfterEach
    void stop() {
        driver.stop();
    }

    @Test
    void aSwitchThatAsksForEchoesAndReadsNoneIsCutOff() throws Exception {
        int port = driver.port().toCompletableFuture().get(60, TimeUnit.SECONDS);
        byte[] echo = new byte[ECHO_BYTES];
        ByteBuffer.wrap(echo)
                .put((byte) 6)
                .put((byte) 2)
                .putShort((short) ECHO_BYTES)
                .putInt(1);
        long sent = 0;
        boolean ended = false;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(new byte[] {6, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0, 8, 0, 0, 0, 0x40});
            while (!ended && sent < MOST_BYTES) {
                try {
                    socket.getOutputStream().write(echo);
                    sent += ECHO_BYTES;
                } catch (IOException e) {
                    ended = true;
                }
            }
        }
        assertThat(ended).as("after %d bytes", sent).isTrue();
    }
}
