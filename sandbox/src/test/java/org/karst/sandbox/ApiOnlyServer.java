package org.karst.sandbox;

import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.apiserver.AuditSettings;
import org.karst.apiserver.RequestLimits;

/** Stands for the Karst server where only its API matters: a process that reads the same configuration. */
final class ApiOnlyServer {
    private ApiOnlyServer() {}

    public static void main(String[] arguments) throws Exception {
        Properties configuration = new Properties();
        try (Reader file = Files.newBufferedReader(
                Path.of(System.getenv("KARST_ETC"), "org.karst.apiserver.cfg"), StandardCharsets.UTF_8)) {
            configuration.load(file);
        }
        ApiServer.start(new ApiServerSettings(
                configuration.getProperty("address"),
                Integer.parseInt(configuration.getProperty("port")),
                Path.of(System.getenv("KARST_DATA"), "api"),
                Optional.of(Path.of(configuration.getProperty("kubeconfig"))),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                RequestLimits.DEFAULT,
                AuditSettings.DEFAULT,
                ApiServerSettings.DEFAULT_HISTORY_LIMIT));
        Thread.sleep(Long.MAX_VALUE);
    }
}
