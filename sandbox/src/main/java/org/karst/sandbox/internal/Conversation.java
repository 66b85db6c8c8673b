package org.karst.sandbox.internal;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** What happens on one channel of {@link org.karst.sandbox.TrafficServers}; attached to its key. Never blocks, never fails the loop. */
public abstract class Conversation {
    private static final int BUFFER = 64 * 1024;

    /** Does what the key is ready for; a failure ends this channel only. */
    public static void proceed(SelectionKey key) {
        try {
            ((Conversation) key.attachment()).ready(key);
        } catch (IOException | RuntimeException broken) {
            close(key);
        }
    }

    public static void close(SelectionKey key) {
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException ignored) {
            // It is of no more use either way.
        }
    }

    /** Takes connections; each talks as {@code conversations} says. */
    public static void register(
            Selector selector,
            ServerSocketChannel channel,
            Supplier<Conversation> conversations,
            List<SelectionKey> keys) {
        attach(selector, channel, SelectionKey.OP_ACCEPT, new Acceptor(conversations, keys), keys);
    }

    /** Answers datagrams by themselves. */
    public static void register(Selector selector, DatagramChannel channel, List<SelectionKey> keys) {
        attach(selector, channel, SelectionKey.OP_READ, new DatagramEcho(), keys);
    }

    static void attach(
            Selector selector, SelectableChannel channel, int operations, Conversation talk, List<SelectionKey> keys) {
        try {
            keys.removeIf(key -> !key.isValid());
            keys.add(channel.register(selector, operations, talk));
        } catch (ClosedChannelException gone) {
            throw new IllegalStateException(gone);
        }
    }

    public static Supplier<Conversation> echo() {
        return StreamEcho::new;
    }

    /** A web server that answers every request with one line of text. */
    public static Supplier<Conversation> web(String text) {
        return () -> new Web(text);
    }

    abstract void ready(SelectionKey key) throws IOException;

    private static final class Acceptor extends Conversation {
        private final Supplier<Conversation> conversations;
        private final List<SelectionKey> keys;

        Acceptor(Supplier<Conversation> conversations, List<SelectionKey> keys) {
            this.conversations = conversations;
            this.keys = keys;
        }

        @Override
        void ready(SelectionKey key) throws IOException {
            SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
            if (accepted != null) {
                accepted.configureBlocking(false);
                attach(key.selector(), accepted, SelectionKey.OP_READ, conversations.get(), keys);
            }
        }
    }

    private static final class DatagramEcho extends Conversation {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

        @Override
        void ready(SelectionKey key) throws IOException {
            DatagramChannel channel = (DatagramChannel) key.channel();
            while (true) {
                buffer.clear();
                SocketAddress sender = channel.receive(buffer);
                if (sender == null) {
                    return;
                }
                buffer.flip();
                try {
                    channel.send(buffer, sender);
                } catch (IOException unreachable) {
                    // The answer is lost, as any datagram may be; the server goes on.
                }
            }
        }
    }

    private static final class StreamEcho extends Conversation {
        private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

        @Override
        void ready(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            boolean ended = false;
            if (key.isReadable()) {
                ended = channel.read(buffer) < 0;
            }
            buffer.flip();
            channel.write(buffer);
            buffer.compact();
            if (ended && buffer.position() == 0) {
                close(key);
                return;
            }
            int interest = ended || !buffer.hasRemaining() ? 0 : SelectionKey.OP_READ;
            key.interestOps(buffer.position() > 0 ? interest | SelectionKey.OP_WRITE : interest);
        }
    }

    private static final class Web extends Conversation {
        private static final int LONGEST_HEAD = 8 * 1024;

        private final ByteBuffer head = ByteBuffer.allocate(LONGEST_HEAD);
        private final ByteBuffer answer;

        Web(String text) {
            byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
            String header = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                    + body.length + "\r\nConnection: close\r\n\r\n";
            answer = ByteBuffer.allocate(header.length() + body.length)
                    .put(header.getBytes(StandardCharsets.US_ASCII))
                    .put(body)
                    .flip();
        }

        @Override
        void ready(SelectionKey key) throws IOException {
            SocketChannel channel = (SocketChannel) key.channel();
            if (key.isReadable()) {
                int read = channel.read(head);
                if (read < 0 || !head.hasRemaining()) {
                    close(key);
                    return;
                }
                String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
                if (!text.contains("\r\n\r\n")) {
                    return;
                }
                key.interestOps(SelectionKey.OP_WRITE);
            }
            channel.write(answer);
            if (!answer.hasRemaining()) {
                channel.shutdownOutput();
                close(key);
            }
        }
    }
}
