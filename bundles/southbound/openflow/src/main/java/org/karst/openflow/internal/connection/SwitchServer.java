package org.karst.openflow.internal.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.opendaylight.openflowjava.protocol.api.connection.ConnectionAdapter;
import org.opendaylight.openflowjava.protocol.api.connection.SwitchConnectionHandler;
import org.opendaylight.openflowjava.protocol.api.connection.ThreadConfiguration;
import org.opendaylight.openflowjava.protocol.impl.core.TcpHandler;
import org.opendaylight.openflowjava.protocol.impl.serialization.SerializationFactory;
import org.opendaylight.openflowjava.protocol.impl.serialization.SerializerRegistryImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for switches. One instance listens once. */
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for a server to end
public final class SwitchServer {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchServer.class);
    /** openflowjava's own queue for sending is not used: what is under way is bounded by the driver. */
    private static final int QUEUE_SIZE = 1;

    private final InetSocketAddress address;
    private final LinkListener listener;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private TcpHandler handler;

    public SwitchServer(InetSocketAddress address, LinkListener listener) {
        this.address = address;
        this.listener = listener;
    }

    /** Begins to listen, on a thread of its own. */
    public void start() {
        LinkInitializer initializer = new LinkInitializer(listener);
        initializer.setSwitchConnectionHandler(new Welcome());
        initializer.setDeserializationFactory(WholeMessages.factory());
        initializer.setSerializationFactory(new SerializationFactory(new SerializerRegistryImpl()));
        initializer.setSwitchIdleTimeout(0);
        initializer.setUseBarrier(false);
        initializer.setChannelOutboundQueueSize(QUEUE_SIZE);
        handler = new TcpHandler(address.getAddress(), address.getPort(), this::online);
        handler.setChannelInitializer(initializer);
        handler.initiateNioEventLoopGroups(new Threads());
        Thread thread = new Thread(this::listen, "karst-openflow-listener");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        try {
            handler.run();
            port.completeExceptionally(new IllegalStateException("nobody listens on " + address));
        } catch (Exception e) { // openflowjava throws what binding threw, undeclared
            LOG.error("cannot listen for switches on {}: {}", address, e.getMessage());
            port.completeExceptionally(e);
            handler.shutdown();
        }
    }

    private void online() {
        port.complete(handler.getPort());
    }

    /** The port, once it is open. */
    public CompletableFuture<Integer> port() {
        return port.copy();
    }

    /** Stops listening and ends all links. */
    public void stop() {
        if (handler != null) {
            handler.shutdown();
        }
    }

    /** Whoever connects may say who it is. */
    private static final class Welcome implements SwitchConnectionHandler {
        @Override
        public void onSwitchConnected(ConnectionAdapter connection) {
            // The link's listeners are set already.
        }

        @Override
        public boolean accept(InetAddress peer) {
            return true;
        }
    }

    private static final class Threads implements ThreadConfiguration {
        @Override
        public int getWorkerThreadCount() {
            return 2;
        }

        @Override
        public int getBossThreadCount() {
            return 1;
        }
    }
}
