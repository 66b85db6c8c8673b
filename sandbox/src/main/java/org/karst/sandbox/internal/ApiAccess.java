package org.karst.sandbox.internal;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
