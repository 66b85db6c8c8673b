package org.karst.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.controller.internal.Loop;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Mailbox.Lane;

/** {@code /readyz} of a real listener with a real loop behind it. */
class ControllerReadinessTest {
    private record Named(String name) implements Feature {}

    @TempDir
    Path directory;

    private Loop loop;
    private ApiServer server;
    private HttpsClient client;

    @BeforeEach
    void start() throws Exception {
        loop = new Loop(Clock.systemUTC(), Set.of("connectivity"));
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")), List.of("controller"));
        server.add(new ControllerReadiness(loop));
        client = new HttpsClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
        loop.close();
    }

    @Test
    void readyOnceEverySourceIsHeardAndEveryWantedFeatureIsBound() {
        HttpsClient.Answer before = client.get("/readyz");
        assertThat(before.status()).isEqualTo(503);
        assertThat(before.text())
                .contains("[-]controller failed: nothing heard yet from ")
                .contains("[-]controller failed: feature connectivity is wanted (etc/karst.features) but not bound\n");

        loop.inspect(inspection -> inspection.notReady()).toCompletableFuture().join().stream()
                .filter(reason -> reason.startsWith("nothing heard yet from "))
                .map(reason -> reason.substring("nothing heard yet from ".length()))
                .forEach(source -> loop.post(Lane.FACTS, facts -> facts.synced(source)));
        loop.bind(new Named("connectivity")).toCompletableFuture().join();

        assertThat(client.get("/readyz").text()).isEqualTo("ok");
        assertThat(client.getWithoutToken("/readyz").status()).isEqualTo(200);
    }
}
