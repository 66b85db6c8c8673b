package org.karst.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.karst.host.NetworkNamespace;
import org.karst.sandbox.internal.Conversation;

/**
 * Echo servers (TCP and UDP) and web servers (which answer with their place's name) in many places, on one thread. A channel
 * stays in the namespace in which it was made, so no place needs a process.
 */
public final class TrafficServers implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int UDP_BUFFER = 1024 * 1024;

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Map<String, List<SelectionKey>> keysOfPlaces = new TreeMap<>();
    private volatile boolean closed;

    private TrafficServers(Selector selector) {
        this.selector = selector;
        this.thread = new Thread(this::serve, "traffic servers");
    }

    /** Starts the thread; there is no server yet. */
    public static TrafficServers start() throws IOException {
        TrafficServers servers = new TrafficServers(Selector.open());
        servers.thread.setDaemon(true);
        servers.thread.start();
        return servers;
    }

    /**
     * Opens servers in a place.
     *
     * @param place key for {@link #close(String)}
     * @param name what the web server answers
     * @param addresses where to listen: a place with several addresses needs each of them here, so that a datagram is answered from
     *     the address that it was sent to; empty: all addresses
     */
    public void open(
            String place, String name, NetworkNamespace namespace, List<InetAddress> addresses, ServerPorts ports)
            throws IOException {
        List<ServerSocketChannel> echo = new ArrayList<>();
        List<ServerSocketChannel> web = new ArrayList<>();
        List<DatagramChannel> datagrams = new ArrayList<>();
        namespace.run(inside -> {
            for (InetSocketAddress address : socketAddresses(addresses, ports.streams())) {
                echo.add(listen(address));
            }
            for (InetSocketAddress address : socketAddresses(addresses, ports.datagrams())) {
                DatagramChannel channel = DatagramChannel.open();
                datagrams.add(channel);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, UDP_BUFFER).bind(address);
                channel.configureBlocking(false);
            }
            for (InetSocketAddress address : socketAddresses(addresses, ports.web())) {
                web.add(listen(address));
            }
        });
        tasks.add(() -> {
            List<SelectionKey> keys = keysOfPlaces.computeIfAbsent(place, absent -> new ArrayList<>());
            echo.forEach(channel -> Conversation.register(selector, channel, Conversation.echo(), keys));
            web.forEach(channel -> Conversation.register(selector, channel, Conversation.web(name), keys));
            datagrams.forEach(channel -> Conversation.register(selector, channel, keys));
        });
        selector.wakeup();
    }

    /** Ends the servers of a place, with their connections. */
    public void close(String place) {
        tasks.add(() -> keysOfPlaces.getOrDefault(place, List.of()).forEach(Conversation::close));
        tasks.add(() -> keysOfPlaces.remove(place));
        selector.wakeup();
    }

    private static List<InetSocketAddress> socketAddresses(List<InetAddress> addresses, List<Integer> ports) {
        return ports.stream()
                .flatMap(port -> addresses.isEmpty()
                        ? Stream.of(new InetSocketAddress(port))
                        : addresses.stream().map(address -> new InetSocketAddress(address, port)))
                .toList();
    }

    private static ServerSocketChannel listen(InetSocketAddress address) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address, BACKLOG);
        channel.configureBlocking(false);
        return channel;
    }

    private void serve() {
        while (!closed) {
            try {
                selector.select(Conversation::proceed);
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
        selector.keys().forEach(Conversation::close);
        try {
            selector.close();
        } catch (IOException ignored) {
            // Its channels are closed already.
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(2_000);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }
}
