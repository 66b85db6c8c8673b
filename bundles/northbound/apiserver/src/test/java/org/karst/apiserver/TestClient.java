package org.karst.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A plain HTTP client that trusts what the kubeconfig says. JSON in tests is written with single quotes. */
public final class TestClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final SSLContext tls;
    private final HttpClient http;
    private final URI url;
    private final String token;

    /** An answer with its body read as JSON, and what it warns of. */
    public record Answer(int status, JsonNode body, String warning) {
        /** The text at a JSON pointer. */
        public String at(String pointer) {
            return body.at(pointer).asText();
        }
    }

    public TestClient(ApiServer server) throws IOException, GeneralSecurityException {
        this(server, server.kubeconfig());
    }

    /** One that shows what another kubeconfig has: a token or a certificate. */
    public TestClient(ApiServer server, Path file) throws IOException, GeneralSecurityException {
        String kubeconfig = Files.readString(file);
        byte[] authority = Base64.getDecoder().decode(field(kubeconfig, "certificate-authority-data"));
        boolean certified = kubeconfig.contains("client-certificate-data: ");
        this.tls = trusting(
                authority,
                certified
                        ? keys(
                                Base64.getDecoder().decode(field(kubeconfig, "client-certificate-data")),
                                Base64.getDecoder().decode(field(kubeconfig, "client-key-data")))
                        : null);
        this.http = HttpClient.newBuilder()
                .sslContext(tls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.token = certified ? "" : field(kubeconfig, "token");
        this.url = server.url();
    }

    private static String field(String yaml, String name) {
        return yaml.lines()
                .filter(line -> line.strip().startsWith(name + ": "))
                .map(line -> line.substring(line.indexOf(": ") + 2).strip())
                .findFirst()
                .orElseThrow();
    }

    private static KeyManager[] keys(byte[] certificate, byte[] key) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        String body = new String(key, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", "");
        store.setKeyEntry(
                "client",
                KeyFactory.getInstance("EC")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body))),
                new char[0],
                new Certificate[] {
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate))
                });
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static SSLContext trusting(byte[] authority, KeyManager[] keys)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "karst",
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(authority)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(60));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    public Answer get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    public Answer getWithToken(String path, String otherToken) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve(path));
        if (!otherToken.isEmpty()) {
            request.header("Authorization", "Bearer " + otherToken);
        }
        return send(request.build());
    }

    public Answer post(String path, String body) {
        return send("POST", path, "application/json", body);
    }

    public Answer put(String path, String body) {
        return send("PUT", path, "application/json", body);
    }

    public Answer mergePatch(String path, String body) {
        return send("PATCH", path, "application/merge-patch+json", body);
    }

    public Answer delete(String path) {
        return send(request(path).DELETE().build());
    }

    public Answer send(String method, String path, String contentType, String body) {
        return send(request(path)
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                .build());
    }

    public Answer sendBytes(String method, String path, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request = request(path).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::setHeader);
        return send(request.build());
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            String type = response.headers().firstValue("content-type").orElse("");
            JsonNode body = type.startsWith("application/json")
                    ? MAPPER.readTree(response.body())
                    : MAPPER.getNodeFactory().textNode(new String(response.body(), StandardCharsets.UTF_8));
            return new Answer(
                    response.statusCode(),
                    body,
                    response.headers().firstValue("warning").orElse(""));
        } catch (IOException e) {
            throw new IllegalStateException(request.method() + ' ' + request.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens a watch; each line is an event. */
    public TestWatch watch(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + token);
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        return new TestWatch(response.statusCode(), response.body());
    }

    /** A bare TLS connection, for what no HTTP client would send. */
    public SSLSocket socket() throws IOException {
        return (SSLSocket) tls.getSocketFactory().createSocket(url.getHost(), url.getPort());
    }

    /** Sends the head of a request with the token; ends the connection after the answer. */
    public void sendHead(SSLSocket socket, String method, String path) throws IOException {
        String head = method + ' ' + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                + token + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }
}
