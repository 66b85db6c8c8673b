package org.karst.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An open watch. */
public final class TestWatch implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final int status;
    private final InputStream stream;
    private final BufferedReader lines;

    TestWatch(int status, InputStream stream) {
        this.status = status;
        this.stream = stream;
        this.lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
    }

    public int status() {
        return status;
    }

    /** The next event, or null at the end of the stream. */
    public JsonNode next() {
        CompletableFuture<JsonNode> event = CompletableFuture.supplyAsync(() -> {
            try {
                String line = lines.readLine();
                return line == null ? null : MAPPER.readTree(line);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            return event.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("no event came", e);
        }
    }

    /** Type and name of the next event, such as {@code ADDED web}. */
    public String nextName() {
        JsonNode event = next();
        return event == null
                ? "END"
                : event.path("type").asText()
                        + ' '
                        + event.at("/object/metadata/name").asText();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
