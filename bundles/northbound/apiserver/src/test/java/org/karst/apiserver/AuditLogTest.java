package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.AuditSettings.Level;
import org.karst.apiserver.TestClient.Answer;

/** What is written down of requests, and how much one may ask. */
class AuditLogTest {
    private static final String POD = "{'metadata':{'name':'web','annotations':{'secret':'never-written'}},"
            + "'spec':{'containers':[{'name':'c','image':'x'}]}}";

    @TempDir
    Path directory;

    private ApiServer start(RequestLimits limits, AuditSettings audit) throws Exception {
        return ApiServer.start(ApiServerSettings.in(directory).watched(limits, audit));
    }

    /** Of a server that was closed, so that nothing is still on its way. */
    private List<JsonNode> events() throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("audit.log"))) {
            events.add(new ObjectMapper().readTree(line));
        }
        return events;
    }

    @Test
    void whoChangedWhatIsWrittenDown() throws Exception {
        try (ApiServer server = start(RequestLimits.DEFAULT, AuditSettings.DEFAULT)) {
            TestClient client = new TestClient(server);
            client.post("/api/v1/namespaces/default/pods?fieldManager=me", POD);
            client.get("/api/v1/pods");
            client.delete("/api/v1/namespaces/default/pods/none");
            client.getWithToken("/api/v1/pods", "wrong".repeat(9));
        }
        List<JsonNode> events = events();
        assertThat(events).hasSize(3);
        JsonNode created = events.get(0);
        assertThat(created.path("apiVersion").asText()).isEqualTo("audit.k8s.io/v1");
        assertThat(created.path("kind").asText()).isEqualTo("Event");
        assertThat(created.path("level").asText()).isEqualTo("Metadata");
        assertThat(created.path("stage").asText()).isEqualTo("ResponseComplete");
        assertThat(created.path("verb").asText()).isEqualTo("create");
        assertThat(created.path("requestURI").asText()).isEqualTo("/api/v1/namespaces/default/pods?fieldManager=me");
        assertThat(created.path("user"))
                .isEqualTo(TestClient.json(
                        "{'username':'karst:admin','groups':['system:masters','system:authenticated']}"));
        assertThat(created.path("sourceIPs")).isEqualTo(TestClient.json("['127.0.0.1']"));
        assertThat(created.path("objectRef"))
                .isEqualTo(TestClient.json("{'resource':'pods','namespace':'default','apiVersion':'v1'}"));
        assertThat(created.at("/responseStatus/code").asInt()).isEqualTo(201);
        assertThat(created.path("requestReceivedTimestamp").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        assertThat(created.path("auditID").asText()).hasSize(36);

        JsonNode failed = events.get(1);
        assertThat(failed.path("verb").asText()).isEqualTo("delete");
        assertThat(failed.at("/objectRef/name").asText()).isEqualTo("none");
        assertThat(failed.at("/responseStatus/reason").asText()).isEqualTo("NotFound");
        assertThat(failed.at("/responseStatus/message").asText()).isEqualTo("pods \"none\" not found");

        JsonNode stranger = events.get(2);
        assertThat(stranger.at("/user/username").asText()).isEqualTo("system:anonymous");
        assertThat(stranger.at("/responseStatus/code").asInt()).isEqualTo(401);
        String all = Files.readString(directory.resolve("audit.log"));
        assertThat(all).doesNotContain("never-written").doesNotContain("wrong");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("audit.log"))))
                .isEqualTo("rw-------");
    }

    @Test
    void allRequestsIfThatIsAsked() throws Exception {
        try (ApiServer server = start(RequestLimits.DEFAULT, new AuditSettings(Level.ALL, 1 << 20, 2))) {
            TestClient client = new TestClient(server);
            client.get("/api/v1/pods?limit=1");
            client.get("/version");
            try (TestWatch watch = client.watch("/api/v1/pods?watch=1&resourceVersion=1")) {
                assertThat(watch).isNotNull();
            }
        }
        assertThat(events()).extracting(event -> event.path("verb").asText()).containsExactly("list", "get", "watch");
        assertThat(events().get(2).path("stage").asText()).isEqualTo("ResponseStarted");
    }

    @Test
    void nothingIfThatIsAsked() throws Exception {
        try (ApiServer server = start(RequestLimits.DEFAULT, new AuditSettings(Level.OFF, 1 << 20, 2))) {
            new TestClient(server).post("/api/v1/namespaces/default/pods", POD);
        }
        assertThat(directory.resolve("audit.log")).doesNotExist();
    }

    @Test
    void oldFilesGo() throws Exception {
        try (ApiServer server = start(RequestLimits.DEFAULT, new AuditSettings(Level.CHANGES, 2_000, 3))) {
            TestClient client = new TestClient(server);
            for (int i = 0; i < 40; i++) {
                client.delete("/api/v1/namespaces/default/pods/none-" + i);
            }
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("audit")))
                    .containsExactlyInAnyOrder("audit.log", "audit.log.1", "audit.log.2");
        }
        assertThat(Files.size(directory.resolve("audit.log.1"))).isLessThanOrEqualTo(2_000);
        List<JsonNode> newest = events();
        assertThat(newest.get(newest.size() - 1).at("/objectRef/name").asText()).isEqualTo("none-39");
    }

    @Test
    void aUserWhoAsksTooMuchIsToldToWait() throws Exception {
        try (ApiServer server = start(new RequestLimits(1 << 20, 1, 2), new AuditSettings(Level.OFF, 1 << 20, 2))) {
            Path file = directory.resolve("anna");
            server.issue(file, "anna", Role.VIEWER, Duration.ofDays(1));
            TestClient anna = new TestClient(server, file);
            Answer last = anna.get("/api/v1/pods");
            for (int i = 0; i < 50 && last.status() == 200; i++) {
                last = anna.get("/api/v1/pods");
            }
            assertThat(last.status()).isEqualTo(429);
            assertThat(last.at("/message"))
                    .isEqualTo("user \"anna\" has made more than 1 requests in a second, please try again later");
            assertThat(last.body().at("/details/retryAfterSeconds").asInt()).isEqualTo(1);
            TestClient admin = new TestClient(server);
            for (int i = 0; i < 20; i++) {
                assertThat(admin.get("/api/v1/pods").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aUserHasNotMoreWatchesThanThereMayBe() throws Exception {
        try (ApiServer server = start(new RequestLimits(1 << 20, 100, 2), new AuditSettings(Level.OFF, 1 << 20, 2))) {
            TestClient client = new TestClient(server);
            String path = "/api/v1/pods?watch=1&resourceVersion=1&timeoutSeconds=1";
            String[] spellings = {"", "=", "=t", "=T", "=true", "=TRUE", "=True"};
            try (TestWatch one = client.watch(path + "000");
                    TestWatch two = client.watch(path + "000")) {
                assertThat(one).isNotSameAs(two);
                for (String spelling : spellings) {
                    assertThat(client.get(path.replace("=1&resource", spelling + "&resource"))
                                    .status())
                            .as("watch%s", spelling)
                            .isEqualTo(429);
                }
                Answer third = client.get(path);
                assertThat(third.status()).isEqualTo(429);
                assertThat(third.at("/message"))
                        .isEqualTo(
                                "user \"karst:admin\" has 2 watches open, which is the most that one may have, please"
                                        + " close some of them");
            }
            Answer freed = client.get(path);
            while (freed.status() == 429) {
                freed = client.get(path);
            }
            assertThat(freed.status()).as("once the others are closed").isEqualTo(200);
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> Level.parse("some")).hasMessage("audit is one of off, changes and all, not 'some'");
        assertThatThrownBy(() -> new RequestLimits(1, 1, 1)).hasMessageContaining("at least 1024 bytes");
        assertThatThrownBy(() -> new RequestLimits(1024, 0, 1)).hasMessageContaining("at least one request");
        assertThatThrownBy(() -> new AuditSettings(Level.ALL, 1, 1)).hasMessageContaining("1024 bytes at least");
    }
}
