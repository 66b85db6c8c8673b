package org.karst.sandbox.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.Echo;

/**
 * Streams of numbered datagrams, all on one thread. Every stream renews its port now and then, so that new connections are
 * among them all the time.
 */
public final class Traffic implements AutoCloseable {
    private static final int PAYLOAD = 64;
    private static final int RECEIVE_BUFFER = 1024 * 1024;
    /** A machine that lags this far behind has lost its beat: what was not sent is left out, and never counts as lost. */
    private static final long LONGEST_LAG = Duration.ofMillis(20).toNanos();

    private final List<Numbering> numberings = new ArrayList<>();
    private final Selector selector;
    private final long interval;
    private final Thread thread;
    private volatile boolean closed;

    private Traffic(Selector selector, int perSecond) {
        this.selector = selector;
        this.interval = Duration.ofSeconds(1).toNanos() / perSecond;
        this.thread = new Thread(this::run, "numbered traffic");
        this.thread.setDaemon(true);
    }

    /**
     * Sends from now on.
     *
     * @param perSecond datagrams of each stream, 1 to 1,000
     */
    public static Traffic start(List<Stream> streams, int perSecond) throws IOException {
        Traffic traffic = new Traffic(Selector.open(), perSecond);
        for (Stream stream : streams) {
            Numbering numbering = new Numbering(stream, Duration.ofSeconds(1).toNanos() / perSecond);
            traffic.numberings.add(numbering);
            traffic.renew(numbering);
        }
        traffic.thread.start();
        return traffic;
    }

    private void renew(Numbering numbering) throws IOException {
        Stream stream = numbering.stream();
        DatagramChannel channel;
        try (NetworkNamespace place = NetworkNamespace.named(stream.from().namespace())) {
            channel = place.<DatagramChannel, RuntimeException>call(inside -> DatagramChannel.open());
        }
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
        channel.configureBlocking(false);
        channel.connect(new InetSocketAddress(stream.to(), Echo.PORT));
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ, numbering);
        numbering.use(key);
    }

    private void run() {
        long next = System.nanoTime();
        byte[] buffer = new byte[2048];
        while (!closed) {
            long now = System.nanoTime();
            if (now - next > LONGEST_LAG) {
                next = now;
            }
            while (next - now <= 0) {
                for (Numbering numbering : numberings) {
                    send(numbering);
                }
                next += interval;
            }
            receive(buffer);
            LockSupport.parkNanos(Math.min(interval, Math.max(0, next - System.nanoTime())));
        }
    }

    private void send(Numbering numbering) {
        try {
            if (numbering.wantsRenewal()) {
                renew(numbering);
            }
            int number = numbering.sent(System.nanoTime());
            numbering.channel().write(ByteBuffer.wrap(Echo.numbered(PAYLOAD, number)));
        } catch (IOException refused) {
            // An ICMP error or a link that is down: the datagram does not come back, which is what counts.
            numbering.failed();
        }
    }

    private void receive(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            selector.selectNow(key -> {
                Numbering numbering = (Numbering) key.attachment();
                try {
                    DatagramChannel channel = (DatagramChannel) key.channel();
                    buffer.clear();
                    while (channel.read(buffer) > 0) {
                        numbering.answered(Echo.number(bytes, buffer.position()), System.nanoTime());
                        buffer.clear();
                    }
                } catch (IOException refused) {
                    numbering.failed();
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends the sending, waits for the last answers and says what became of each stream. */
    public List<StreamReport> finish() throws IOException, InterruptedException {
        closed = true;
        thread.join();
        long end = System.nanoTime() + Numbering.PATIENCE;
        byte[] buffer = new byte[2048];
        while (System.nanoTime() - end < 0 && numberings.stream().anyMatch(Numbering::waits)) {
            receive(buffer);
            Thread.sleep(1);
        }
        List<StreamReport> reports = numberings.stream().map(Numbering::report).toList();
        close();
        return reports;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        if (selector.isOpen()) {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        }
    }
}
