package org.karst.bench.sides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many calls at once against a server by hand, which answers each with its own words, or refuses. */
class CniCallerTest {
    @TempDir
    private Path directory;

    private ServerSocketChannel server;

    @BeforeEach
    void start() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()), 1024);
        Thread thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Path socket() {
        return directory.resolve("s");
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel channel = server.accept()) {
                    DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                    byte[] request = in.readNBytes(in.readInt());
                    String text = new String(request, StandardCharsets.UTF_8);
                    if (text.equals("silence")) {
                        continue;
                    }
                    ByteBuffer answer = ByteBuffer.allocate(5 + request.length)
                            .putInt(1 + request.length)
                            .put((byte) (text.equals("refuse") ? 1 : 0))
                            .put(request)
                            .flip();
                    for (int part = 1; answer.hasRemaining(); part++) {
                        ByteBuffer piece = answer.slice(answer.position(), Math.min(part, answer.remaining()));
                        answer.position(answer.position() + channel.write(piece));
                    }
                }
            }
        } catch (IOException closed) {
            return;
        }
    }

    private List<String> call(List<String> requests) throws IOException {
        return CniCaller.call(requests.stream()
                .map(request -> new CniCaller.Call(socket(), request))
                .toList());
    }

    @Test
    void answersComeInTheOrderOfTheCalls() throws IOException {
        List<String> requests =
                IntStream.range(0, 300).mapToObj(i -> "call " + i).toList();
        assertThat(call(requests)).isEqualTo(requests);
    }

    @Test
    void aRefusalIsTheServersSentence() {
        assertThatThrownBy(() -> call(List.of("one", "refuse"))).hasMessageContaining("failed: refuse");
        assertThatThrownBy(() -> call(List.of("silence"))).hasMessageContaining("without an answer");
    }
}
