package org.karst.openflow.internal.connection;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.karst.openflow.TlsFiles;
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

    private static final int REST_SECONDS = 5;

    private final InetSocketAddress address;
    private final LinkListener listener;
    private final Optional<TlsGate> tls;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final AtomicReference<TcpHandler> handler = new AtomicReference<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * A server that does not listen yet.
     *
     * @throws IllegalArgumentException if the files for TLS are no such files
     */
    public SwitchServer(InetSocketAddress address, Optional<TlsFiles> tls, LinkListener listener) {
        this.tls = tls.map(TlsGate::new);
        this.address = address;
        this.listener = listener;
    }

    /** Begins to listen, on a thread of its own; tries again and again where the address is taken. */
    public void start() {
        Thread thread = new Thread(this::listen, "karst-openflow-listener");
        thread.setDaemon(true);
        thread.start();
    }

    private TcpHandler handler() {
        LinkInitializer initializer = new LinkInitializer(listener, tls);
        initializer.setSwitchConnectionHandler(new Welcome());
        initializer.setDeserializationFactory(WholeMessages.factory());
        initializer.setSerializationFactory(new SerializationFactory(new SerializerRegistryImpl()));
        initializer.setSwitchIdleTimeout(0);
        initializer.setUseBarrier(false);
        initializer.setChannelOutboundQueueSize(QUEUE_SIZE);
        TcpHandler made = new TcpHandler(address.getAddress(), address.getPort(), this::online);
        made.setChannelInitializer(initializer);
        made.initiateNioEventLoopGroups(new Threads());
        return made;
    }

    private void listen() {
        try {
            while (!stopped.await(0, TimeUnit.SECONDS)) {
                TcpHandler made = handler();
                handler.set(made);
                try {
                    made.run();
                } catch (Exception e) { // openflowjava throws what binding threw, undeclared
                    LOG.error(
                            "cannot listen for switches on {}: {}; trying again in {} s",
                            address,
                            e.getMessage(),
                            REST_SECONDS);
                    made.shutdown();
                }
                if (stopped.await(REST_SECONDS, TimeUnit.SECONDS)) {
                    made.shutdown();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        port.completeExceptionally(new IllegalStateException("nobody listens on " + address));
    }

    private void online() {
        port.complete(handler.get().getPort());
    }

    /** The port, once it is open. */
    public CompletableFuture<Integer> port() {
        return port.copy();
    }

    /** Stops listening and ends all links. */
    public void stop() {
        stopped.countDown();
        TcpHandler made = handler.get();
        if (made != null) {
            made.shutdown();
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
