package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class WatchTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";

    @TempDir
    Path directory;

    private ApiServer server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")).bounded(1024 * 1024, 200_000));
        client = new TestClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String pod(String name, String label) {
        return "{'metadata':{'name':'" + name + "','labels':{'app':'" + label
                + "'}},'spec':{'containers':[{'name':'c','image':'i'}]}}";
    }

    private String revision() {
        return client.get("/api/v1/pods").at("/metadata/resourceVersion");
    }

    @Test
    void showsEachChangeOnceAndResumesAnywhere() throws Exception {
        String from = revision();
        try (TestWatch watch = client.watch(PODS + "?watch=true&resourceVersion=" + from)) {
            client.post(PODS, pod("a", "x"));
            client.mergePatch(PODS + "/a", "{'metadata':{'labels':{'app':'y'}}}");
            client.delete(PODS + "/a");
            client.post("/api/v1/namespaces", "{'metadata':{'name':'noise'}}");
            client.post(PODS, pod("b", "x"));
            List<JsonNode> events = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                events.add(watch.next());
            }
            assertThat(events)
                    .extracting(event -> event.path("type").asText())
                    .containsExactly("ADDED", "MODIFIED", "DELETED", "ADDED");
            assertThat(events.get(0).at("/object/kind").asText()).isEqualTo("Pod");
            assertThat(events.get(0).at("/object/apiVersion").asText()).isEqualTo("v1");
            for (int i = 0; i < 3; i++) {
                String position =
                        events.get(i).at("/object/metadata/resourceVersion").asText();
                try (TestWatch resumed = client.watch(PODS + "?watch=true&resourceVersion=" + position)) {
                    assertThat(resumed.next()).isEqualTo(events.get(i + 1));
                }
            }
        }
    }

    @Test
    void beginsWithThePresentStateOnRequest() throws Exception {
        client.post(PODS, pod("a", "x"));
        client.post(PODS, pod("b", "x"));
        for (String query : List.of("", "&resourceVersion=0")) {
            try (TestWatch watch = client.watch(PODS + "?watch=true" + query)) {
                assertThat(watch.nextName()).isEqualTo("ADDED a");
                assertThat(watch.nextName()).isEqualTo("ADDED b");
            }
        }
        String streaming =
                "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
        try (TestWatch watch = client.watch(PODS + streaming)) {
            assertThat(watch.nextName()).isEqualTo("ADDED a");
            assertThat(watch.nextName()).isEqualTo("ADDED b");
            JsonNode bookmark = watch.next();
            assertThat(bookmark.path("type").asText()).isEqualTo("BOOKMARK");
            assertThat(bookmark.at("/object/kind").asText()).isEqualTo("Pod");
            assertThat(bookmark.at("/object/metadata/annotations/k8s.io~1initial-events-end")
                            .asText())
                    .isEqualTo("true");
            assertThat(bookmark.at("/object/metadata/resourceVersion").asText()).isEqualTo(revision());
            client.post(PODS, pod("c", "x"));
            assertThat(watch.nextName()).isEqualTo("ADDED c");
        }
    }

    @Test
    void anObjectThatLeavesTheSelectionIsDeletedForItsWatchers() throws Exception {
        client.post(PODS, pod("a", "x"));
        try (TestWatch watch = client.watch(PODS + "?watch=true&labelSelector=app%3Dx&resourceVersion=" + revision())) {
            client.mergePatch(PODS + "/a", "{'metadata':{'annotations':{'n':'1'}}}");
            assertThat(watch.nextName()).isEqualTo("MODIFIED a");
            String left = client.mergePatch(PODS + "/a", "{'metadata':{'labels':{'app':'y'}}}")
                    .at("/metadata/resourceVersion");
            JsonNode gone = watch.next();
            assertThat(gone.path("type").asText()).isEqualTo("DELETED");
            assertThat(gone.at("/object/metadata/labels/app").asText()).isEqualTo("x");
            assertThat(gone.at("/object/metadata/resourceVersion").asText()).isEqualTo(left);
            client.mergePatch(PODS + "/a", "{'metadata':{'annotations':{'n':'2'}}}");
            client.mergePatch(PODS + "/a", "{'metadata':{'labels':{'app':'x'}}}");
            assertThat(watch.nextName()).isEqualTo("ADDED a");
        }
    }

    @Test
    void aRevisionThatIsNoLongerKnownIsAnsweredByExpired() throws Exception {
        String old = revision();
        // The history holds 200 kB here.
        for (int i = 0; i < 60; i++) {
            client.mergePatch(
                    "/api/v1/namespaces/default", "{'metadata':{'annotations':{'n':'" + i + "x".repeat(5000) + "'}}}");
        }
        for (String position : List.of(old, "99999999")) {
            try (TestWatch watch = client.watch(PODS + "?watch=true&resourceVersion=" + position)) {
                JsonNode error = watch.next();
                assertThat(error.path("type").asText()).isEqualTo("ERROR");
                assertThat(error.at("/object/kind").asText()).isEqualTo("Status");
                assertThat(error.at("/object/code").asInt()).isEqualTo(410);
                assertThat(error.at("/object/reason").asText()).isEqualTo("Expired");
                assertThat(watch.next()).isNull();
            }
        }
        assertThat(client.get(PODS + "?resourceVersion=" + old + "&resourceVersionMatch=Exact")
                        .status())
                .isEqualTo(410);
        assertThat(client.get(PODS + "?resourceVersion=99999999").status()).isEqualTo(504);
    }

    @Test
    void aWatchEndsAfterItsTime() throws Exception {
        try (TestWatch watch = client.watch(PODS + "?watch=true&timeoutSeconds=1&resourceVersion=" + revision())) {
            assertThat(watch.next()).isNull();
        }
    }

    @Test
    void tablesAreWatchedToo() throws Exception {
        try (TestWatch watch = client.watch(
                PODS + "?watch=true&resourceVersion=" + revision(),
                "Accept",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")) {
            client.post(PODS, pod("a", "x"));
            client.delete(PODS + "/a");
            JsonNode first = watch.next();
            assertThat(first.at("/object/kind").asText()).isEqualTo("Table");
            assertThat(first.at("/object/columnDefinitions")).hasSize(9);
            assertThat(first.at("/object/rows/0/cells/0").asText()).isEqualTo("a");
            assertThat(first.at("/object/rows/0/object/kind").asText()).isEqualTo("PartialObjectMetadata");
            assertThat(watch.next().at("/object/columnDefinitions")).isEmpty();
        }
    }

    /** A client that never reads must cost neither memory nor the others, and must learn that it is behind. */
    @Test
    void aSlowWatcherIsToldToListAgain() throws Exception {
        String from = revision();
        try (SSLSocket slow = client.socket();
                TestWatch quick = client.watch(PODS + "?watch=true&resourceVersion=" + from)) {
            client.sendHead(slow, "GET", PODS + "?watch=true&resourceVersion=" + from);
            int changes = 3000;
            // The quick one stays within the history: each change waits until it has seen all but a few before.
            Semaphore ahead = new Semaphore(20);
            CompletableFuture<Integer> seen = CompletableFuture.supplyAsync(() -> {
                int count = 0;
                while (count < changes + 1 && quick.next().path("type").asText().matches("ADDED|MODIFIED")) {
                    count++;
                    ahead.release();
                }
                return count;
            });
            client.post(PODS, pod("a", "x"));
            for (int i = 0; i < changes; i++) {
                assertThat(ahead.tryAcquire(60, TimeUnit.SECONDS))
                        .as("change %d is seen", i)
                        .isTrue();
                client.mergePatch(PODS + "/a", "{'metadata':{'annotations':{'n':'" + i + "x".repeat(3000) + "'}}}");
            }
            assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo(changes + 1);
            InputStream stream = slow.getInputStream();
            byte[] all = stream.readNBytes(64 * 1024 * 1024);
            String text = new String(all, java.nio.charset.StandardCharsets.UTF_8);
            assertThat(text).contains("too old resource version").contains("\"code\":410");
            assertThat(all.length).isLessThan(changes * 3000);
        }
    }
}
