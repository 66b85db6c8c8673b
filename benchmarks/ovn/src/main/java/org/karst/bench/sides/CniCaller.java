package org.karst.bench.sides;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Calls the server's CNI sockets as the plugin does, many calls at once from one thread: kubelets of many nodes, each with many
 * pods to start, without their programs.
 *
 * <p>Messages: a length of four bytes, then so many bytes; the answer's first byte is the plugin's exit status.
 */
final class CniCaller {
    private static final long PATIENCE_MILLISECONDS = 60_000;

    private CniCaller() {}

    /**
     * A call.
     *
     * @param socket of the node
     * @param request JSON
     */
    record Call(Path socket, String request) {}

    /** A connection with what is still to be written, then with what was read. */
    private static final class Conversation {
        private final int number;
        private final ByteBuffer request;
        private ByteBuffer answer = ByteBuffer.allocate(4);
        private boolean lengthKnown;

        Conversation(int number, ByteBuffer request) {
            this.number = number;
            this.request = request;
        }
    }

    /**
     * Makes all calls at once.
     *
     * @return the answers, in the order of the calls
     * @throws IOException if one is refused, with the server's sentence
     */
    static List<String> call(List<Call> calls) throws IOException {
        String[] answers = new String[calls.size()];
        List<SocketChannel> channels = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (Call call : calls) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channels.add(channel);
                channel.connect(UnixDomainSocketAddress.of(call.socket()));
                channel.configureBlocking(false);
                Conversation conversation = new Conversation(channels.size() - 1, framed(call.request()));
                channel.write(conversation.request);
                channel.register(
                        selector,
                        conversation.request.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ,
                        conversation);
            }
            int left = calls.size();
            while (left > 0) {
                if (selector.select(PATIENCE_MILLISECONDS) == 0) {
                    throw new IOException(left + " CNI calls were not answered");
                }
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); ) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (proceed(key, answers)) {
                        key.cancel();
                        left--;
                    }
                }
            }
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
        return Arrays.asList(answers);
    }

    private static ByteBuffer framed(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .flip();
    }

    /** Whether the answer is complete. */
    private static boolean proceed(SelectionKey key, String[] answers) throws IOException {
        Conversation conversation = (Conversation) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isWritable()) {
            channel.write(conversation.request);
            if (!conversation.request.hasRemaining()) {
                key.interestOps(SelectionKey.OP_READ);
            }
            return false;
        }
        if (channel.read(conversation.answer) < 0) {
            throw new IOException("the server closed a CNI call without an answer");
        }
        if (conversation.answer.hasRemaining()) {
            return false;
        }
        if (!conversation.lengthKnown) {
            conversation.lengthKnown = true;
            conversation.answer = ByteBuffer.allocate(conversation.answer.flip().getInt());
            return false;
        }
        ByteBuffer answer = conversation.answer.flip();
        boolean failed = answer.get() != 0;
        String text = StandardCharsets.UTF_8.decode(answer).toString().strip();
        if (failed) {
            throw new IOException("a CNI call failed: " + text);
        }
        answers[conversation.number] = text;
        return true;
    }
}
