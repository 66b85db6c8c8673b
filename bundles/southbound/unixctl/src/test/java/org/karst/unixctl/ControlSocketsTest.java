package org.karst.unixctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.unixctl.internal.ControlSockets;

class ControlSocketsTest {
    @TempDir
    Path scratch;

    /** Answers one request with these bytes, and returns what was asked. */
    private FutureTask<String> answering(Path socket, String answer) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        FutureTask<String> asked = new FutureTask<>(() -> {
            try (server;
                    SocketChannel client = server.accept()) {
                ByteBuffer request = ByteBuffer.allocate(1 << 10);
                client.read(request);
                client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
                return StandardCharsets.UTF_8.decode(request.flip()).toString();
            }
        });
        new Thread(asked, "switch").start();
        return asked;
    }

    private static String call(ControlSockets sockets, String node, String... arguments) {
        return sockets.call(node, "ofproto/trace", arguments)
                .toCompletableFuture()
                .join();
    }

    @Test
    void asksTheDaemonWhoseNumberItsFileHas() throws IOException, InterruptedException, ExecutionException {
        Path node = Files.createDirectory(scratch.resolve("a"));
        Files.writeString(node.resolve("ovs-vswitchd.pid"), "17\n");
        FutureTask<String> asked =
                answering(node.resolve("d.17.ctl"), "{\"id\":0,\"result\":\"dropped\\n\",\"error\":null}");
        try (ControlSockets sockets = new ControlSockets("unix:" + scratch + "/{node}/d.{pid}.ctl")) {
            assertThat(call(sockets, "a", "br-int", "tcp,in_port=1")).isEqualTo("dropped\n");
        }
        assertThat(asked.get()).contains("\"params\":[\"br-int\",\"tcp,in_port=1\"]");
    }

    @Test
    void whatCannotBeAskedIsASentence() throws IOException, InterruptedException, ExecutionException {
        try (ControlSockets sockets = new ControlSockets("unix:" + scratch + "/{node}.ctl")) {
            assertThatThrownBy(() -> call(sockets, "b"))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(ControlException.class)
                    .hasMessageContainingAll(
                            "the switch of node b cannot be asked", scratch + "/b.ctl", "ovs-vswitchd");
            assertThatThrownBy(() -> call(sockets, "../b")).hasMessageContaining("'../b' is no name of a node");
            FutureTask<String> refusing =
                    answering(scratch.resolve("c.ctl"), "{\"id\":0,\"result\":null,\"error\":\"no such bridge\\n\"}");
            assertThatThrownBy(() -> call(sockets, "c")).hasMessageContaining("ofproto/trace: no such bridge");
            assertThat(refusing.get()).contains("ofproto/trace");
            FutureTask<String> babbling = answering(scratch.resolve("d.ctl"), "nonsense");
            assertThatThrownBy(() -> call(sockets, "d")).hasMessageContaining("the switch of node d cannot be asked");
            assertThat(babbling.get()).contains("ofproto/trace");
        }
        assertThatThrownBy(() -> new ControlSockets("tcp:1.2.3.4:5")).hasMessageContaining("expected unix:FILE");
    }
}
