package org.karst.rest.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.karst.apiserver.ApiServer;

/** An HTTP client that trusts what the kubeconfig says. */
final class HttpsClient {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http;
    private final URI url;
    private final String token;

    /** An answer as it came. */
    record Answer(int status, String type, String text) {
        JsonNode json() {
            try {
                return MAPPER.readTree(text);
            } catch (IOException e) {
                throw new IllegalStateException("not JSON: " + text, e);
            }
        }
    }

    HttpsClient(ApiServer server) throws IOException, GeneralSecurityException {
        String kubeconfig = Files.readString(server.kubeconfig());
        http = HttpClient.newBuilder()
                .sslContext(trusting(Base64.getDecoder().decode(field(kubeconfig, "certificate-authority-data"))))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        token = field(kubeconfig, "token");
        url = server.url();
    }

    private static String field(String yaml, String name) {
        return yaml.lines()
                .filter(line -> line.strip().startsWith(name + ": "))
                .map(line -> line.substring(line.indexOf(": ") + 2).strip())
                .findFirst()
                .orElseThrow();
    }

    private static SSLContext trusting(byte[] authority) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "karst",
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(authority)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(url.resolve(path)).header("Authorization", "Bearer " + token));
    }

    Answer post(String path) {
        return send(HttpRequest.newBuilder(url.resolve(path))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    Answer getWithoutToken(String path) {
        return send(HttpRequest.newBuilder(url.resolve(path)));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    http.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("content-type").orElse(""),
                    response.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
