package org.karst.kubernetes.internal;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.karst.kubernetes.KubernetesSettings;

/** Requests to the API, on the embedded client's transport and authentication. Follows changes of the kubeconfig. Any thread. */
public final class ApiAccess {
    private static final int LONGEST_REFUSAL = 64 * 1024;

    private final KubernetesSettings settings;
    private Endpoint endpoint;

    /** Where and as whom. */
    private record Endpoint(HttpClient client, String url, Optional<FileTime> read) {}

    public ApiAccess(KubernetesSettings settings) {
        this.settings = settings;
    }

    private synchronized Endpoint endpoint() throws IOException {
        Optional<FileTime> modified = Optional.empty();
        if (settings.kubeconfig().isPresent()) {
            Path file = settings.kubeconfig().get();
            if (!Files.exists(file)) {
                throw new NotConfiguredException("there is no kubeconfig " + file + " yet");
            }
            modified = Optional.of(Files.getLastModifiedTime(file));
        }
        if (endpoint == null || !endpoint.read().equals(modified)) {
            Config config = settings.kubeconfig().isPresent()
                    ? Kubeconfig.read(settings.kubeconfig().get())
                    : Kubeconfig.serviceAccount();
            // Repetition is the business of the callers, who know whether it makes sense.
            config.setRequestRetryBackoffLimit(0);
            // Who manages what it writes (metadata.managedFields) is told by this, up to a slash.
            config.setUserAgent("karst");
            HttpClient client = new JdkHttpClientFactory().newBuilder(config).build();
            endpoint = new Endpoint(client, config.getMasterUrl().replaceAll("/+$", ""), modified);
        }
        return endpoint;
    }

    /**
     * Begins to read an answer.
     *
     * @param path with query, beginning with a slash
     * @param idle longest silence
     * @throws ApiException if the API refuses
     * @throws IOException if it cannot be reached
     */
    BodyStream open(String path, Duration idle) throws IOException {
        Endpoint now = endpoint();
        HttpRequest request = now.client()
                .newHttpRequestBuilder()
                .uri(now.url() + path)
                .header("Accept", "application/json")
                .forStreaming()
                .build();
        BodyStream stream = new BodyStream(idle);
        CompletableFuture<HttpResponse<AsyncBody>> answer = now.client()
                .consumeBytes(request, stream)
                .thenApply(head -> {
                    stream.opened(head.body());
                    return head;
                });
        HttpResponse<AsyncBody> head;
        try {
            head = await(answer, settings.patience());
        } catch (IOException e) {
            stream.close();
            throw e;
        }
        if (!head.isSuccessful()) {
            try (stream) {
                throw refusal(head.code(), new String(stream.readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8));
            }
        }
        return stream;
    }

    /** Gets one object. */
    JsonDocument get(String path) throws IOException {
        return send("GET", path, "", "");
    }

    /** Sends a body and reads the answer. */
    JsonDocument send(String method, String path, String contentType, String body) throws IOException {
        return send(method, path, contentType, body, settings.patience());
    }

    /** As {@link #send(String, String, String, String)}, with a patience of its own. */
    JsonDocument send(String method, String path, String contentType, String body, Duration patience)
            throws IOException {
        Endpoint now = endpoint();
        HttpRequest.Builder builder = now.client()
                .newHttpRequestBuilder()
                .uri(now.url() + path)
                .header("Accept", "application/json")
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (!contentType.isEmpty()) {
            builder.method(method, contentType, body);
        }
        HttpResponse<String> answer = await(now.client().sendAsync(builder.build(), String.class), patience);
        if (!answer.isSuccessful()) {
            throw refusal(answer.code(), answer.bodyString());
        }
        try {
            return JsonDocument.parse(answer.bodyString());
        } catch (IllegalArgumentException e) {
            throw new IOException("the answer to " + method + ' ' + path + " is not JSON", e);
        }
    }

    private static <T> T await(CompletableFuture<T> answer, Duration patience) throws IOException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new IOException("the API cannot be reached: " + why, cause);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("the API did not answer within " + patience.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the API", e);
        }
    }

    /** The message of a Status, or whatever came. */
    static ApiException refusal(int code, String body) {
        String message = "";
        try {
            message = JsonDocument.parse(body).text("message");
        } catch (IllegalArgumentException e) {
            message = body.strip();
        }
        return new ApiException(code, message.isEmpty() ? "status " + code : message);
    }
}
