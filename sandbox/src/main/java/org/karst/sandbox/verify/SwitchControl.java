package org.karst.sandbox.verify;

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
import org.karst.sandbox.SandboxException;

/**
 * What {@code ovs-appctl} does, without a process for each question: JSON-RPC over the daemon's control socket (ovs-appctl(8),
 * unixctl). One question at a time.
 */
final class SwitchControl implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final OutputStream requests;
    private final InputStream input;
    /** Made with the first answer: it looks at the first bytes at once. */
    private Optional<JsonParser> answers = Optional.empty();

    SwitchControl(Path socket) throws IOException {
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException absent) {
            throw new SandboxException("no answer at " + socket + ": " + absent.getMessage(), absent);
        }
        requests = Channels.newOutputStream(channel);
        input = Channels.newInputStream(channel);
    }

    /** Runs a command, for example {@code ofproto/trace}, and returns what it prints. */
    synchronized String call(String method, String... arguments) throws IOException {
        requests.write(JSON.writeValueAsBytes(
                JSON.createObjectNode().put("id", 0).put("method", method).set("params", JSON.valueToTree(arguments))));
        requests.flush();
        if (answers.isEmpty()) {
            answers = Optional.of(JSON.createParser(input));
        }
        JsonNode answer = JSON.readTree(answers.get());
        if (answer == null || !answer.isObject()) {
            throw new SandboxException("the switch closed its control socket");
        }
        if (!answer.path("error").isNull()) {
            throw new SandboxException(
                    method + ": " + answer.path("error").asText().strip());
        }
        return answer.path("result").asText();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
