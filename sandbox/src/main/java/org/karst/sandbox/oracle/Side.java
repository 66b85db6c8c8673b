package org.karst.sandbox.oracle;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One of the two servers, and what its client has learnt from it. */
public final class Side {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NO_UID = "00000000-0000-4000-8000-000000000000";

    private final String name;
    private final URI url;
    private final String token;
    private final HttpClient http;
    private final Map<String, JsonNode> objects = new HashMap<>();
    private final Map<String, String> tokens = new HashMap<>();

    /**
     * A side.
     *
     * @param name as it stands in reports
     * @param url without a path
     * @param authorities certificates in PEM that the server's must lead to
     * @param token that it knows
     */
    public Side(String name, URI url, byte[] authorities, String token) throws IOException {
        this.name = name;
        this.url = url;
        this.token = token;
        this.http = HttpClient.newBuilder()
                .sslContext(trusting(authorities))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    private static SSLContext trusting(byte[] authorities) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate one : CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(authorities))) {
                store.setCertificateEntry("authority-" + store.size(), one);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the certificate of the server cannot be read: " + unusable.getMessage(), unusable);
        }
    }

    String name() {
        return name;
    }

    /** Sends a request and remembers what can be learnt of the answer. */
    Answer send(Request request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                http.send(prepared(request).timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
        Answer answer = new Answer(
                response.statusCode(),
                String.join(", ", response.headers().allValues("warning")),
                body(response.body()));
        learn(request, answer);
        return answer;
    }

    /** Opens a watch; each line of the stream is an event. */
    HttpResponse<InputStream> open(Request request) throws IOException, InterruptedException {
        return http.send(prepared(request).build(), BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder prepared(Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(
                        url.resolve(request.path() + filled(request, request.query(), true)))
                .header("authorization", "Bearer " + token);
        request.headers().forEach(builder::setHeader);
        byte[] body = body(request).getBytes(StandardCharsets.UTF_8);
        return builder.method(
                request.isWatch() ? "GET" : request.method(),
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    }

    private String body(Request request) {
        JsonNode known = objects.get(request.object());
        return request.edit().isPresent() && known != null
                ? filled(request, merged(known, request.edit().get()).toString(), false)
                : filled(request, request.body(), false);
    }

    /** JSON Merge Patch, RFC 7396. */
    private static JsonNode merged(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : JSON.createObjectNode();
        changes.properties().forEach(change -> {
            if (change.getValue().isNull()) {
                result.remove(change.getKey());
            } else {
                result.set(change.getKey(), merged(result.path(change.getKey()), change.getValue()));
            }
        });
        return result;
    }

    private String filled(Request request, String text, boolean inQuery) {
        if (text.indexOf("${") < 0) {
            return text;
        }
        JsonNode metadata =
                objects.getOrDefault(request.object(), JSON.createObjectNode()).path("metadata");
        String next = tokens.getOrDefault(request.path(), "");
        return text.replace("${uid}", metadata.path("uid").asText(NO_UID))
                .replace("${resourceVersion}", metadata.path("resourceVersion").asText("1"))
                .replace("${continue}", inQuery ? URLEncoder.encode(next, StandardCharsets.UTF_8) : next);
    }

    private static JsonNode body(byte[] bytes) {
        try {
            JsonNode read = JSON.readTree(bytes);
            return read == null || read.isMissingNode() ? TextNode.valueOf("") : read;
        } catch (IOException text) {
            return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private void learn(Request request, Answer answer) {
        JsonNode body = answer.body();
        if (body.path("kind").asText().endsWith("List")) {
            tokens.put(request.path(), answer.at("/metadata/continue"));
        }
        boolean object = answer.status() < 300 && !answer.at("/metadata/uid").isEmpty() && body.has("apiVersion");
        boolean whole = !body.path("kind").asText().equals("PartialObjectMetadata");
        if (object
                && whole
                && !request.query().contains("dryRun")
                && !answer.at("/metadata/name").isEmpty()) {
            String at = request.method().equals("POST")
                    ? request.path() + '/' + answer.at("/metadata/name")
                    : request.object();
            objects.put(at, body);
        }
    }

    /** Knows nothing of an object any more. */
    void forget(String object) {
        objects.remove(object);
    }
}
