package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes in, the answer is a refusal in one sentence and the server goes on. */
@Timeout(300)
class FuzzTest {
    private static final List<String> SEGMENTS = List.of(
            "api",
            "apis",
            "v1",
            "namespaces",
            "default",
            "pods",
            "web",
            "status",
            "nodes",
            "events",
            "leases",
            "coordination.k8s.io",
            "openapi",
            "v3",
            "readyz",
            "%2e%2e",
            "..",
            "%00",
            "%zz",
            "a%2Fb",
            "ü",
            "watch",
            "");
    private static final List<String> PARAMETERS = List.of(
            "watch",
            "limit",
            "continue",
            "labelSelector",
            "fieldSelector",
            "resourceVersion",
            "resourceVersionMatch",
            "timeoutSeconds",
            "dryRun",
            "sendInitialEvents",
            "allowWatchBookmarks",
            "includeObject",
            "fieldManager",
            "force",
            "fieldValidation");
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "1",
            "-1",
            "true",
            "99999999999999999999",
            "a=b",
            "a in (b,c",
            "!!",
            "a notin ()",
            "metadata.name=web",
            "All",
            "Exact",
            "eyJydiI6MX0",
            "eyJydiI6MSwic3RhcnQiOiIvIn0",
            "\u0000",
            "))((",
            "x".repeat(3000));
    private static final List<String> MEDIA = List.of(
            "application/json",
            "application/merge-patch+json",
            "application/json-patch+json",
            "application/strategic-merge-patch+json",
            "application/apply-patch+yaml",
            "text/plain",
            "",
            ";;;");

    @TempDir
    static Path directory;

    private static ApiServer server;
    private static TestClient client;

    @BeforeAll
    static void start() throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data"))
                .bounded(100_000, ApiServerSettings.DEFAULT_HISTORY_LIMIT));
        client = new TestClient(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("SplittableRandom").create(seed);
    }

    private static <T> T any(RandomGenerator random, List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    @Test
    void anyPathAndQueryGetsAnAnswer() {
        RandomGenerator random = random(1);
        for (int i = 0; i < 3000; i++) {
            StringBuilder path = new StringBuilder();
            int depth = 1 + random.nextInt(7);
            for (int j = 0; j < depth; j++) {
                path.append('/').append(any(random, SEGMENTS));
            }
            String separator = "?";
            for (int j = random.nextInt(4); j > 0; j--) {
                String value = URLEncoder.encode(any(random, VALUES), StandardCharsets.UTF_8);
                path.append(separator)
                        .append(any(random, PARAMETERS))
                        .append('=')
                        .append(value);
                separator = "&";
            }
            // A watch would stay open.
            String target = path.toString()
                    .replace("watch=", "timeoutSeconds=1&watch=")
                    .replace("ü", "%C3%BC")
                    .replace("%zz", "%7A");
            if (target.contains("watch=") || target.startsWith("//")) {
                continue;
            }
            check("GET " + target, client.get(target));
        }
    }

    @Test
    void anyBodyGetsAnAnswer() {
        RandomGenerator random = random(2);
        List<String> targets = List.of(
                "/api/v1/namespaces/default/pods",
                "/api/v1/nodes",
                "/api/v1/namespaces",
                "/api/v1/namespaces/default/events",
                "/apis/coordination.k8s.io/v1/namespaces/default/leases",
                "/api/v1/namespaces/default/pods/web",
                "/api/v1/namespaces/default/pods/web/status",
                "/api/v1/nodes/a");
        client.post(targets.get(0), "{'metadata':{'name':'web'},'spec':{'containers':[{'name':'c','image':'i'}]}}");
        client.post(targets.get(1), "{'metadata':{'name':'a'}}");
        int accepted = 0;
        for (int i = 0; i < 4000; i++) {
            String target = any(random, targets);
            byte[] body = body(random);
            String method = any(random, List.of("POST", "PUT", "PATCH", "DELETE"));
            String media = any(random, MEDIA);
            if (method.equals("DELETE") && random.nextInt(4) == 0) {
                body = "{\"kind\":\"DeleteOptions\"}".getBytes(StandardCharsets.UTF_8);
                media = "application/json";
            }
            TestClient.Answer answer = client.sendBytes(method, target, Map.of("Content-Type", media), body);
            check(method + ' ' + target + ' ' + new String(body, StandardCharsets.UTF_8), answer);
            accepted += answer.status() < 300 ? 1 : 0;
        }
        // Else the fuzz would only test the first check.
        assertThat(accepted).isBetween(50, 3900);
        assertThat(client.get("/api/v1/namespaces/default/pods").status()).isEqualTo(200);
    }

    private static byte[] body(RandomGenerator random) {
        ObjectNode pod = (ObjectNode)
                TestClient.json("{'kind':'Pod','apiVersion':'v1','metadata':{'name':'web','labels':{'a':'b'},"
                        + "'finalizers':[],'ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'a','uid':'u'}]},"
                        + "'spec':{'containers':[{'name':'c','image':'i','ports':[{'containerPort':80}]}],'nodeName':'a'},"
                        + "'status':{'podIPs':[{'ip':'10.0.0.1'}]}}");
        if (random.nextInt(10) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        pod.put("kind", any(random, List.of("Pod", "Node", "Namespace", "Event", "Lease", "")));
        if (random.nextInt(3) == 0) {
            pod.put("apiVersion", "coordination.k8s.io/v1");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            mutate(random, pod);
        }
        byte[] json = pod.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(6) == 0) {
            json[random.nextInt(json.length)] = (byte) random.nextInt(256);
        }
        return json;
    }

    /** Puts something odd in the place of a random value. */
    private static void mutate(RandomGenerator random, ObjectNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        JsonNode place = any(random, containers);
        JsonNode odd = odd(random);
        if (place instanceof ObjectNode object && !object.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            object.set(any(random, names), odd);
        } else if (place instanceof ArrayNode list) {
            list.add(odd);
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode odd(RandomGenerator random) {
        JsonNodeFactory make = JsonNodeFactory.instance;
        return switch (random.nextInt(12)) {
            case 0 -> make.nullNode();
            case 1 -> make.numberNode(random.nextLong());
            case 2 -> make.numberNode(1e308);
            case 3 -> make.booleanNode(true);
            case 4 -> make.textNode("");
            case 5 -> make.textNode("x".repeat(300));
            case 6 -> make.textNode("../../\u0000\n\"");
            case 7 -> make.arrayNode().add(make.arrayNode());
            case 8 -> make.objectNode().set("a", make.objectNode());
            case 9 -> make.textNode("-");
            case 10 -> make.objectNode();
            default -> make.textNode("3.999.1.2/77");
        };
    }

    @Test
    void depthAndLengthAreLimited() {
        String deep = "{\"metadata\":{\"name\":\"deep\"},\"spec\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        TestClient.Answer tooDeep = client.post("/api/v1/nodes", deep);
        assertThat(tooDeep.status()).isEqualTo(400);
        check("deep", tooDeep);
        TestClient.Answer tooLong = client.post(
                "/api/v1/nodes", "{'metadata':{'name':'long','annotations':{'a':'" + "x".repeat(120_000) + "'}}}");
        assertThat(tooLong.status()).isEqualTo(413);
        assertThat(tooLong.at("/message")).isEqualTo("Request entity too large: limit is 100000");
    }

    @Test
    void noiseOnTheWireEndsOnlyItsOwnConnection() throws Exception {
        RandomGenerator random = random(4);
        List<String> starts = List.of(
                "GET /api HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                "POST /version HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "GET /version HTTP/1.1\r\nbad header\u0001: x\r\n\r\n",
                "GET " + "/x".repeat(20_000) + " HTTP/1.1\r\n\r\n",
                "GET /version HTTP/1.1\r\nX: " + "y".repeat(70_000) + "\r\n\r\n",
                "POST /version HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "");
        for (int i = 0; i < 120; i++) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            try (SSLSocket socket = client.socket()) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(any(random, starts).getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).doesNotContain("Exception").doesNotContain("\tat ");
            } catch (java.io.IOException e) {
                // Cut off: also an answer.
                assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
            }
        }
        assertThat(client.get("/readyz").status()).isEqualTo(200);
    }

    private static void check(String what, TestClient.Answer answer) {
        String body = answer.body().toString();
        assertThat(body)
                .as(what)
                .doesNotContain("Exception")
                .doesNotContain("org.karst")
                .doesNotContain("com.fasterxml");
        if (answer.status() >= 400) {
            boolean expected = answer.status() < 500
                    || answer.at("/details/causes/0/reason").equals("ResourceVersionTooLarge");
            assertThat(expected).as("%s -> %s", what, body).isTrue();
            if (answer.body().isObject()) {
                assertThat(answer.at("/kind")).as(what).isEqualTo("Status");
                assertThat(answer.at("/code")).as(what).isEqualTo(Integer.toString(answer.status()));
                assertThat(answer.at("/message")).as(what).isNotEmpty();
            }
        }
    }
}
