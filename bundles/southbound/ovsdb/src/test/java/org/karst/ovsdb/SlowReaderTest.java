package org.karst.ovsdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that asks and does not read the answers costs a bounded amount of memory. */
class SlowReaderTest {
    private static final String ECHO = "{\"id\":\"x\",\"method\":\"echo\",\"params\":[\"" + "k".repeat(60_000) + "\"]}";
    /** More than the client and two sockets could ever hold. */
    private static final long MOST_BYTES = 400L << 20;

    @Test
    void aServerThatAsksForEchoesAndReadsNoneIsCutOff() throws Exception {
        CompletableFuture<String> reason = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                OvsdbTransport transport = new OvsdbTransport(1);
                OvsdbClient client = transport.connect(
                        Endpoint.parse("tcp:127.0.0.1:" + server.getLocalPort()),
                        ClientSettings.DEFAULT,
                        new ClientListener() {
                            @Override
                            public void connected() {}

                            @Override
                            public void disconnected(String why) {
                                reason.complete(why);
                            }
                        });
                Socket socket = server.accept()) {
            byte[] echo = ECHO.getBytes(StandardCharsets.UTF_8);
            boolean ended = false;
            for (long sent = 0; !ended && sent < MOST_BYTES; sent += echo.length) {
                try {
                    socket.getOutputStream().write(echo);
                } catch (IOException e) {
                    ended = true;
                }
            }
            assertThat(ended).isTrue();
            assertThat(client).isNotNull();
        }
        assertThat(reason.get(60, TimeUnit.SECONDS)).contains("The OVSDB server asks and does not read: ");
    }
}
