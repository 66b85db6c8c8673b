package org.karst.bench.sides;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.karst.host.NetworkNamespace;

/**
 * A way to the API that can be shut. What the API answers meanwhile is kept, as if a network were slow, and passed on at once when the
 * way is open again; who listens there knows nothing of it before.
 */
final class Valve implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;
    private static final ByteBuffer END = ByteBuffer.allocate(0);

    private final NetworkNamespace place;
    private final ServerSocketChannel listener;
    private final InetSocketAddress api;
    private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
    private boolean shut;

    private Valve(NetworkNamespace place, ServerSocketChannel listener, InetSocketAddress api) {
        this.place = place;
        this.listener = listener;
        this.api = api;
    }

    /** Leads from a free port to the port of the API, both of the loopback link of a namespace; open at first. */
    static Valve start(NetworkNamespace place, int apiPort) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocketChannel listener = place.<ServerSocketChannel, RuntimeException>call(
                inside -> ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0)));
        Valve valve = new Valve(place, listener, new InetSocketAddress(loopback, apiPort));
        daemon(valve::accept);
        return valve;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        notifyAll();
    }

    private synchronized void awaitOpen() throws InterruptedIOException {
        try {
            while (shut) {
                wait();
            }
        } catch (InterruptedException interruption) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(interruption);
        }
    }

    private void accept() throws IOException {
        while (true) {
            SocketChannel client = listener.accept();
            try {
                connect(client);
            } catch (IOException refused) {
                // The API starts with the server: who asks too early asks again.
                client.close();
            }
        }
    }

    private void connect(SocketChannel client) throws IOException {
        SocketChannel server = place.<SocketChannel, RuntimeException>call(inside -> SocketChannel.open(api));
        for (SocketChannel channel : List.of(client, server)) {
            channels.add(channel);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        BlockingQueue<ByteBuffer> answers = new LinkedBlockingQueue<>();
        daemon(() -> until(client, server, () -> {
            for (ByteBuffer next = read(client); next.hasRemaining(); next = read(client)) {
                write(server, next);
            }
        }));
        daemon(() -> {
            try {
                for (ByteBuffer next = read(server); next.hasRemaining(); next = read(server)) {
                    answers.add(next);
                }
            } finally {
                answers.add(END);
            }
        });
        daemon(() -> until(client, server, () -> {
            for (ByteBuffer next = take(answers); next.hasRemaining(); next = take(answers)) {
                awaitOpen();
                write(client, next);
            }
        }));
    }

    /** What a thread does for as long as its connection lasts. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void until(SocketChannel client, SocketChannel server, Work work) throws IOException {
        try {
            work.run();
        } finally {
            channels.remove(client);
            channels.remove(server);
            client.close();
            server.close();
        }
    }

    /** Nothing at the end. */
    private static ByteBuffer read(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        channel.read(buffer);
        return buffer.flip();
    }

    private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer take(BlockingQueue<ByteBuffer> queue) throws InterruptedIOException {
        try {
            return queue.take();
        } catch (InterruptedException interruption) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(interruption);
        }
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // A connection has ended, or all of this.
                    }
                },
                "valve");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
