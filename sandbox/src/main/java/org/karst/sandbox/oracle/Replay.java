package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Sends the requests of a seed to both sides and tells what differs. */
public final class Replay {
    private static final int OPEN_WATCHES = 3;
    /** The real server's cache, which answers some reads, follows its storage by some milliseconds. */
    private static final int CACHE_DELAY_MILLISECONDS = 250;

    private final Side real;
    private final Side karst;
    private final long seed;
    private final Consumer<String> report;
    private final Deque<OpenWatch> watches = new ArrayDeque<>();
    private final Map<Explanation, Integer> explained = new EnumMap<>(Explanation.class);
    private long passed;
    private long failed;

    private record OpenWatch(long number, Request request, WatchPair pair) {}

    /**
     * A replay.
     *
     * @param report told each unexplained difference
     */
    public Replay(Side real, Side karst, long seed, Consumer<String> report) {
        this.real = real;
        this.karst = karst;
        this.seed = seed;
        this.report = report;
    }

    /** Sends so many requests. */
    public void run(long requests) throws IOException, InterruptedException {
        for (String namespace : RequestGenerator.NAMESPACES) {
            both(Request.of("POST", Kind.NAMESPACE.path(""), "{\"metadata\":{\"name\":\"" + namespace + "\"}}"));
        }
        RequestGenerator generator = new RequestGenerator(seed);
        for (long number = 1; number <= requests; number++) {
            send(number, generator.request(number));
        }
        while (!watches.isEmpty()) {
            finish(watches.removeFirst());
        }
    }

    /** How many requests were answered the same, but for what is explained. */
    public long passed() {
        return passed;
    }

    /** How many were not. */
    public long failed() {
        return failed;
    }

    /** How often each explanation was needed. */
    public Map<Explanation, Integer> explained() {
        return new EnumMap<>(explained);
    }

    private List<Difference> both(Request request) throws IOException, InterruptedException {
        return Comparison.of(real.send(request), karst.send(request));
    }

    private void send(long number, Request request) throws IOException, InterruptedException {
        if (request.isWatch()) {
            if (watches.size() == OPEN_WATCHES) {
                finish(watches.removeFirst());
            }
            watches.addLast(new OpenWatch(number, request, WatchPair.open(real, karst, request)));
            return;
        }
        List<Difference> differences = unexplained(request, both(request), false);
        if (!differences.isEmpty() && !request.changes()) {
            Thread.sleep(CACHE_DELAY_MILLISECONDS);
            differences = both(request);
        }
        judge(number, request, differences);
        if (!unexplained(request, differences, false).isEmpty() && request.changes()) {
            heal(request);
        }
    }

    private void finish(OpenWatch watch) throws IOException, InterruptedException {
        try (WatchPair pair = watch.pair()) {
            judge(watch.number(), watch.request(), pair.differences());
        }
    }

    private List<Difference> unexplained(Request request, List<Difference> differences, boolean count) {
        List<Difference> left = new ArrayList<>();
        for (Difference difference : differences) {
            Optional<Explanation> explanation = Explanation.of(request, difference);
            if (explanation.isEmpty()) {
                left.add(difference);
            } else if (count) {
                explained.merge(explanation.get(), 1, Integer::sum);
            }
        }
        return left;
    }

    private void judge(long number, Request request, List<Difference> differences) {
        List<Difference> left = unexplained(request, differences, true);
        if (left.isEmpty()) {
            passed++;
            return;
        }
        failed++;
        StringBuilder text = new StringBuilder("seed ")
                .append(seed)
                .append(", request ")
                .append(number)
                .append(": ");
        text.append(request);
        left.forEach(difference -> text.append("\n    differs: ").append(difference));
        report.accept(text.toString());
    }

    /** Takes away what a request was about, on both sides: a difference must not make others. */
    private void heal(Request request) throws IOException, InterruptedException {
        while (!watches.isEmpty()) {
            watches.removeFirst().pair().close();
        }
        if (request.path().startsWith(Kind.NAMESPACE.path("") + "/team-")) {
            clearNamespace(request.object());
            return;
        }
        for (Kind kind : Kind.values()) {
            for (String namespace : kind.namespaced ? RequestGenerator.NAMESPACES : List.of("")) {
                String collection = kind.path(namespace);
                if (request.path().startsWith(collection) && kind != Kind.NAMESPACE) {
                    clear(real, collection);
                    clear(karst, collection);
                }
            }
        }
    }

    /** A namespace of the real server waits for a controller that would end it. */
    private void clearNamespace(String path) throws IOException, InterruptedException {
        for (Side side : List.of(real, karst)) {
            side.send(Request.of("DELETE", path, ""));
            side.forget(path);
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":{\"finalizers\":[]}}";
        for (Side side : List.of(real, karst)) {
            side.send(new Request(
                    "PATCH",
                    path,
                    "",
                    Map.of("content-type", "application/merge-patch+json"),
                    "{\"metadata\":{\"finalizers\":null}}",
                    Optional.empty()));
        }
        real.send(Request.of("PUT", path + "/finalize", body));
    }

    private static void clear(Side side, String collection) throws IOException, InterruptedException {
        for (JsonNode item : side.send(Request.of("GET", collection, "")).body().path("items")) {
            String path = collection + '/' + item.path("metadata").path("name").asText();
            Map<String, String> headers = Map.of("content-type", "application/merge-patch+json");
            side.send(
                    new Request("PATCH", path, "", headers, "{\"metadata\":{\"finalizers\":null}}", Optional.empty()));
            side.send(new Request("DELETE", path, "?gracePeriodSeconds=0", Map.of(), "", Optional.empty()));
            side.forget(path);
        }
    }
}
