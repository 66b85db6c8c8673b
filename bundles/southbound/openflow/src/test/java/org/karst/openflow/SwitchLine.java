package org.karst.openflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Carries bytes between a Unix socket, where a switch in its own network namespace can connect, and a TCP port on the
 * loopback. Can be cut.
 */
final class SwitchLine implements AutoCloseable {
    private final ServerSocketChannel server;
    private final int port;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    SwitchLine(Path socket, int port) throws IOException {
        this.port = port;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "switch-line");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel near = server.accept();
                SocketChannel far = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                open.add(near);
                open.add(far);
                start(() -> copy(near, far));
                start(() -> copy(far, near));
            } catch (IOException e) {
                // closed, or nobody listens yet: the switch tries again
            }
        }
    }

    private static void copy(ByteChannel from, ByteChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            // cut
        }
    }

    /** Ends all connections; the switch will make new ones. */
    void cut() {
        for (SocketChannel channel : open) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
