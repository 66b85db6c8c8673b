package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The same watch on both sides. */
final class WatchPair implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(4);
    private static final long QUIET = TimeUnit.MILLISECONDS.toNanos(60);

    private final Stream real;
    private final Stream karst;

    /** One side of it: a thread that reads until the end. */
    private static final class Stream {
        private final HttpResponse<InputStream> response;
        private final List<JsonNode> events = new ArrayList<>();
        private long last = System.nanoTime();

        Stream(HttpResponse<InputStream> response) {
            this.response = response;
            Thread reader = new Thread(this::read, "watch");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    add(JSON.readTree(line));
                }
            } catch (IOException ended) {
                // The stream was closed, here or there: what came is what counts.
            }
        }

        private synchronized void add(JsonNode event) {
            boolean initial =
                    event.path("object").path("metadata").path("annotations").has("k8s.io/initial-events-end");
            if (!event.path("type").asText().equals("BOOKMARK") || initial) {
                events.add(event);
                last = System.nanoTime();
            }
        }

        private synchronized List<JsonNode> events() {
            return List.copyOf(events);
        }

        private synchronized boolean isQuiet() {
            return System.nanoTime() - last > QUIET;
        }
    }

    private WatchPair(Stream real, Stream karst) {
        this.real = real;
        this.karst = karst;
    }

    static WatchPair open(Side real, Side karst, Request request) throws IOException, InterruptedException {
        return new WatchPair(new Stream(real.open(request)), new Stream(karst.open(request)));
    }

    /** What differs in the events so far; waits until both have told what there is to tell. */
    List<Difference> differences() throws InterruptedException {
        if (real.response.statusCode() != karst.response.statusCode()) {
            return List.of(new Difference(
                    "status",
                    Integer.toString(real.response.statusCode()),
                    Integer.toString(karst.response.statusCode())));
        }
        long deadline = System.nanoTime() + PATIENCE;
        while (System.nanoTime() < deadline
                && !(real.isQuiet()
                        && karst.isQuiet()
                        && real.events().size() == karst.events().size())) {
            Thread.sleep(5);
        }
        List<JsonNode> expected = real.events();
        List<JsonNode> actual = karst.events();
        List<Difference> found = new ArrayList<>();
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            for (Difference difference : Comparison.of(expected.get(i), actual.get(i))) {
                String path = "event[" + i + "]" + difference.path().substring("body".length());
                found.add(new Difference(path, difference.real(), difference.karst()));
            }
        }
        if (expected.size() != actual.size()) {
            found.add(new Difference("events", told(expected), told(actual)));
        }
        return found;
    }

    private static String told(List<JsonNode> events) {
        StringBuilder text = new StringBuilder().append(events.size());
        events.forEach(event -> text.append(' ')
                .append(event.path("type").asText())
                .append(':')
                .append(event.path("object").path("metadata").path("name").asText()));
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        real.response.body().close();
        karst.response.body().close();
    }
}
