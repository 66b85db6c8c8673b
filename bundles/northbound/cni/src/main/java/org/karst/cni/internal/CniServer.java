package org.karst.cni.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets on which the plugins of all nodes call, served by one thread that never blocks.
 *
 * <p>Messages as in {@code karst-cni.c}: a length of four bytes, then so many bytes; the answer's first byte is the exit
 * status of the plugin. One call for each connection.
 */
public final class CniServer implements AutoCloseable {

    /** Answers calls; called on the server's thread, must not block. */
    @FunctionalInterface
    public interface Handler {
        /** Answers a call on that node by calling {@code reply} once, from any thread, now or later. */
        void handle(String node, byte[] request, Consumer<Answer> reply);
    }

    /** What the plugin prints, and whether it exits with 0. */
    public record Answer(boolean success, String output) {}

    private static final Logger LOG = LoggerFactory.getLogger(CniServer.class);

    /** The plugin takes 4 MiB of configuration; escaped as JSON they may be six times as long. */
    private static final int LARGEST_REQUEST = 25 << 20;

    private static final int MOST_CONNECTIONS = 1024;
    private static final long REQUEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Between two looks for those that are too slow, which take time for each connection. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Handler handler;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private int connections;
    private long looked = System.nanoTime();
    private volatile boolean closed;

    private record Listener(String node, Path path, ServerSocketChannel channel) {}

    private static final class Call {
        private final String node;
        private final SocketChannel channel;
        private final long deadline = System.nanoTime() + REQUEST_NANOS;
        private ByteBuffer buffer = ByteBuffer.allocate(4);
        private boolean lengthKnown;
        private boolean handed;

        Call(String node, SocketChannel channel) {
            this.node = node;
            this.channel = channel;
        }
    }

    /** Starts the thread; there are no sockets yet. */
    public CniServer(Handler handler) {
        this.handler = handler;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.thread = new Thread(this::run, "cni");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to take the calls of a node.
     *
     * @param path of the socket, which only its owner may use (0600); one that was left behind is replaced
     * @throws IOException if the socket cannot be made there
     */
    public void listen(String node, Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        // made under another name, so that nobody can connect before it is protected
        Path fresh = absolute.resolveSibling("." + absolute.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(fresh), MOST_CONNECTIONS);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            Files.move(fresh, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            channel.configureBlocking(false);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(fresh);
            throw e;
        }
        Listener listener = new Listener(node, absolute, channel);
        Listener before = listeners.put(node, listener);
        submit(() -> {
            if (before != null) {
                shut(before.channel);
            }
            try {
                channel.register(selector, SelectionKey.OP_ACCEPT, listener);
            } catch (IOException e) {
                LOG.error("The CNI socket {} of node {} is broken: {}", absolute, node, e.getMessage());
            }
        });
    }

    /** Takes no more calls of a node; those that were taken are answered. */
    public void stop(String node) {
        Listener listener = listeners.remove(node);
        if (listener != null) {
            delete(listener.path);
            submit(() -> shut(listener.channel));
        }
    }

    @Override
    public void close() {
        closed = true;
        listeners.values().forEach(listener -> delete(listener.path));
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void submit(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(1000);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                dropSlow();
            }
        } catch (IOException e) {
            LOG.error("No more CNI calls can be taken: {}", e.getMessage());
        } finally {
            selector.keys().forEach(key -> shut(key.channel()));
            shut(selector);
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.attachment() instanceof Listener listener) {
                accept(listener);
            } else if (key.attachment() instanceof Call call) {
                if (key.isReadable()) {
                    read(key, call);
                } else if (key.isWritable()) {
                    write(key, call);
                }
            }
        } catch (CancelledKeyException e) {
            LOG.debug("A connection was closed while it was served");
        } catch (IOException e) {
            if (key.attachment() instanceof Call call) {
                LOG.debug("A CNI call on node {} broke off: {}", call.node, e.getMessage());
                end(call);
            } else {
                LOG.warn("A CNI call could not be taken: {}", e.getMessage());
            }
        }
    }

    private void accept(Listener listener) throws IOException {
        SocketChannel channel = listener.channel.accept();
        if (channel == null) {
            return;
        }
        if (connections >= MOST_CONNECTIONS) {
            channel.close(); // the plugin tells the runtime to try again
            return;
        }
        connections++;
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Call(listener.node, channel));
    }

    private void read(SelectionKey key, Call call) throws IOException {
        if (call.handed) {
            // nothing more is expected: the plugin was killed, or it says too much
            if (call.channel.read(ByteBuffer.allocate(1)) != 0) {
                end(call);
            }
            return;
        }
        int n = call.channel.read(call.buffer);
        if (n < 0) {
            end(call);
            return;
        }
        if (call.buffer.hasRemaining()) {
            return;
        }
        if (!call.lengthKnown) {
            int length = call.buffer.flip().getInt();
            if (length < 1 || length > LARGEST_REQUEST) {
                LOG.warn("A message of {} bytes on the CNI socket of node {} is none of karst-cni", length, call.node);
                end(call);
                return;
            }
            call.lengthKnown = true;
            call.buffer = ByteBuffer.allocate(length);
            return;
        }
        call.handed = true;
        byte[] request = call.buffer.array();
        call.buffer = ByteBuffer.allocate(0);
        try {
            handler.handle(call.node, request, answer -> submit(() -> begin(key, call, answer)));
        } catch (RuntimeException e) {
            LOG.error("A CNI call on node {} has no answer", call.node, e);
            end(call);
        }
    }

    private void begin(SelectionKey key, Call call, Answer answer) {
        if (!key.isValid()) {
            return; // the plugin did not wait
        }
        byte[] output = answer.output.getBytes(StandardCharsets.UTF_8);
        call.buffer = ByteBuffer.allocate(5 + output.length)
                .putInt(1 + output.length)
                .put((byte) (answer.success ? 0 : 1))
                .put(output)
                .flip();
        key.interestOps(SelectionKey.OP_WRITE);
    }

    private void write(SelectionKey key, Call call) throws IOException {
        call.channel.write(call.buffer);
        if (!call.buffer.hasRemaining()) {
            key.cancel();
            end(call);
        }
    }

    private void dropSlow() {
        long now = System.nanoTime();
        if (now - looked < LOOK_NANOS) {
            return;
        }
        looked = now;
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Call call && !call.handed && now - call.deadline > 0) {
                end(call);
            }
        }
    }

    private void end(Call call) {
        if (call.channel.isOpen()) {
            connections--;
            shut(call.channel);
        }
    }

    private static void shut(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.debug("Closing failed: {}", e.getMessage());
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("The CNI socket {} cannot be removed: {}", path, e.getMessage());
        }
    }
}
