package org.karst.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.karst.kubernetes.internal.TestMailbox.until;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.incremental.Change;
import org.karst.incremental.Item;
import org.karst.kubernetes.KubernetesDriver;
import org.karst.kubernetes.KubernetesSettings;
import org.karst.kubernetes.LeaseSettings;
import org.karst.model.Document;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Batch;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Kind;
import org.karst.pipeline.LeaseItem;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.ObjectItem;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Target;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** The driver against the real API server. */
@Timeout(240)
class KubernetesDriverTest {
    private static final Target TARGET = new Target(KubernetesDriver.NAME, "");
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String JSON = "application/json";
    private static final String MERGE = "application/merge-patch+json";

    @TempDir
    Path directory;

    private final Kind<Pod> pods = Kind.namespaced("v1", "pods", Pod::decode);
    private final TestMailbox mailbox = new TestMailbox();
    private ApiServer server;
    private ApiAccess user;
    private KubernetesDriver driver;
    private long revision;

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")).bounded(1024 * 1024, 100_000));
        KubernetesSettings settings = new KubernetesSettings(
                Optional.of(server.kubeconfig()),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMillis(10),
                Duration.ofMillis(200),
                Duration.ofMillis(300));
        user = new ApiAccess(settings);
        driver = new KubernetesDriver(settings, LeaseSettings.of("kube-system", "test"), Clock.systemUTC());
        driver.start(mailbox);
    }

    @AfterEach
    void stop() {
        driver.stop();
        server.close();
        mailbox.close();
    }

    private void want(Item... items) {
        apply(Arrays.stream(items).map(Change::added).toList());
    }

    private void apply(List<Change> changes) {
        driver.apply(new Batch(++revision, changes, Pruning.NOTHING));
    }

    private void create(String name) throws IOException {
        user.send(
                "POST",
                PODS,
                JSON,
                "{\"metadata\":{\"name\":\"" + name
                        + "\"},\"spec\":{\"nodeName\":\"n\",\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}");
    }

    private Set<String> names() {
        return mailbox.rows(pods.table()).keySet().stream().map(PodKey::name).collect(Collectors.toSet());
    }

    @Test
    void rowsFollowTheApiAcrossRestartsOfTheServer() throws Exception {
        create("a");
        create("b");
        want(new WatchItem(pods));
        until(() -> mailbox.isSynced(WatchItem.source(pods)) && names().equals(Set.of("a", "b")));
        user.send("PATCH", PODS + "/a/status", MERGE, "{\"status\":{\"podIP\":\"10.0.0.5\"}}");
        until(() -> mailbox.rows(pods.table())
                        .get(new PodKey("default", "a"))
                        .addresses()
                        .size()
                == 1);

        // Another port, another kubeconfig, and changes that nobody watched.
        server.close();
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        create("c");
        user.send("DELETE", PODS + "/b", JSON, "{}");
        until(() -> names().equals(Set.of("a", "c")));

        apply(List.of(Change.removed(new WatchItem(pods))));
        create("d");
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(names()).doesNotContain("d");
    }

    @Test
    void itLeadsOnceItsKindsAreListedAnew() throws Exception {
        create("a");
        want(new WatchItem(pods));
        until(() -> mailbox.isSynced(WatchItem.source(pods)));
        mailbox.post(Mailbox.Lane.FACTS, facts -> facts.expect(WatchItem.source(pods)));
        want(new LeaseItem(List.of(pods)));
        until(() -> mailbox.rows(World.LEADER).containsKey(World.LEADER_KEY));
        assertThat(mailbox.isSynced(WatchItem.source(pods)))
                .as("a second complete list came in before")
                .isTrue();
        create("b");
        until(() -> names().equals(Set.of("a", "b")));
        apply(List.of(Change.removed(new LeaseItem(List.of(pods)))));
        until(() -> mailbox.rows(World.LEADER).isEmpty());
    }

    @Test
    void manyObjectsAndManyChangesArriveWhole() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            create("p" + i);
            expected.add("p" + i);
        }
        want(new WatchItem(pods));
        until(() -> mailbox.isSynced(WatchItem.source(pods)));
        assertThat(names()).containsExactlyInAnyOrderElementsOf(expected);
        for (int i = 0; i < 300; i++) {
            user.send("DELETE", PODS + "/p" + i, JSON, "{}");
        }
        until(() -> names().size() == 900);
    }

    @Test
    void fieldsAreWrittenHealedAndRemoved() throws Exception {
        create("a");
        ObjectFieldItem annotation =
                ObjectFieldItem.annotation("v1", "Pod", "default", "a", "karst.org/x", "one \"quoted\"");
        ObjectFieldItem status =
                ObjectFieldItem.status("v1", "Pod", "default", "a", List.of("status", "message"), "\"all well\"");
        want(new WatchItem(pods), annotation, status);
        until(() -> mailbox.acknowledged(TARGET) == revision);
        Document pod = user.get(PODS + "/a");
        assertThat(pod.text("metadata", "annotations", "karst.org/x")).isEqualTo("one \"quoted\"");
        assertThat(pod.text("status", "message")).isEqualTo("all well");
        assertThat(pod.text("status", "phase")).isEqualTo("Pending");
        String written = pod.text("metadata", "resourceVersion");

        // The same again writes nothing.
        want(annotation);
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(user.get(PODS + "/a").text("metadata", "resourceVersion")).isEqualTo(written);

        until(() -> names().contains("a"));
        user.send(
                "PATCH",
                PODS + "/a",
                MERGE,
                "{\"metadata\":{\"annotations\":{\"karst.org/x\":\"foreign\",\"other\":\"kept\"}}}");
        until(() -> annotation("a").equals("one \"quoted\""));

        apply(List.of(Change.removed(annotation), Change.removed(status)));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        Document after = user.get(PODS + "/a");
        assertThat(after.find("metadata", "annotations", "karst.org/x")).isEmpty();
        assertThat(after.text("metadata", "annotations", "other")).isEqualTo("kept");
        assertThat(after.find("status", "message")).isEmpty();
    }

    private String annotation(String name) {
        try {
            return user.get(PODS + '/' + name).text("metadata", "annotations", "karst.org/x");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anEventIsCreatedOnceAndContinued() throws Exception {
        create("a");
        String uid = user.get(PODS + "/a").text("metadata", "uid");
        want(EventItem.warning(
                "Pod", "default", "a", "DuplicateAddress", "10.0.0.1 is also the address of pod default/b"));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        // The heartbeat of this test is 300 ms.
        until(() -> events().size() == 1 && events().get(0).number("series", "count") >= 2);
        Document event = events().get(0);
        assertThat(event.text("involvedObject", "uid")).isEqualTo(uid);
        assertThat(event.text("type")).isEqualTo("Warning");
        assertThat(event.text("reason")).isEqualTo("DuplicateAddress");
        assertThat(event.text("message")).contains("default/b");
        assertThat(event.number("count")).isEqualTo(event.number("series", "count"));

        want(EventItem.warning("Pod", "default", "missing", "DuplicateAddress", "nobody reads this"));
        want(EventItem.warning("Unicorn", "default", "a", "DuplicateAddress", "nobody reads this"));
        want(ObjectFieldItem.annotation("v1", "Pod", "default", "missing", "karst.org/x", "y"));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(events()).hasSize(1);
    }

    private List<Document> events() {
        try {
            return user.get("/api/v1/namespaces/default/events").list("items");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void writesWaitForAServerThatIsAway() throws Exception {
        create("a");
        server.close();
        want(ObjectFieldItem.annotation("v1", "Pod", "default", "a", "karst.org/x", "1"));
        want(ObjectFieldItem.annotation("v1", "Pod", "default", "a", "karst.org/x", "2"));
        Thread.sleep(100);
        assertThat(mailbox.acknowledged(TARGET)).isZero();
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(annotation("a")).isEqualTo("2");
    }

    @Test
    void anObjectIsHeldByWhoCreatesItsNameFirst() throws Exception {
        String path = "/apis/karst.org/v1/allocations/subnet-10.128.0.0-23";
        ObjectItem first = allocation("a");
        want(first);
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(user.get(path).text("spec", "node")).isEqualTo("a");

        // Another leader comes too late.
        apply(List.of(Change.modified(first, allocation("b"))));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        Document held = user.get(path);
        assertThat(held.text("spec", "node")).isEqualTo("a");

        // Losing the wish undoes nothing; only a wish that names this very object deletes it.
        apply(List.of(Change.removed(allocation("b"))));
        want(ObjectItem.absent("karst.org/v1", "Allocation", "subnet-10.128.0.0-23", "another"));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(user.get(path).text("metadata", "uid")).isEqualTo(held.text("metadata", "uid"));
        want(ObjectItem.absent("karst.org/v1", "Allocation", "subnet-10.128.0.0-23", held.text("metadata", "uid")));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(user.get("/apis/karst.org/v1/allocations").list("items")).isEmpty();
    }

    private static ObjectItem allocation(String node) {
        return ObjectItem.present(
                "karst.org/v1",
                "Allocation",
                "subnet-10.128.0.0-23",
                "{\"subnet\":\"10.128.0.0/23\",\"node\":\"" + node + "\"}");
    }

    @Test
    void aConditionIsWrittenBesideOthersAndRemoved() throws Exception {
        create("a");
        user.send(
                "PATCH",
                PODS + "/a/status",
                MERGE,
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        ObjectConditionItem bad = condition(true, "no subnet is left");
        want(bad);
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(conditions()).containsExactly("Ready=True ", "Test=True no subnet is left");
        String since = user.get(PODS + "/a").list("status", "conditions").get(1).text("lastTransitionTime");
        assertThat(since).isNotEmpty();

        ObjectConditionItem good = condition(false, "all well");
        apply(List.of(Change.modified(bad, good)));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(conditions()).containsExactly("Ready=True ", "Test=False all well");

        apply(List.of(Change.removed(good)));
        until(() -> mailbox.acknowledged(TARGET) == revision);
        assertThat(conditions()).containsExactly("Ready=True ");
    }

    private static ObjectConditionItem condition(boolean status, String message) {
        return new ObjectConditionItem("v1", "Pod", "default", "a", "Test", status, "Reason", message);
    }

    private List<String> conditions() throws IOException {
        return user.get(PODS + "/a").list("status", "conditions").stream()
                .map(entry -> entry.text("type") + "=" + entry.text("status") + " " + entry.text("message"))
                .toList();
    }
}
