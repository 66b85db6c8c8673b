package org.karst.sandbox.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.SandboxException;

/**
 * Lets a port of 127.0.0.1 lead to the same port of the loopback link in another namespace. It decides nothing and reads
 * nothing: who may do what is the business of the server behind it.
 */
public final class Forwarder implements AutoCloseable {
    private static final int BUFFER = 32 * 1024;
    private static final int BACKLOG = 128;

    private final ServerSocketChannel listener;
    private final NetworkNamespace target;
    private final InetSocketAddress address;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private Forwarder(ServerSocketChannel listener, NetworkNamespace target, InetSocketAddress address) {
        this.listener = listener;
        this.target = target;
        this.address = address;
    }

    /** Listens from now on. */
    public static Forwarder start(int port, NetworkNamespace target) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
        } catch (IOException taken) {
            listener.close();
            throw new SandboxException(
                    "port " + port + " of 127.0.0.1 is taken; choose another with KARST_PORT", taken);
        }
        Forwarder forwarder = new Forwarder(listener, target, address);
        daemon(forwarder::accept, "forwarder").start();
        return forwarder;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                open.add(client);
                daemon(() -> connect(client), "forwarder").start();
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException refused) {
                // One connection could not be taken (too many open files, for instance); the next may.
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(SocketChannel client) {
        try {
            passOnAtOnce(client);
            SocketChannel server = target.<SocketChannel, RuntimeException>call(inside -> SocketChannel.open(address));
            open.add(server);
            passOnAtOnce(server);
            daemon(() -> copy(server, client), "forwarder").start();
            copy(client, server);
        } catch (IOException refused) {
            // Nobody listens there: the client sees its connection end.
            close(client);
        }
    }

    /** A request in two pieces, head and body, would otherwise wait 40 ms for the acknowledgement of the first. */
    private static void passOnAtOnce(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Copies until the end, then tells the other side; both ends of a connection are closed when one breaks. */
    private void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
            if (!from.isConnected() || from.socket().isOutputShutdown()) {
                close(from);
                close(to);
            }
        } catch (IOException broken) {
            close(from);
            close(to);
        }
    }

    private void close(SocketChannel channel) {
        open.remove(channel);
        try {
            channel.close();
        } catch (IOException ignored) {
            // It is of no more use either way.
        }
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Set.copyOf(open).forEach(this::close);
    }
}
