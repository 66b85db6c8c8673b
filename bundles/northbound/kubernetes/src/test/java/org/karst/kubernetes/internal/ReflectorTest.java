package org.karst.kubernetes.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.karst.kubernetes.internal.ScriptedApi.event;
import static org.karst.kubernetes.internal.ScriptedApi.list;
import static org.karst.kubernetes.internal.ScriptedApi.pod;
import static org.karst.kubernetes.internal.TestMailbox.until;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.karst.kubernetes.KubernetesFeature;
import org.karst.kubernetes.KubernetesSettings;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Kind;
import org.karst.pipeline.Mailbox;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** What a reflector makes of answers, good and bad. */
@Timeout(120)
class ReflectorTest {
    private static final String LIST = "/api/v1/pods?limit=1000";
    private static final String WATCH = "/api/v1/pods?watch=true&resourceVersion=";

    @TempDir
    Path directory;

    private final Kind<Pod> kind = Kind.namespaced("v1", "pods", Pod::decode);
    private final TestMailbox mailbox = new TestMailbox();
    private ScriptedApi api;
    private Reflector<Pod> reflector;

    @BeforeEach
    void start() throws Exception {
        api = new ScriptedApi();
    }

    @AfterEach
    void stop() {
        if (reflector != null) {
            reflector.close();
        }
        api.close();
        mailbox.close();
    }

    private void reflect() throws Exception {
        reflect(settings(api.kubeconfig(directory)));
    }

    private void reflect(KubernetesSettings settings) throws Exception {
        reflector = new Reflector<>(kind, new ApiAccess(settings), settings, mailbox, (object, content) -> {});
        reflector.start();
    }

    static KubernetesSettings settings(Path kubeconfig) {
        return settings(kubeconfig, Duration.ofMinutes(5));
    }

    private static KubernetesSettings settings(Path kubeconfig, Duration idle) {
        return new KubernetesSettings(
                Optional.of(kubeconfig),
                idle,
                Duration.ofSeconds(60),
                Duration.ofMillis(4),
                Duration.ofMillis(40),
                Duration.ofMinutes(30));
    }

    private Set<String> names() {
        return mailbox.rows(kind.table()).keySet().stream().map(PodKey::name).collect(Collectors.toSet());
    }

    private boolean synced() {
        return mailbox.isSynced(WatchItem.source(kind));
    }

    @Test
    void followsTheWatchFromTheList() throws Exception {
        api.then(200, list("5", "a", "b"))
                .thenHangingWatch(event("ADDED", "c", "6"), event("MODIFIED", "a", "7"), event("DELETED", "b", "8"));
        reflect();
        until(() -> names().equals(Set.of("a", "c")));
        until(() -> mailbox.rows(World.POSITIONS).equals(Map.of(WatchItem.source(kind), "8")));
        assertThat(synced()).isTrue();
        assertThat(api.requests()).containsExactly(LIST, WATCH + 5);
        assertThat(mailbox.rows(kind.table()).get(new PodKey("a", "a")).node()).isEqualTo("n");
    }

    @Test
    void readsAListInParts() throws Exception {
        String first = list("5", "a")
                .replace("'resourceVersion':'5'},'items'", "'resourceVersion':'5','continue':'to/ken'},'items'");
        api.then(200, first).then(200, list("5", "b")).thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 3);
        assertThat(names()).containsExactlyInAnyOrder("a", "b");
        assertThat(api.requests()).containsExactly(LIST, LIST + "&continue=to%2Fken", WATCH + 5);
    }

    @Test
    void resumesABrokenWatchWhereItWas() throws Exception {
        api.then(200, list("5", "a"))
                .thenWatch(
                        event("ADDED", "b", "6"),
                        "{'type':'BOOKMARK','object':{'kind':'Pod','metadata':{'resourceVersion':'9'}}}")
                .thenWatch()
                .then(500, "{'kind':'Status','message':'out of order'}")
                .thenWatch(event("ADDED", "c", "10"), "{'type':'ADDED','obj")
                .thenHangingWatch(event("ADDED", "d", "11"));
        reflect();
        until(() -> names().equals(Set.of("a", "b", "c", "d")));
        assertThat(api.requests()).containsExactly(LIST, WATCH + 5, WATCH + 9, WATCH + 9, WATCH + 9, WATCH + 10);
    }

    @Test
    void listsAgainWhenItsPositionIsExpired() throws Exception {
        api.then(200, list("5", "a", "b", "c"))
                .thenWatch(
                        "{'type':'ERROR','object':{'kind':'Status','code':410,'reason':'Expired','message':'too old'}}")
                .then(200, list("20", "a", "b", "d"))
                .then(410, "{'kind':'Status','code':410,'message':'too old'}")
                .then(200, list("30", "a", "d", "e"))
                .thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 6);
        assertThat(names()).containsExactlyInAnyOrder("a", "d", "e");
        assertThat(api.requests()).containsExactly(LIST, WATCH + 5, LIST, WATCH + 20, LIST, WATCH + 30);
    }

    @Test
    void aListThatLacksHalfOrMoreMustBeConfirmed() throws Exception {
        api.then(200, list("5", "a", "b", "c", "d", "e"))
                .thenWatch("{'type':'ERROR','object':{'kind':'Status','code':410}}")
                .then(200, list("20", "a", "b"))
                .then(exchange -> {
                    // The doubtful list has removed nothing.
                    assertThat(names()).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
                    byte[] whole =
                            list("21", "a", "b", "c", "d").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, whole.length);
                    exchange.getResponseBody().write(whole);
                })
                .thenWatch("{'type':'ERROR','object':{'kind':'Status','code':410}}")
                .then(200, list("30"))
                .then(200, list("31", "a"))
                .thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 8);
        assertThat(names()).containsExactlyInAnyOrder("a");
        assertThat(api.requests()).containsExactly(LIST, WATCH + 5, LIST, LIST, WATCH + 21, LIST, LIST, WATCH + 31);
    }

    @Test
    void aListThatLacksExactlyHalfMustBeConfirmedToo() throws Exception {
        api.then(200, list("5", "a", "b"))
                .thenWatch("{'type':'ERROR','object':{'kind':'Status','code':410}}")
                .then(200, list("20", "a"))
                .then(200, list("21", "a", "b"))
                .thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 5);
        assertThat(names()).containsExactlyInAnyOrder("a", "b");
        assertThat(api.requests()).containsExactly(LIST, WATCH + 5, LIST, LIST, WATCH + 21);
    }

    @Test
    void whatCannotBeReadDoesNotHideWhatWasReadJustBefore() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        mailbox.post(Mailbox.Lane.FACTS, facts -> {
            try {
                written.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        api.then(exchange -> {
            String body =
                    list("5", "a").replace("]}", ",") + pod("a", "6").replace("'nodeName':'n'", "'nodeName':7") + "]}";
            byte[] bytes = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
        api.thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 1);
        Thread.sleep(200); // both are read, and neither is written
        written.countDown();
        until(this::synced);
        assertThat(names()).containsExactly("a");
        assertThat(mailbox.rows(KubernetesFeature.UNREADABLE)).hasSize(1);
    }

    @Test
    void aListThatIsCutOffRemovesNothing() throws Exception {
        String half = list("20", "a", "b");
        api.then(200, list("5", "a", "b", "c"))
                .thenWatch("{'type':'ERROR','object':{'kind':'Status','code':410}}")
                .thenCutList(half.substring(0, half.length() - 20))
                .thenCutList(half.substring(0, half.length() - 2))
                .then(200, "{'kind':'PodList','metadata':{'resourceVersion':'21'}}")
                .then(200, "[]")
                .then(200, "")
                .then(200, "{'kind':'PodList','metadata':{},'items':[]}")
                .then(exchange -> {
                    assertThat(names()).containsExactlyInAnyOrder("a", "b", "c");
                    assertThat(mailbox.rows(World.TROUBLE)).hasSize(1);
                    byte[] whole = list("22", "a", "b").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, whole.length);
                    exchange.getResponseBody().write(whole);
                })
                .thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 10);
        assertThat(names()).containsExactlyInAnyOrder("a", "b");
        until(() -> mailbox.rows(World.TROUBLE).isEmpty());
    }

    @Test
    void isNotSyncedBeforeAWholeList() throws Exception {
        api.then(404, "404 page not found")
                .then(403, "{'kind':'Status','message':'pods is forbidden'}")
                .thenCutList(list("5", "a").substring(0, 150));
        reflect();
        until(() -> api.requests().size() >= 3);
        until(() -> mailbox.rows(World.TROUBLE).values().stream()
                .anyMatch(why -> why.contains("broke") || why.contains("cut off")));
        assertThat(synced()).isFalse();
        api.then(200, list("5", "a")).thenHangingWatch();
        until(this::synced);
        assertThat(names()).containsExactlyInAnyOrder("a");
    }

    @Test
    void waitsForAKubeconfigAndFollowsItsChanges() throws Exception {
        Path file = directory.resolve("kubeconfig");
        KubernetesSettings settings = settings(file);
        reflector = new Reflector<>(kind, new ApiAccess(settings), settings, mailbox, (object, content) -> {});
        reflector.start();
        until(() -> mailbox.rows(World.TROUBLE).values().stream().anyMatch(why -> why.contains(file.toString())));
        api.then(200, list("5", "a")).thenWatch();
        api.kubeconfig(directory);
        until(this::synced);
        try (ScriptedApi other = new ScriptedApi()) {
            other.then(410, "{}")
                    .then(200, list("2", "b", "c"))
                    .then(200, list("2", "b", "c"))
                    .thenHangingWatch();
            Thread.sleep(20);
            other.kubeconfig(directory);
            api.close();
            until(() -> names().equals(Set.of("b", "c")));
        }
    }

    @Test
    void aWatchThatHangsIsOpenedAgain() throws Exception {
        api.then(200, list("5", "a"))
                .thenHangingWatch(event("ADDED", "b", "6"))
                .thenHangingWatch(event("ADDED", "c", "7"));
        reflect(settings(api.kubeconfig(directory), Duration.ofSeconds(2)));
        until(() -> names().equals(Set.of("a", "b", "c")));
        assertThat(api.requests()).startsWith(LIST, WATCH + 5, WATCH + 6);
    }

    @Test
    void aWatchThatHasSaidNothingIsLeftForAListThatIsAskedFor() throws Exception {
        api.then(200, list("5", "a"))
                .thenHangingWatch()
                .then(200, list("9", "a", "b"))
                .thenHangingWatch();
        reflect();
        until(() -> api.requests().size() == 2);
        Thread.sleep(200); // the answer of the watch, without a byte of content, is there
        CompletionStage<Void> listed = reflector.listAnew();
        until(() -> listed.toCompletableFuture().isDone());
        assertThat(names()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatCannotBeReadLeavesTheRowAsItWas() throws Exception {
        String broken = event("MODIFIED", "a", "6").replace("'phase':'Running'", "'podIPs':[{'ip':'10.0.0.999'}]");
        String odd = event("ADDED", "b", "7").replace("'nodeName':'n'", "'nodeName':7");
        api.then(200, list("5", "a"))
                .thenWatch(broken, odd)
                .thenWatch(event("MODIFIED", "a", "8"), event("DELETED", "b", "9"))
                .thenHangingWatch();
        api.requests();
        reflect();
        until(() -> mailbox.rows(KubernetesFeature.UNREADABLE).size() == 2
                || api.requests().size() == 4);
        until(() -> api.requests().size() == 4
                && mailbox.rows(KubernetesFeature.UNREADABLE).isEmpty());
        assertThat(names()).containsExactlyInAnyOrder("a");
    }

    @Test
    void unreadableObjectsAreReportedByName() throws Exception {
        api.then(200, list("5", "a").replace("'nodeName':'n'", "'nodeName':7")).thenHangingWatch();
        reflect();
        until(this::synced);
        assertThat(mailbox.rows(KubernetesFeature.UNREADABLE).entrySet())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.getKey().object()).hasToString("Pod a/a");
                    assertThat(entry.getValue()).contains("spec.nodeName");
                });
        assertThat(names()).isEmpty();
    }
}
