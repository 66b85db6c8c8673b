package org.karst.ovsdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line between a client and a real server that can be cut, can fall silent, can carry garbage, and can pretend that the
 * server is too old for a method. It relies on our client's writing each message at once.
 */
final class FaultyLine implements AutoCloseable {
    private static final Pattern METHOD =
            Pattern.compile("^\\{\"method\":\"(\\w+)\".*\"id\":(\\d+)\\}$", Pattern.DOTALL);

    private static final String ECHO = "\"method\":\"echo\"";

    private final Path server;
    private final Path socket;
    private final ServerSocketChannel listener;
    private final List<SocketChannel> channels = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> clients = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();
    private final Set<SocketChannel> silent = ConcurrentHashMap.newKeySet();
    private volatile boolean refusing;

    FaultyLine(OvsdbServer server) throws IOException {
        this.server = server.socket();
        this.socket = server.directory().resolve("line.sock");
        this.listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        daemon(() -> {
            while (true) {
                SocketChannel client = listener.accept();
                if (refusing) {
                    client.close();
                    continue;
                }
                SocketChannel upstream;
                try {
                    upstream = SocketChannel.open(UnixDomainSocketAddress.of(this.server));
                } catch (IOException e) {
                    client.close(); // no server at the other end now; the next client may find one
                    continue;
                }
                channels.add(client);
                channels.add(upstream);
                clients.add(client);
                daemon(() -> pump(client, upstream, true));
                daemon(() -> pump(upstream, client, false));
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the line was cut; that is what it is for
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void pump(SocketChannel from, SocketChannel to, boolean toServer) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                String text = StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
                Matcher request = METHOD.matcher(text);
                if (silent.contains(from)) {
                    buffer.clear();
                    continue;
                }
                if (toServer && text.contains(ECHO)) {
                    requests.add("echo");
                }
                if (toServer && request.matches()) {
                    requests.add(request.group(1));
                    if (unknown.contains(request.group(1))) {
                        send(from, "{\"error\":\"unknown method\",\"result\":null,\"id\":" + request.group(2) + "}");
                        buffer.clear();
                        continue;
                    }
                }
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        }
    }

    private static void send(SocketChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    Endpoint endpoint() {
        return new Endpoint.Unix(socket);
    }

    /** The methods that clients asked for, in order. */
    List<String> requests() {
        return requests;
    }

    /** From now on the server does not know these methods. */
    void pretendUnknown(String... methods) {
        unknown.addAll(List.of(methods));
    }

    /** From now on nothing passes on what is open, but nothing is closed either. */
    void silence() {
        silent.addAll(channels);
    }

    /** Writes bytes to the client that came last, as if the server had. */
    void inject(String text) throws IOException {
        send(clients.get(clients.size() - 1), text);
    }

    /** Ends what is open, and whatever comes until {@link #mend}. */
    void breakDown() {
        refusing = true;
        cut();
    }

    /** Lets clients come again. */
    void mend() {
        refusing = false;
    }

    /** Ends what is open; clients may come again at once. */
    void cut() {
        channels.forEach(channel -> {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        channels.clear();
        clients.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
