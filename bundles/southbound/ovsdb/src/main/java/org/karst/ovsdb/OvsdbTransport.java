package org.karst.ovsdb;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.karst.ovsdb.internal.Connector;

/** The event loops on which clients live. One of them serves thousands of connections: OVSDB is quiet. */
public final class OvsdbTransport implements AutoCloseable {
    private final EventLoopGroup loops;

    /**
     * Starts the loops, as daemon threads named "ovsdb".
     *
     * @param threads how many, at least 1; a client stays on one of them
     */
    public OvsdbTransport(int threads) {
        this.loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("ovsdb", true));
    }

    /**
     * Starts a client, which connects at once and again whenever the connection is lost, until it is closed.
     */
    public OvsdbClient connect(Endpoint endpoint, ClientSettings settings, ClientListener listener) {
        OvsdbClient client = new OvsdbClient(new Connector(endpoint, settings, loops.next()), listener);
        client.start();
        return client;
    }

    /** One of the loops; the only one if there is one thread. */
    public ScheduledExecutorService loop() {
        return loops.next();
    }

    /** Ends the loops and with them all clients; pending requests fail. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
