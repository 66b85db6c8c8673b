package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.TestClient.Answer;

/** Server-side apply, and what each write leaves in managedFields, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerSideApplyTest {
    private ApiServer server;
    private TestClient client;
    private String namespace;
    private int count;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory));
        client = new TestClient(server);
    }

    @BeforeEach
    void freshNamespace() {
        namespace = "space-" + count++;
        client.post("/api/v1/namespaces", "{'metadata':{'name':'" + namespace + "'}}");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String pods() {
        return "/api/v1/namespaces/" + namespace + "/pods";
    }

    private Answer apply(String query, String metadata, String spec) {
        return client.send(
                "PATCH",
                pods() + "/web?" + query,
                "application/apply-patch+yaml",
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web'" + metadata + "},'spec':" + spec + "}");
    }

    private static String containers(String... some) {
        List<String> list = new ArrayList<>();
        for (String pair : some) {
            String[] parts = pair.split("=", -1);
            list.add("{'name':'" + parts[0] + "','image':'" + parts[1] + "'}");
        }
        return "{'containers':[" + String.join(",", list) + "]}";
    }

    private JsonNode pod() {
        return client.get(pods() + "/web").body();
    }

    private static JsonNode entry(JsonNode object, String manager, String operation) {
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            if (entry.path("manager").asText().equals(manager)
                    && entry.path("operation").asText().equals(operation)) {
                return entry;
            }
        }
        return TestClient.json("{}");
    }

    private static List<String> images(JsonNode pod) {
        List<String> images = new ArrayList<>();
        pod.at("/spec/containers")
                .forEach(container -> images.add(container.path("name").asText()
                        + '='
                        + container.path("image").asText()));
        return images;
    }

    @Test
    void createsWhatIsNotThereAndOwnsWhatItGave() {
        Answer created = apply("fieldManager=one", ",'labels':{'app':'web'}", containers("c=x"));
        assertThat(created.status()).isEqualTo(201);
        JsonNode entry = entry(created.body(), "one", "Apply");
        assertThat(entry.path("fieldsV1"))
                .hasToString("{\"f:metadata\":{\"f:labels\":{\"f:app\":{}}},\"f:spec\":{\"f:containers\":"
                        + "{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:image\":{},\"f:name\":{}}}}}");
        assertThat(entry.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(entry.path("fieldsType").asText()).isEqualTo("FieldsV1");
        assertThat(created.at("/spec/restartPolicy")).as("defaults").isEqualTo("Always");

        Answer again = apply("fieldManager=one", ",'labels':{'app':'web'}", containers("c=x"));
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.at("/metadata/resourceVersion")).isEqualTo(created.at("/metadata/resourceVersion"));
    }

    @Test
    void removesWhatItNoLongerGivesUnlessSomebodyElseOwnsItToo() {
        apply("fieldManager=one", ",'labels':{'a':'1','b':'2','c':'3'}", containers("c=x", "d=y"));
        apply("fieldManager=two", ",'labels':{'b':'2'}", "{}");
        client.mergePatch(pods() + "/web?fieldManager=hand", "{'metadata':{'labels':{'d':'4'}}}");
        Answer left = apply("fieldManager=one", ",'labels':{'c':'3'}", containers("d=y"));
        assertThat(left.body().at("/metadata/labels")).isEqualTo(TestClient.json("{'b':'2','c':'3','d':'4'}"));
        assertThat(images(left.body())).containsExactly("d=y");
        Answer nothing = apply("fieldManager=one", "", "{}");
        assertThat(nothing.status()).as("a pod has to have containers").isEqualTo(422);
    }

    @Test
    void namesWhoOwnsWhatItMayNotChangeUnlessForced() {
        apply("fieldManager=one", ",'labels':{'a':'1'}", containers("c=x"));
        Answer conflict = apply("fieldManager=two", ",'labels':{'a':'2'}", "{}");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.at("/reason")).isEqualTo("Conflict");
        assertThat(conflict.at("/message"))
                .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .metadata.labels.a");
        assertThat(conflict.at("/details/causes/0/reason")).isEqualTo("FieldManagerConflict");
        assertThat(conflict.at("/details/causes/0/field")).isEqualTo(".metadata.labels.a");
        assertThat(conflict.at("/details/causes/0/message")).isEqualTo("conflict with \"one\"");

        Answer forced = apply("fieldManager=two&force=true", ",'labels':{'a':'2'}", "{}");
        assertThat(forced.status()).isEqualTo(200);
        assertThat(forced.at("/metadata/labels/a")).isEqualTo("2");
        assertThat(entry(forced.body(), "one", "Apply")
                        .at("/fieldsV1/f:metadata")
                        .isMissingNode())
                .isTrue();
        assertThat(apply("fieldManager=two", ",'labels':{'a':'2'}", "{}").status())
                .isEqualTo(200);
    }

    @Test
    void countsConflictsByManagerInTheWordsOfTheRealServer() {
        client.post(
                pods() + "?fieldManager=hand",
                "{'metadata':{'name':'web','labels':{'a':'1'}},'spec':" + containers("c=x") + "}");
        Answer conflict = apply("fieldManager=two", ",'labels':{'a':'2'}", containers("c=y"));
        assertThat(conflict.at("/message"))
                .isEqualTo("Apply failed with 2 conflicts: conflicts with \"hand\" using v1:\n- .metadata.labels.a\n"
                        + "- .spec.containers[name=\"c\"].image");
    }

    @Test
    void sharesAFieldThatBothGiveAlike() {
        apply("fieldManager=one", ",'labels':{'a':'1'}", containers("c=x"));
        assertThat(apply("fieldManager=two", ",'labels':{'a':'1'}", "{}").status())
                .isEqualTo(200);
        Answer changed = apply("fieldManager=one", ",'labels':{'a':'2'}", containers("c=x"));
        assertThat(changed.at("/message")).contains("conflict with \"two\": .metadata.labels.a");
    }

    @Test
    void updatesOwnWhatTheyChange() {
        JsonNode created = client.post(
                        pods() + "?fieldManager=maker",
                        "{'metadata':{'name':'web','labels':{'a':'1','b':'1'}},'spec':" + containers("c=x") + "}")
                .body();
        assertThat(entry(created, "maker", "Update").at("/fieldsV1/f:metadata"))
                .isEqualTo(TestClient.json("{'f:labels':{'.':{},'f:a':{},'f:b':{}}}"));
        client.mergePatch(pods() + "/web?fieldManager=hand", "{'metadata':{'labels':{'a':'2','c':'3'}}}");
        JsonNode pod = pod();
        assertThat(entry(pod, "maker", "Update").at("/fieldsV1/f:metadata/f:labels"))
                .isEqualTo(TestClient.json("{'.':{},'f:b':{}}"));
        assertThat(entry(pod, "hand", "Update").path("fieldsV1"))
                .isEqualTo(TestClient.json("{'f:metadata':{'f:labels':{'f:a':{},'f:c':{}}}}"));
        client.mergePatch(pods() + "/web?fieldManager=hand", "{'metadata':{'labels':{'a':null,'b':null,'c':null}}}");
        assertThat(entry(pod(), "hand", "Update").isEmpty()).isTrue();
    }

    @Test
    void aStatusIsManagedApart() {
        apply("fieldManager=one", "", containers("c=x"));
        client.send(
                "PATCH",
                pods() + "/web/status?fieldManager=kubelet",
                "application/strategic-merge-patch+json",
                "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}");
        JsonNode entry = entry(pod(), "kubelet", "Update");
        assertThat(entry.path("subresource").asText()).isEqualTo("status");
        assertThat(entry.at("/fieldsV1/f:status/f:phase").isObject()).isTrue();
        assertThat(entry.at("/fieldsV1").has("f:spec")).isFalse();
        Answer applied = apply("fieldManager=one", "", containers("c=x") + ",'status':{'phase':'Failed'}");
        assertThat(applied.at("/status/phase")).isEqualTo("Running");

        Answer conflict = client.send(
                "PATCH",
                pods() + "/web/status?fieldManager=other",
                "application/apply-patch+yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nstatus: {phase: Failed}\n");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(conflict.at("/message")).contains("\"kubelet\" with subresource \"status\" using v1: ");
    }

    @Test
    void listsAreMergedByTheirKeys() {
        apply("fieldManager=one", "", containers("a=1", "b=1"));
        apply("fieldManager=two", "", containers("c=1"));
        assertThat(images(pod())).containsExactly("a=1", "b=1", "c=1");
        apply("fieldManager=one", "", containers("b=2"));
        assertThat(images(pod())).containsExactly("b=2", "c=1");
        Answer twice = apply("fieldManager=one", "", containers("b=2", "b=3"));
        assertThat(twice.status()).isEqualTo(400);
        assertThat(twice.at("/message")).contains(".spec.containers: duplicate entries for key [name=\"b\"]");
        Answer unnamed = apply("fieldManager=one", "", "{'containers':[{'image':'x'}]}");
        assertThat(unnamed.at("/message")).contains("omits key field \"name\"");
    }

    @Test
    void anAtomicMapIsOneField() {
        String path = "/apis/networking.k8s.io/v1/namespaces/" + namespace + "/networkpolicies/p";
        String policy =
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector:"
                        + " {matchLabels: {%s: web}}}\n";
        client.send("PATCH", path + "?fieldManager=one", "application/apply-patch+yaml", policy.formatted("app"));
        Answer conflict = client.send(
                "PATCH", path + "?fieldManager=two", "application/apply-patch+yaml", policy.formatted("run"));
        assertThat(conflict.at("/message")).endsWith("conflict with \"one\": .spec.podSelector");
        assertThat(client.send(
                                "PATCH",
                                path + "?fieldManager=one",
                                "application/apply-patch+yaml",
                                policy.formatted("run"))
                        .body()
                        .at("/spec/podSelector/matchLabels"))
                .isEqualTo(TestClient.json("{'run':'web'}"));
    }

    @Test
    void keepsNothingOfADryRunAndHonoursARevision() {
        apply("fieldManager=one", "", containers("c=x"));
        String revision = pod().at("/metadata/resourceVersion").asText();
        Answer dry = apply("fieldManager=one&dryRun=All", ",'labels':{'a':'1'}", containers("c=x"));
        assertThat(dry.at("/metadata/labels/a")).isEqualTo("1");
        assertThat(pod().at("/metadata/resourceVersion").asText()).isEqualTo(revision);
        Answer stale = apply("fieldManager=one", ",'labels':{'a':'1'},'resourceVersion':'1'", containers("c=x"));
        assertThat(stale.status()).isEqualTo(409);
        assertThat(stale.at("/message")).contains("the object has been modified");
        assertThat(apply(
                                "fieldManager=one",
                                ",'labels':{'a':'1'},'resourceVersion':'" + revision + "'",
                                containers("c=x"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anEmptyListForgetsWhoManages() {
        apply("fieldManager=one", ",'labels':{'a':'1'}", containers("c=x"));
        client.mergePatch(pods() + "/web", "{'metadata':{'managedFields':[{}]}}");
        assertThat(pod().at("/metadata").has("managedFields")).isFalse();
        client.mergePatch(pods() + "/web", "{'metadata':{'labels':{'b':'1'}}}");
        assertThat(pod().at("/metadata").has("managedFields"))
                .as("an object that nobody manages stays so until somebody applies")
                .isFalse();
        Answer applied = apply("fieldManager=one&force=true", ",'labels':{'a':'2'}", "{}");
        assertThat(entry(applied.body(), "before-first-apply", "Update").at("/fieldsV1/f:metadata/f:labels"))
                .isEqualTo(TestClient.json("{'.':{},'f:b':{}}"));
    }

    @Test
    void aClientMayHandItsFieldsOver() {
        client.post(pods() + "?fieldManager=old", "{'metadata':{'name':'web'},'spec':" + containers("c=x") + "}");
        Answer moved = client.send(
                "PATCH",
                pods() + "/web?fieldManager=mover",
                "application/json-patch+json",
                "[{'op':'replace','path':'/metadata/managedFields/0/operation','value':'Apply'},"
                        + "{'op':'replace','path':'/metadata/managedFields/0/manager','value':'new'}]");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(entry(pod(), "new", "Apply").isEmpty()).isFalse();
        assertThat(entry(pod(), "old", "Update").isEmpty()).isTrue();
        client.mergePatch(pods() + "/web", "{'metadata':{'managedFields':[{'operation':'Dance','fieldsV1':{'x':1}}]}}");
        assertThat(entry(pod(), "new", "Apply").isEmpty())
                .as("what cannot be read is not taken")
                .isFalse();
    }

    @Test
    void onlyTenUpdatersAreToldApart() {
        client.post(pods() + "?fieldManager=m", "{'metadata':{'name':'web'},'spec':" + containers("c=x") + "}");
        for (int i = 0; i < 14; i++) {
            client.mergePatch(pods() + "/web?fieldManager=m" + i, "{'metadata':{'labels':{'l" + i + "':'1'}}}");
        }
        assertThat(pod().at("/metadata/managedFields")).hasSize(10);
        assertThat(entry(pod(), "ancient-changes", "Update").isEmpty()).isFalse();
        assertThat(pod().at("/metadata/labels")).hasSize(14);
    }

    @Test
    void refusesWhatIsNoApplication() {
        Answer nobody = apply("", "", containers("c=x"));
        assertThat(nobody.status()).isEqualTo(422);
        assertThat(nobody.at("/message"))
                .isEqualTo("PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for"
                        + " apply patch");
        assertThat(client.mergePatch(pods() + "/web?force=true", "{}").at("/message"))
                .contains("force: Forbidden: may not be specified for non-apply patch");
        assertThat(apply("fieldManager=" + "x".repeat(129), "", containers("c=x"))
                        .status())
                .isEqualTo(422);
        Answer owned = apply("fieldManager=one", ",'managedFields':[{'manager':'x'}]", containers("c=x"));
        assertThat(owned.at("/message")).isEqualTo("metadata.managedFields must be nil");
        String path = pods() + "/web?fieldManager=one";
        Answer broken = client.send("PATCH", path, "application/apply-patch+yaml", "apiVersion: [v1\nkind");
        assertThat(broken.status()).isEqualTo(400);
        assertThat(broken.at("/message")).startsWith("error decoding YAML: ");
        Answer bare = client.send("PATCH", path, "application/apply-patch+yaml", "metadata: {name: web}");
        assertThat(bare.at("/message")).contains("Object 'Kind' is missing");
        Answer other = client.send(
                "PATCH", path, "application/apply-patch+yaml", "{apiVersion: v1, kind: Pod, metadata: {name: other}}");
        assertThat(other.at("/message"))
                .isEqualTo("the name of the object (other) does not match the name on the URL (web)");
    }

    @Test
    void kubectlTakesWhatItHadAppliedItself() {
        client.post(
                pods() + "?fieldManager=kubectl-client-side-apply",
                "{'metadata':{'name':'web','labels':{'a':'1','b':'1'},'annotations':"
                        + "{'kubectl.kubernetes.io/last-applied-configuration':"
                        + "\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"kind\\\":\\\"Pod\\\",\\\"metadata\\\":{\\\"labels\\\":{\\\"a\\\":\\\"1\\\"}}}\"}},"
                        + "'spec':" + containers("c=x") + "}");
        assertThat(apply("fieldManager=kubectl", ",'labels':{'b':'2'}", "{}").status())
                .as("not applied by itself")
                .isEqualTo(409);
        Answer taken = apply("fieldManager=kubectl", ",'labels':{'a':'2'}", "{}");
        assertThat(taken.status()).isEqualTo(200);
        assertThat(taken.at("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration"))
                .contains("\"a\":\"2\"");
    }
}
