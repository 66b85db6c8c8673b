package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.karst.sandbox.SandboxCluster;

/**
 * Stands between the server's Kubernetes client and the API, in the server's own network namespace. It passes everything on until a
 * test makes it do what bad networks and servers do.
 */
final class ApiProxy implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PATIENCE_SECONDS = 20;

    private final SandboxCluster cluster;
    private final HttpClient upstream;
    private final String token;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Thread breath = new Thread(this::breathe, "breath of the proxy");
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    /** By the plural: how many watches were opened, lists were answered. */
    private final Map<String, AtomicInteger> watched = new ConcurrentHashMap<>();

    private final Map<String, AtomicInteger> listed = new ConcurrentHashMap<>();
    /** So many of whose next watches are refused because their position is too old. */
    private final Map<String, AtomicInteger> expired = new ConcurrentHashMap<>();
    /** Of so many of whose next lists only a part is shown. */
    private final Map<String, AtomicInteger> shortened = new ConcurrentHashMap<>();

    private volatile int shown;

    private HttpServer server;
    private int port;

    /** A watch that is open. */
    private static final class Watch {
        private final String plural;
        private final InputStream from;
        private final OutputStream to;
        private volatile boolean held;
        private boolean between = true;

        Watch(String plural, InputStream from, OutputStream to) {
            this.plural = plural;
            this.from = from;
            this.to = to;
        }

        synchronized void pass(byte[] bytes, int count) throws IOException {
            if (!held) {
                to.write(bytes, 0, count);
                to.flush();
                between = bytes[count - 1] == '\n';
            }
        }

        /** Tells what the API has never said, between two events; false if the watch is in the middle of one, or over. */
        synchronized boolean tell(byte[] events) {
            if (held || !between) {
                return false;
            }
            try {
                to.write(events);
                to.flush();
                return true;
            } catch (IOException gone) {
                end();
                return false;
            }
        }

        /** A byte that means nothing, between two events: a server that has nothing to say does not look like one that hangs. */
        synchronized void breathe() {
            if (!held && between) {
                try {
                    to.write('\n');
                    to.flush();
                } catch (IOException gone) {
                    end();
                }
            }
        }

        void end() {
            try {
                from.close();
            } catch (IOException over) {
                // It has ended by itself.
            }
        }
    }

    private ApiProxy(SandboxCluster cluster) {
        this.cluster = cluster;
        this.upstream = cluster.client().getHttpClient();
        this.token = cluster.client().getConfiguration().getAutoOAuthToken();
    }

    static ApiProxy start(SandboxCluster cluster) throws IOException {
        ApiProxy proxy = new ApiProxy(cluster);
        proxy.breath.setDaemon(true);
        proxy.listen();
        proxy.breath.start();
        return proxy;
    }

    private void listen() throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        server = cluster.sandbox()
                .namespace("controller")
                .<HttpServer, IOException>call(inside -> HttpServer.create(address, 0));
        port = server.getAddress().getPort();
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void breathe() {
        try {
            while (true) {
                Thread.sleep(1_000);
                watches.forEach(Watch::breathe);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** A kubeconfig that leads here. */
    Path kubeconfig(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file,
                """
                apiVersion: v1
                kind: Config
                current-context: proxy
                contexts: [{name: proxy, context: {cluster: proxy, user: proxy}}]
                clusters: [{name: proxy, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: proxy, user: {token: "%s"}}]
                """
                        .formatted(port, token));
    }

    /** Nobody listens any more, and every connection breaks. */
    void cut() {
        server.stop(0);
        endWatches();
    }

    /** Listens again. */
    void restore() throws IOException {
        listen();
    }

    /** Ends every watch; the position from which each kind's next one begins is called too old. */
    void expire() {
        watches.forEach(watch -> count(expired, watch.plural).incrementAndGet());
        endWatches();
    }

    /** As {@link #expire}, and the first list of each kind of objects shows but a part of them then. */
    void expireAndShorten(int objects) {
        shown = objects;
        // Kinds that read parts of the same objects ask for them in the same words: the second look of one must not
        // take the first of another.
        watches.forEach(watch -> count(shortened, watch.plural).set(1));
        expire();
    }

    /** From the watches that are open now comes nothing any more, and they do not end either. */
    void hold() {
        watches.forEach(watch -> watch.held = true);
    }

    /** Tells each watch of these objects events that the API has never told; returns when all have taken them, however long that takes. */
    void tell(String plural, byte[] events) {
        List<CompletableFuture<Void>> told = watches.stream()
                // from the others comes nothing any more, and whoever read them has gone
                .filter(watch -> watch.plural.equals(plural) && !watch.held)
                .map(watch -> CompletableFuture.runAsync(() -> tell(watch, events), threads))
                .toList();
        assertThat(told).as("open watches of " + plural).isNotEmpty();
        told.forEach(CompletableFuture::join);
    }

    private void tell(Watch watch, byte[] events) {
        while (watches.contains(watch) && !watch.tell(events)) {
            Thread.onSpinWait();
        }
    }

    private void endWatches() {
        watches.forEach(Watch::end);
    }

    int watches(String plural) {
        return count(watched, plural).get();
    }

    int lists(String plural) {
        return count(listed, plural).get();
    }

    private static AtomicInteger count(Map<String, AtomicInteger> counts, String plural) {
        return counts.computeIfAbsent(plural, unused -> new AtomicInteger());
    }

    /** Counts down what is to be done to the next ones. */
    private static boolean isNext(Map<String, AtomicInteger> counts, String plural) {
        return count(counts, plural).getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            URI uri = exchange.getRequestURI();
            String plural = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
            String query = uri.getQuery() == null ? "" : uri.getQuery();
            if (query.contains("watch=true")) {
                watch(exchange, plural);
            } else if (query.contains("limit=")) {
                list(exchange, plural);
            } else {
                HttpResponse<String> answer = ask(exchange, String.class);
                send(exchange, answer.code(), answer.isSuccessful() ? answer.body() : answer.bodyString());
            }
        } catch (ExecutionException | TimeoutException failed) {
            exchange.sendResponseHeaders(502, -1);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch(HttpExchange exchange, String plural)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        count(watched, plural).incrementAndGet();
        if (isNext(expired, plural)) {
            send(exchange, 410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\",\"message\":\"too old\"}");
            return;
        }
        HttpResponse<InputStream> answer = ask(exchange, InputStream.class);
        exchange.sendResponseHeaders(answer.code(), 0);
        try (InputStream from = answer.body();
                OutputStream to = exchange.getResponseBody()) {
            Watch watch = new Watch(plural, from, to);
            watches.add(watch);
            try {
                byte[] buffer = new byte[16 * 1024];
                for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                    watch.pass(buffer, read);
                }
            } finally {
                watches.remove(watch);
            }
        }
    }

    private void list(HttpExchange exchange, String plural)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        count(listed, plural).incrementAndGet();
        HttpResponse<String> answer = ask(exchange, String.class);
        if (!isNext(shortened, plural)) {
            send(exchange, answer.code(), answer.body());
            return;
        }
        JsonNode list = JSON.readTree(answer.body());
        ArrayNode items = (ArrayNode) list.get("items");
        while (items.size() > shown) {
            items.remove(items.size() - 1);
        }
        send(exchange, answer.code(), JSON.writeValueAsString(list));
    }

    private <T> HttpResponse<T> ask(HttpExchange exchange, Class<T> type)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        String url = cluster.client().getMasterUrl().toString().replaceAll("/+$", "") + exchange.getRequestURI();
        HttpRequest.Builder request = upstream.newHttpRequestBuilder().uri(url).forStreaming();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        List<String> types = exchange.getRequestHeaders().getOrDefault("Content-Type", List.of());
        if (!types.isEmpty()) {
            request.method(exchange.getRequestMethod(), types.get(0), body);
        }
        return upstream.sendAsync(request.build(), type).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        cut();
        breath.interrupt();
        threads.shutdownNow();
    }
}
