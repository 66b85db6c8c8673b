package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the health endpoints answer, over real HTTP. */
class HealthTest {
    @TempDir
    Path directory;

    private ApiServer server;
    private TestClient client;

    private record Check(String name, Supplier<CompletionStage<List<String>>> answer) implements ReadinessCheck {
        static Check of(String name, String... reasons) {
            return new Check(name, () -> CompletableFuture.completedFuture(List.of(reasons)));
        }

        @Override
        public CompletionStage<List<String>> reasons() {
            return answer.get();
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")), List.of("controller"));
        client = new TestClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void isNotReadyBeforeARequiredCheckHasCome() {
        TestClient.Answer before = client.get("/readyz");
        assertThat(before.status()).isEqualTo(503);
        assertThat(before.body().asText())
                .isEqualTo("[-]controller failed: it has not started\n[+]storage ok\nreadyz check failed\n");
        assertThat(client.get("/livez").status()).isEqualTo(200);

        Check check = Check.of("controller");
        server.add(check);
        assertThat(client.get("/readyz").body().asText()).isEqualTo("ok");
        assertThat(client.get("/healthz").body().asText()).isEqualTo("ok");

        server.remove(check);
        assertThat(client.get("/readyz").status()).isEqualTo(503);
        assertThat(client.get("/healthz").status()).isEqualTo(503);
    }

    @Test
    void listsEveryCheckWhenVerbose() {
        server.add(Check.of("controller"));
        TestClient.Answer answer = client.get("/readyz?verbose");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().asText()).isEqualTo("[+]controller ok\n[+]storage ok\nreadyz check passed\n");
    }

    @Test
    void tellsReasonsOnlyToWhoShowsTheToken() {
        server.add(Check.of("controller", "nothing heard yet from interfaces/a", "feature ipv6 is not bound"));
        assertThat(client.get("/readyz").body().asText().lines())
                .containsExactly(
                        "[-]controller failed: nothing heard yet from interfaces/a",
                        "[-]controller failed: feature ipv6 is not bound",
                        "[+]storage ok",
                        "readyz check failed");
        TestClient.Answer stranger = client.getWithToken("/readyz", "");
        assertThat(stranger.status()).isEqualTo(503);
        assertThat(stranger.body().asText().lines())
                .containsExactly(
                        "[-]controller failed: reason withheld, ask with the token",
                        "[+]storage ok",
                        "readyz check failed");
    }

    @Test
    void asksOneCheckAlone() {
        server.add(Check.of("controller", "no"));
        assertThat(client.get("/readyz/storage").status()).isEqualTo(200);
        assertThat(client.get("/readyz/controller").status()).isEqualTo(503);
        assertThat(client.get("/readyz/nobody").status()).isEqualTo(404);
        assertThat(client.get("/readyz/storage/more").status()).isEqualTo(404);
    }

    @Test
    void aCheckThatThrowsIsAReason() {
        server.add(new Check("controller", () -> {
            throw new IllegalStateException("the writer has ended");
        }));
        server.add(new Check("late", () -> CompletableFuture.failedFuture(new IllegalStateException("it is late"))));
        assertThat(client.get("/readyz").body().asText().lines())
                .containsExactly(
                        "[-]controller failed: it cannot tell: the writer has ended",
                        "[-]late failed: it cannot tell: it is late",
                        "[+]storage ok",
                        "readyz check failed");
    }
}
