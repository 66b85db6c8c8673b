package org.karst.sandbox.internal;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of the API from its kubeconfig. */
public final class ApiAccess {
    private static final int REQUEST_TIMEOUT_MILLISECONDS = 10_000;

    private static final int RETRIES = 2;

    private ApiAccess() {}

    public static KubernetesClient open(Path kubeconfig) throws IOException {
        Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
        config.setRequestTimeout(REQUEST_TIMEOUT_MILLISECONDS);
        config.setRequestRetryBackoffLimit(RETRIES);
        config.setOnlyHttpWatches(true);
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    /** Empty when the server is ready; else what it says about it. */
    public static String readiness(KubernetesClient client) {
        try {
            HttpResponse<String> answer = client.getHttpClient()
                    .sendAsync(
                            client.getHttpClient()
                                    .newHttpRequestBuilder()
                                    .uri(client.getMasterUrl() + "readyz")
                                    .build(),
                            String.class)
                    .get(REQUEST_TIMEOUT_MILLISECONDS, TimeUnit.MILLISECONDS);
            return answer.isSuccessful()
                    ? ""
                    : answer.code() + " " + answer.body().strip();
        } catch (ExecutionException | TimeoutException failed) {
            return String.valueOf(failed.getMessage());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
