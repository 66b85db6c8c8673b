package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs over real HTTP. */
class ApiServerTest {
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final String WEB =
            "{'metadata':{'name':'web','labels':{'app':'web'}},'spec':{'nodeName':'a','containers':[{'name':'c','image':'i'}]}}";

    @TempDir
    Path directory;

    private ApiServer server;
    private TestClient client;

    @BeforeEach
    void start() throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        client = new TestClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void secretsAreReadableByTheirOwnerAlone() throws Exception {
        Path data = directory.resolve("data");
        assertThat(Files.getPosixFilePermissions(data)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (var files = Files.list(data)) {
            assertThat(files).isNotEmpty().allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------")));
        }
    }

    @Test
    void onlyHealthAndVersionAreServedWithoutTheToken() {
        for (String open : Set.of("/healthz", "/livez", "/readyz", "/version")) {
            assertThat(client.getWithToken(open, "").status()).as(open).isEqualTo(200);
        }
        for (String closed : Set.of("/api", "/apis", PODS, "/openapi/v3", "/nothing", "/version/../api", "/metrics")) {
            assertThat(client.getWithToken(closed, "").status()).as(closed).isEqualTo(401);
            TestClient.Answer answer = client.getWithToken(closed, "wrong");
            assertThat(answer.status()).as(closed).isEqualTo(401);
            assertThat(answer.body())
                    .isEqualTo(TestClient.json("{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure',"
                            + "'message':'Unauthorized','reason':'Unauthorized','code':401}"));
        }
    }

    @Test
    void createsReadsReplacesAndDeletes() {
        TestClient.Answer created = client.post(PODS, WEB);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.at("/kind")).isEqualTo("Pod");
        assertThat(created.at("/apiVersion")).isEqualTo("v1");
        assertThat(created.at("/metadata/namespace")).isEqualTo("default");
        assertThat(created.at("/metadata/uid")).hasSize(36);
        assertThat(created.at("/metadata/generation")).isEqualTo("1");
        assertThat(created.at("/status/phase")).isEqualTo("Pending");
        assertThat(created.at("/spec/restartPolicy")).isEqualTo("Always");

        assertThat(client.get(PODS + "/web").body()).isEqualTo(created.body());

        String labelled = created.body().toString().replace("\"app\":\"web\"", "\"app\":\"shop\"");
        TestClient.Answer replaced = client.put(PODS + "/web", labelled);
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.at("/metadata/labels/app")).isEqualTo("shop");
        assertThat(replaced.at("/metadata/generation")).isEqualTo("1");
        assertThat(replaced.at("/metadata/uid")).isEqualTo(created.at("/metadata/uid"));
        assertThat(Long.parseLong(replaced.at("/metadata/resourceVersion")))
                .isGreaterThan(Long.parseLong(created.at("/metadata/resourceVersion")));

        TestClient.Answer late = client.put(PODS + "/web", labelled);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.body())
                .isEqualTo(TestClient.json(
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"Operation"
                                + " cannot be fulfilled on pods \\\"web\\\": the object has been modified; please apply"
                                + " your changes to the latest version and try again\",\"reason\":\"Conflict\","
                                + "\"details\":{\"name\":\"web\",\"kind\":\"pods\"},\"code\":409}"));

        TestClient.Answer deleted = client.delete(PODS + "/web");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.at("/kind")).isEqualTo("Pod");
        TestClient.Answer gone = client.get(PODS + "/web");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.at("/message")).isEqualTo("pods \"web\" not found");
        assertThat(gone.at("/details/kind")).isEqualTo("pods");
    }

    @Test
    void statusIsWrittenByItsSubresourceAlone() {
        client.post(PODS, WEB);
        TestClient.Answer whole =
                client.mergePatch(PODS + "/web", "{'status':{'phase':'Running'},'metadata':{'labels':{'a':'b'}}}");
        assertThat(whole.at("/status/phase")).isEqualTo("Pending");
        assertThat(whole.at("/metadata/labels/a")).isEqualTo("b");

        TestClient.Answer status = client.mergePatch(
                PODS + "/web/status", "{'status':{'phase':'Running','podIP':'10.0.0.1'},'spec':{'nodeName':'other'}}");
        assertThat(status.status()).isEqualTo(200);
        assertThat(status.at("/status/phase")).isEqualTo("Running");
        assertThat(status.at("/status/podIPs/0/ip")).isEqualTo("10.0.0.1");
        assertThat(status.at("/spec/nodeName")).isEqualTo("a");

        String old = whole.at("/metadata/resourceVersion");
        TestClient.Answer late = client.mergePatch(
                PODS + "/web/status", "{'metadata':{'resourceVersion':'" + old + "'},'status':{'phase':'Failed'}}");
        assertThat(late.status()).isEqualTo(409);
        assertThat(client.get(PODS + "/web/status").at("/status/phase")).isEqualTo("Running");
    }

    @Test
    void aWriteThatChangesNothingGetsNoNewRevision() {
        TestClient.Answer created = client.post(PODS, WEB);
        TestClient.Answer same = client.mergePatch(PODS + "/web", "{'metadata':{'labels':{'app':'web'}}}");
        assertThat(same.body()).isEqualTo(created.body());
        assertThat(client.put(PODS + "/web", created.body().toString()).body()).isEqualTo(created.body());
    }

    @Test
    void refusalsAreWordedAsByTheRealServer() {
        TestClient.Answer bad = client.post(PODS, "{'metadata':{'name':'Web_1'},'spec':{'containers':[{'name':'c'}]}}");
        assertThat(bad.status()).isEqualTo(422);
        assertThat(bad.at("/reason")).isEqualTo("Invalid");
        assertThat(bad.at("/message"))
                .isEqualTo("Pod \"Web_1\" is invalid: [metadata.name: Invalid value: \"Web_1\": a lowercase RFC 1123"
                        + " subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'example.com', regex used for"
                        + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'),"
                        + " spec.containers[0].image: Required value]");
        assertThat(bad.body().at("/details/causes")).hasSize(2);
        assertThat(bad.at("/details/causes/1/field")).isEqualTo("spec.containers[0].image");

        assertThat(client.post("/api/v1/namespaces/nowhere/pods", WEB).at("/message"))
                .isEqualTo("namespaces \"nowhere\" not found");
        assertThat(client.post(PODS, "{'metadata':{'name':7}}").at("/message"))
                .isEqualTo(
                        "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal number into Go struct"
                                + " field ObjectMeta.metadata.name of type string");
        assertThat(client.post("/api/v1/namespaces", "{'metadata':{'name':'default'}}")
                        .at("/message"))
                .isEqualTo("namespaces \"default\" already exists");
        assertThat(client.delete("/api/v1/namespaces/kube-system").status()).isEqualTo(403);
        assertThat(client.send("PATCH", PODS + "/web", "text/plain", "{}").status())
                .isEqualTo(415);
        assertThat(client.post("/api/v1/pods", WEB).status()).isEqualTo(405);
        assertThat(client.get("/api/v1/unicorns").status()).isEqualTo(404);
        assertThat(client.get(PODS + "?labelSelector=a%3D%3D%3Db").status()).isEqualTo(400);
        assertThat(client.get(PODS + "?fieldSelector=spec.color%3Dred").at("/message"))
                .isEqualTo("field label not supported: spec.color");
        assertThat(client.get(PODS, "Accept", "application/vnd.kubernetes.protobuf")
                        .status())
                .isEqualTo(406);
        assertThat(client.post(PODS, "{").status()).isEqualTo(400);
        assertThat(client.post(PODS, "").status()).isEqualTo(400);
        assertThat(client.post(PODS, "[1,2]").status()).isEqualTo(400);
    }

    @Test
    void aNodeKeepsItsPrefixes() {
        client.post("/api/v1/nodes", "{'metadata':{'name':'a'},'spec':{'podCIDR':'10.0.0.0/24'}}");
        assertThat(client.get("/api/v1/nodes/a").at("/spec/podCIDRs/0")).isEqualTo("10.0.0.0/24");
        TestClient.Answer moved = client.mergePatch("/api/v1/nodes/a", "{'spec':{'podCIDRs':['10.0.1.0/24']}}");
        assertThat(moved.status()).isEqualTo(422);
        assertThat(moved.at("/message"))
                .isEqualTo("Node \"a\" is invalid: spec.podCIDRs: Forbidden: node updates may not change podCIDR except"
                        + " from \"\" to valid");
        assertThat(client.post("/api/v1/nodes", "{'metadata':{'name':'b'},'spec':{'podCIDRs':['10.0.0.0/33']}}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void namesAreGeneratedOnRequest() {
        String pod = "{'metadata':{'generateName':'web-'},'spec':{'containers':[{'name':'c','image':'i'}]}}";
        String first = client.post(PODS, pod).at("/metadata/name");
        String second = client.post(PODS, pod).at("/metadata/name");
        assertThat(first).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}").isNotEqualTo(second);
    }

    @Test
    void finalizersHoldAnObjectUntilTheyAreRemoved() {
        client.post(
                PODS,
                "{'metadata':{'name':'web','finalizers':['karst.org/hold']},'spec':{'containers':[{'name':'c','image':'i'}]}}");
        TestClient.Answer held = client.delete(PODS + "/web");
        assertThat(held.at("/metadata/deletionTimestamp")).isNotEmpty();
        assertThat(client.get(PODS + "/web").status()).isEqualTo(200);
        assertThat(client.mergePatch(PODS + "/web", "{'metadata':{'finalizers':['karst.org/hold','karst.org/more']}}")
                        .at("/message"))
                .contains("no new finalizers can be added if the object is being deleted, found new finalizers"
                        + " []string{\"karst.org/more\"}");
        assertThat(client.mergePatch(PODS + "/web", "{'metadata':{'finalizers':null}}")
                        .status())
                .isEqualTo(200);
        assertThat(client.get(PODS + "/web").status()).isEqualTo(404);
    }

    @Test
    void aNamespaceTakesItsContentWithIt() throws Exception {
        client.post("/api/v1/namespaces", "{'metadata':{'name':'shop'}}");
        client.post("/api/v1/namespaces/shop/pods", WEB);
        client.post(
                "/api/v1/namespaces/shop/pods",
                "{'metadata':{'name':'held','finalizers':['karst.org/hold']},'spec':{'containers':[{'name':'c','image':'i'}]}}");
        try (TestWatch watch = client.watch("/api/v1/pods?watch=1&resourceVersion="
                + client.get("/api/v1/pods").at("/metadata/resourceVersion"))) {
            TestClient.Answer terminating = client.delete("/api/v1/namespaces/shop");
            assertThat(terminating.at("/status/phase")).isEqualTo("Terminating");
            assertThat(watch.nextName()).isEqualTo("MODIFIED held");
            assertThat(watch.nextName()).isEqualTo("DELETED web");
            TestClient.Answer refused = client.post("/api/v1/namespaces/shop/pods", WEB);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.at("/message"))
                    .isEqualTo("pods \"web\" is forbidden: unable to create new content in namespace shop because it is"
                            + " being terminated");
            client.mergePatch("/api/v1/namespaces/shop/pods/held", "{'metadata':{'finalizers':[]}}");
            assertThat(watch.nextName()).isEqualTo("DELETED held");
        }
        assertThat(client.get("/api/v1/namespaces/shop").status()).isEqualTo(404);
    }

    @Test
    void listsInPartsShowOneRevision() {
        for (int i = 0; i < 7; i++) {
            client.post(PODS, WEB.replace("'name':'web'", "'name':'p" + i + "'"));
        }
        JsonNode first = client.get(PODS + "?limit=3").body();
        assertThat(first.at("/items")).hasSize(3);
        client.delete(PODS + "/p4");
        client.post(PODS, WEB.replace("'name':'web'", "'name':'p3a'"));
        JsonNode second = client.get(PODS + "?limit=3&continue="
                        + first.at("/metadata/continue").asText())
                .body();
        assertThat(second.at("/items").findValuesAsText("name")).contains("p3", "p4", "p5");
        assertThat(second.at("/metadata/resourceVersion")).isEqualTo(first.at("/metadata/resourceVersion"));
        JsonNode third = client.get(PODS + "?limit=3&continue="
                        + second.at("/metadata/continue").asText())
                .body();
        assertThat(third.at("/items")).hasSize(1);
        assertThat(third.at("/metadata").has("continue")).isFalse();
        assertThat(client.get(PODS + "?continue=nonsense").status()).isEqualTo(400);
    }

    /** Longer than one chunk, so it is written while it is read. */
    @Test
    void aLongListIsWholeWhileOthersWrite() {
        int count = 150;
        String filler = "x".repeat(2000);
        for (int i = 0; i < count; i++) {
            client.post(
                    PODS,
                    WEB.replace("'app':'web'", "'n':'" + i + "'")
                            .replace("'name':'web'", "'name':'p" + i + "','annotations':{'a':'" + filler + "'}"));
        }
        TestClient.Answer list = client.get(PODS);
        assertThat(list.at("/kind")).isEqualTo("PodList");
        assertThat(list.body().path("items").findValues("metadata"))
                .hasSize(count)
                .allSatisfy(metadata -> assertThat(
                                metadata.path("annotations").path("a").asText())
                        .isEqualTo(filler));
        assertThat(client.get(PODS, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                        .body()
                        .path("rows"))
                .hasSize(count);
        assertThat(client.delete(PODS).body().path("items")).hasSize(count);
        assertThat(client.get(PODS).body().path("items")).isEmpty();
    }

    @Test
    void selectorsFilterListsAndDeletions() {
        client.post(PODS, WEB);
        client.post(PODS, WEB.replace("'name':'web'", "'name':'db'").replace("'app':'web'", "'app':'db'"));
        assertThat(names("?labelSelector=app%20in%20(web,x)")).containsExactly("web");
        assertThat(names("?labelSelector=app!%3Dweb")).containsExactly("db");
        assertThat(names("?labelSelector=app")).containsExactly("db", "web");
        assertThat(names("?labelSelector=!app")).isEmpty();
        assertThat(names("?labelSelector=app%20notin%20(web)")).containsExactly("db");
        assertThat(names("?fieldSelector=spec.nodeName%3Da,metadata.name!%3Dweb"))
                .containsExactly("db");
        assertThat(names("?fieldSelector=spec.nodeName%3Db")).isEmpty();
        client.delete(PODS + "?labelSelector=app%3Ddb");
        assertThat(names("")).containsExactly("web");
    }

    private java.util.List<String> names(String query) {
        return client.get(PODS + query).body().path("items").findValues("metadata").stream()
                .map(metadata -> metadata.path("name").asText())
                .toList();
    }

    @Test
    void rehearsalsChangeNothing() {
        assertThat(client.post(PODS + "?dryRun=All", WEB).status()).isEqualTo(201);
        assertThat(client.get(PODS + "/web").status()).isEqualTo(404);
        client.post(PODS, WEB);
        assertThat(client.delete(PODS + "/web?dryRun=All").status()).isEqualTo(200);
        assertThat(client.get(PODS + "/web").status()).isEqualTo(200);
        TestClient.Answer some = client.post(PODS + "?dryRun=Some", WEB);
        assertThat(some.status()).isEqualTo(422);
        assertThat(some.at("/message"))
                .isEqualTo("CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported"
                        + " values: \"All\"");
    }

    private TestClient.Answer deleteWith(String path, String options) {
        return client.send("DELETE", path, "application/json", options);
    }

    @Test
    void deletionsHeedTheOptionsInTheirBody() {
        String uid = client.post(PODS, WEB).at("/metadata/uid");
        String rehearsal = "{'kind':'DeleteOptions','apiVersion':'v1','dryRun':['All']}";
        assertThat(deleteWith(PODS + "/web", rehearsal).status()).isEqualTo(200);
        assertThat(deleteWith(PODS, rehearsal).body().path("items")).hasSize(1);
        assertThat(client.delete(PODS + "?dryRun=All").body().path("items")).hasSize(1);
        assertThat(deleteWith(PODS + "/web?dryRun=All", "{}").status()).isEqualTo(200);
        for (String path : new String[] {PODS, PODS + "/web"}) {
            TestClient.Answer some = deleteWith(path, "{'dryRun':['Some']}");
            assertThat(some.status()).isEqualTo(422);
            assertThat(some.at("/message"))
                    .isEqualTo("DeleteOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]:"
                            + " supported values: \"All\"");
            assertThat(deleteWith(path, "{'dryRun':'All'}").status()).isEqualTo(400);
            assertThat(deleteWith(path, "{'dryRun':[true]}").status()).isEqualTo(400);
            assertThat(deleteWith(path, "[]").status()).isEqualTo(400);
            assertThat(deleteWith(path, "{'kind':'Pod'}").status()).isEqualTo(400);
            assertThat(deleteWith(path, "{'preconditions':{'uid':'other'}}").status())
                    .isEqualTo(409);
        }
        assertThat(names("")).containsExactly("web");
        assertThat(deleteWith(PODS, "{'preconditions':{'uid':'" + uid + "'}}").status())
                .isEqualTo(200);
        assertThat(names("")).isEmpty();
    }

    @Test
    void strangersMayOnlyLook() throws Exception {
        assertThat(client.getWithToken("/version", "").status()).isEqualTo(200);
        try (var socket = client.socket()) {
            socket.getOutputStream()
                    .write("POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(12), java.nio.charset.StandardCharsets.US_ASCII))
                    .as("before the body came")
                    .isEqualTo("HTTP/1.1 401");
        }
        assertThat(client.post("/version", "{}").status()).isEqualTo(405);
    }

    @Test
    void otherHandlersShareTheListener() {
        WebHandler metrics = new WebHandler() {
            @Override
            public Set<String> prefixes() {
                return Set.of("/metrics");
            }

            @Override
            public CompletionStage<WebResponse> answer(WebRequest request) {
                if (request.query().containsKey("fail")) {
                    throw new IllegalStateException("a secret of the inside");
                }
                return CompletableFuture.completedFuture(
                        WebResponse.text(200, request.caller().name() + ' ' + request.path()));
            }
        };
        assertThat(client.get("/metrics").status()).isEqualTo(404);
        server.add(metrics);
        assertThat(client.get("/metrics/x").body().asText()).isEqualTo("karst:admin /metrics/x");
        assertThat(client.getWithToken("/metrics", "").status()).isEqualTo(401);
        assertThat(client.get("/metricsx").status()).isEqualTo(404);
        TestClient.Answer failed = client.get("/metrics?fail");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.body().toString()).doesNotContain("secret").doesNotContain("Exception");
        server.remove(metrics);
        assertThat(client.get("/metrics").status()).isEqualTo(404);
    }

    @Test
    void objectsAndTokenSurviveARestart() throws Exception {
        client.post(PODS, WEB);
        String before = client.get(PODS + "/web").body().toString();
        server.close();
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        TestClient again = new TestClient(server);
        assertThat(again.get(PODS + "/web").body()).hasToString(before);
        assertThat(again.sendBytes("GET", PODS, Map.of("Accept", "*/*"), new byte[0])
                        .status())
                .isEqualTo(200);
    }
}
