package org.karst.kubernetes.internal;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that answers each request by the next line of a script, for answers that no good server gives. */
final class ScriptedApi implements AutoCloseable {
    /** How one request is answered. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final BlockingQueue<Answer> script = new LinkedBlockingQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    ScriptedApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestURI().toString());
            script.take().to(exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    ScriptedApi then(Answer answer) {
        script.add(answer);
        return this;
    }

    /** A whole answer. */
    ScriptedApi then(int status, String body) {
        return then(exchange -> {
            byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    /** A watch that sends some lines and then ends. */
    ScriptedApi thenWatch(String... lines) {
        return then(exchange -> send(exchange, lines));
    }

    /** A watch that sends some lines and then hangs. */
    ScriptedApi thenHangingWatch(String... lines) {
        return then(exchange -> {
            send(exchange, lines);
            Thread.sleep(60_000);
        });
    }

    /** A list that promises more bytes than come. */
    ScriptedApi thenCutList(String body) {
        return then(exchange -> {
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        });
    }

    private static void send(HttpExchange exchange, String... lines) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        for (String line : lines) {
            exchange.getResponseBody().write((line.replace('\'', '"') + '\n').getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseBody().flush();
    }

    static String list(String revision, String... names) {
        StringBuilder items = new StringBuilder();
        for (String name : names) {
            items.append(items.length() == 0 ? "" : ",").append(pod(name, revision));
        }
        return "{'kind':'PodList','apiVersion':'v1','metadata':{'resourceVersion':'" + revision + "'},'items':[" + items
                + "]}";
    }

    static String pod(String name, String revision) {
        return "{'metadata':{'namespace':'a','name':'" + name + "','uid':'u','resourceVersion':'" + revision
                + "'},'spec':{'nodeName':'n'},'status':{'phase':'Running'}}";
    }

    static String event(String type, String name, String revision) {
        return "{'type':'" + type + "','object':" + pod(name, revision) + "}";
    }

    /** Paths and queries of the requests so far, without what is random. */
    List<String> requests() {
        return requests.stream()
                .map(request -> request.replaceAll("&timeoutSeconds=\\d+", "").replace("&allowWatchBookmarks=true", ""))
                .toList();
    }

    Path kubeconfig(Path directory) throws IOException {
        return Files.writeString(
                directory.resolve("kubeconfig"),
                """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: secret}}]
                """
                        .formatted(server.getAddress().getPort()));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
