package org.karst.unixctl;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** A connection to a daemon's control socket: JSON-RPC (ovs-appctl(8)). One question at a time; {@link #close} ends a wait. */
public final class ControlSocket implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final OutputStream requests;
    private final InputStream input;
    /** Made with the first answer: it looks at the first bytes at once. */
    private Optional<JsonParser> answers = Optional.empty();

    /**
     * Connects.
     *
     * @throws ControlException if nobody listens there
     */
    public ControlSocket(Path socket) throws IOException {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException absent) {
            throw new ControlException(
                    "nobody listens at " + socket + " (" + absent.getMessage()
                            + "): is ovs-vswitchd running, and is that its control socket?",
                    absent);
        }
        requests = Channels.newOutputStream(channel);
        input = Channels.newInputStream(channel);
    }

    /**
     * Runs a command and returns what it prints.
     *
     * @param method such as {@code ofproto/trace}
     * @throws ControlException if the daemon refuses it or goes away
     */
    public synchronized String call(String method, String... arguments) throws IOException {
        requests.write(JSON.writeValueAsBytes(
                JSON.createObjectNode().put("id", 0).put("method", method).set("params", JSON.valueToTree(arguments))));
        requests.flush();
        if (answers.isEmpty()) {
            answers = Optional.of(JSON.createParser(input));
        }
        JsonNode answer = JSON.readTree(answers.get());
        if (answer == null || !answer.isObject()) {
            throw new ControlException("the switch closed its control socket");
        }
        if (!answer.path("error").isNull()) {
            throw new ControlException(
                    method + ": " + answer.path("error").asText().strip());
        }
        return answer.path("result").asText();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
