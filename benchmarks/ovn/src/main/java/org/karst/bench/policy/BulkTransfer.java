package org.karst.bench.policy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.Place;
import org.karst.sandbox.SandboxException;

/** One TCP connection on which as much is sent as passes. */
final class BulkTransfer {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int BUFFER = 256 * 1024;
    private static final double BITS_PER_BYTE = 8;

    private final Place from;
    private final Place to;
    private final int port;

    /**
     * A way to be tried.
     *
     * @param port TCP, where nobody listens
     */
    BulkTransfer(Place from, Place to, int port) {
        this.from = from;
        this.to = to;
        this.port = port;
    }

    /** What is done while it flows. */
    @FunctionalInterface
    interface Meanwhile {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Sends for a while.
     *
     * @param begin time for TCP to find its window, and for the datapath to get its flows; not measured
     * @return megabits a second that arrived
     */
    double megabits(Duration begin, Duration time) throws IOException, InterruptedException {
        double[] rate = new double[1];
        AtomicLong received = new AtomicLong();
        run(received, () -> {
            Thread.sleep(begin.toMillis());
            long before = received.get();
            long start = System.nanoTime();
            Thread.sleep(time.toMillis());
            double seconds = (System.nanoTime() - start) / 1e9;
            rate[0] = (received.get() - before) * BITS_PER_BYTE / 1e6 / seconds;
        });
        return rate[0];
    }

    /** Sends while something else is done. */
    void during(Meanwhile meanwhile) throws IOException, InterruptedException {
        run(new AtomicLong(), meanwhile);
    }

    private void run(AtomicLong received, Meanwhile meanwhile) throws IOException, InterruptedException {
        try (ServerSocketChannel server = in(to, inside -> ServerSocketChannel.open());
                SocketChannel sender = in(from, inside -> SocketChannel.open())) {
            server.bind(new InetSocketAddress(port));
            sender.socket()
                    .connect(
                            new InetSocketAddress(
                                    InetAddress.getByName(to.ipv4().orElseThrow()), port),
                            Math.toIntExact(PATIENCE.toMillis()));
            try (SocketChannel receiver = server.accept()) {
                Thread receiving = start("receiver", () -> receive(receiver, received));
                Thread sending = start("sender", () -> send(sender));
                meanwhile.run();
                if (!sending.isAlive() || !receiving.isAlive()) {
                    throw new SandboxException("the connection from " + from.name() + " to " + to.name() + " broke");
                }
                sender.close();
                sending.join();
                // What is under way arrives before the other side has its turn.
                receiving.join(PATIENCE.toMillis());
            }
        }
    }

    /** A socket stays where it was made. */
    private static <T> T in(Place place, NetworkNamespace.Work<T, RuntimeException> work) throws IOException {
        try (NetworkNamespace namespace = NetworkNamespace.named(place.namespace())) {
            return namespace.call(work);
        }
    }

    /** A channel's work, which ends with the channel. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException ended) {
                        // Who waits for the thread sees that it has ended.
                    }
                },
                "bulk transfer, " + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void send(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        while (channel.write(buffer.clear()) > 0) {
            // A blocking channel takes at least a byte, until it is closed.
        }
    }

    private static void receive(SocketChannel channel, AtomicLong received) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer.clear())) {
            received.addAndGet(read);
        }
    }
}
