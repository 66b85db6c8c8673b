package org.karst.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.karst.apiserver.ApiServer;
import org.karst.apiserver.ApiServerSettings;
import org.karst.connectivity.Connectivity;
import org.karst.openflow.Difference;
import org.karst.pipeline.Cookie;
import org.karst.questions.Questions;
import org.karst.testing.Cluster;
import org.karst.testing.Run;

/** The questions over the real listener, with a real controller behind. */
class QuestionHandlerTest {
    @TempDir
    Path directory;

    private Run run;
    private Questions questions;
    private ApiServer server;
    private HttpsClient client;

    @BeforeEach
    void start() throws Exception {
        run = Run.of(
                new Cluster()
                        .node("a", "10.128.0.0/24")
                        .node("b", "10.128.1.0/24")
                        .pod("shop/web", "a", "10.128.0.5"),
                new Connectivity());
        questions = new Questions(run.controller());
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        server.add(new QuestionHandler(questions));
        client = new HttpsClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
        questions.close();
        run.close();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static <T> T get(CompletionStage<T> answer) {
        return answer.toCompletableFuture().join();
    }

    @Test
    void answersAreTheRecordsThatTheShellPrints() {
        HttpsClient.Answer slots = client.get("/karst/v1/slots");
        assertThat(slots.status()).isEqualTo(200);
        assertThat(slots.type()).isEqualTo("application/json");
        assertThat(slots.text()).isEqualTo(get(questions.slots()).json());
        assertThat(client.get("/karst/v1/slots?output=text").text())
                .isEqualTo(get(questions.slots()).text() + "\n");
        assertThat(client.get("/karst/v1/status").json().path("nodes").asInt()).isEqualTo(2);
        assertThat(client.get("/karst/v1/nodes").json().at("/nodes/1/name").asText())
                .isEqualTo("b");
        assertThat(client.get("/karst/v1/pods?node=a").json().at("/pods/0/pod").asText())
                .isEqualTo("shop/web");
    }

    @Test
    void aPrintedFlowIsExplained() {
        JsonNode flow = client.get("/karst/v1/flows?node=a&slot=ROUTING&pod=" + encode("shop/web"))
                .json()
                .at("/flows/0");
        String line = "table=" + flow.path("table").asInt() + ",priority="
                + flow.path("priority").asInt() + "," + flow.path("match").asText() + " actions="
                + flow.path("actions").asText();
        JsonNode why = client.get("/karst/v1/why?node=a&flow=" + encode(line)).json();
        assertThat(why.at("/items/0/item").asText()).isEqualTo("a: " + line);
        assertThat(why.at("/items/0/owners/0/facts")).isNotEmpty();
        assertThat(client.get("/karst/v1/why?pod=" + encode("shop/web")).json().path("items"))
                .hasSizeGreaterThan(3);
    }

    @Test
    void strangersLearnNothing() {
        for (String path : new String[] {"/karst/v1", "/karst/v1/status", "/karst/v1/why?flow=table%3D0"}) {
            assertThat(client.getWithoutToken(path).status()).as(path).isEqualTo(401);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/karst/v1/flows?node=c | 404 | NotFound | there is no node c; there are a, b",
                "/karst/v1/flows?nod=a | 400 | BadRequest | /karst/v1/flows has no parameter nod; it takes node, pod,"
                        + " slot",
                "/karst/v1/status?all | 400 | BadRequest | /karst/v1/status has no parameter all; it takes none",
                "/karst/v1/nothing | 404 | NotFound | there is no question nothing under /karst/v1; there are flows,"
                        + " nodes, plan, pods, policy, slots, status, sync, trace, verify-flows, why",
                "/karst/v1/why | 400 | BadRequest | why wants either ?flow= with a flow as ovs-ofctl dump-flows prints"
                        + " it, or ?pod=NAMESPACE/NAME",
                "/karst/v1/why?flow=ip | 400 | BadRequest | no table=NUMBER in 'ip': expected a line as ovs-ofctl"
                        + " dump-flows prints it, such as table=130,priority=100,ip,nw_dst=10.128.0.5",
                "/karst/v1/why?pod=web | 400 | BadRequest | 'web' names no pod: expected NAMESPACE/NAME",
                "/karst/v1/policy | 400 | BadRequest | policy wants ?pod=NAMESPACE/NAME",
                "/karst/v1/policy?pod=shop/nobody | 404 | NotFound | there is no pod shop/nobody; karst:pods lists"
                        + " them",
                "/karst/v1/trace?source=shop/web | 400 | BadRequest | trace wants ?source= and destination=, each"
                        + " NAMESPACE/POD, the name of a node or an address; and protocol=tcp and port=80",
                "/karst/v1/trace?source=shop/web&destination=b&protocol=tcp&port=x | 400 | BadRequest | 'x' is no port;"
                        + " it must be 1 to 65535",
                "/karst/v1/trace?source=shop/web&destination=b | 503 | ServiceUnavailable | no switch can be asked: the"
                        + " bundle karst-unixctl is not there",
                "/karst/v1/sync?kind=nodes.v1 | 400 | BadRequest | sync wants both ?kind= (such as nodes.v1) and"
                        + " resourceVersion=, or none of them",
                "/karst/v1/sync?kind=nodes.v1&resourceVersion=x | 400 | BadRequest | resourceVersion is a number, not"
                        + " 'x'",
                "/karst/v1/slots?output=yaml | 400 | BadRequest | output is json or text, not 'yaml'",
            })
    void wrongQuestionsGetAStatus(String path, int code, String reason, String message) {
        HttpsClient.Answer answer = client.get(path);
        assertThat(answer.status()).isEqualTo(code);
        assertThat(answer.json().path("kind").asText()).isEqualTo("Status");
        assertThat(answer.json().path("reason").asText()).isEqualTo(reason);
        assertThat(answer.json().path("message").asText()).isEqualTo(message);
        assertThat(answer.json().path("code").asInt()).isEqualTo(code);
    }

    @Test
    void aPlanIsPosted() {
        HttpsClient.Answer nothing = client.post("/karst/v1/plan");
        assertThat(nothing.status()).isEqualTo(400);
        assertThat(nothing.json().path("message").asText()).startsWith("plan what?");
        HttpsClient.Answer relabelled = client.post(
                "/karst/v1/plan?relabel=" + encode("pod shop/web app=x") + "&relabel=" + encode("pod shop/web app-"));
        assertThat(relabelled.status()).isEqualTo(200);
        assertThat(relabelled.json().path("nodes")).isEmpty();
        assertThat(client.get("/karst/v1/plan").status()).isEqualTo(405);
    }

    @Test
    void questionsAreAskedByGet() {
        assertThat(client.post("/karst/v1/status").status()).isEqualTo(405);
    }

    @Test
    void flowsAreVerifiedByPost() {
        assertThat(client.get("/karst/v1/verify-flows").status()).isEqualTo(405);
        assertThat(client.post("/karst/v1/verify-flows").json().path("message").asText())
                .isEqualTo("no switch can be verified: the OpenFlow driver does not run");
        Difference difference = new Difference(
                Difference.Kind.MISSING,
                Optional.empty(),
                Optional.of(0),
                "table=0,priority=0 actions=drop",
                "",
                Cookie.of(0, "gates", "b"),
                true);
        questions.bindVerifier((node, removeForeign) -> node.equals("a")
                ? CompletableFuture.failedFuture(new IllegalStateException("node a: its switch is not connected"))
                : CompletableFuture.completedFuture(removeForeign ? List.of() : List.of(difference)));
        JsonNode answer = client.post("/karst/v1/verify-flows").json();
        assertThat(answer.at("/notVerified/0").asText()).isEqualTo("node a: its switch is not connected");
        assertThat(answer.at("/nodes/0").asText()).isEqualTo("b");
        assertThat(answer.at("/differences/0/kind").asText()).isEqualTo("MISSING");
        assertThat(answer.at("/differences/0/place").asText()).isEqualTo("INTAKE/gate");
        assertThat(answer.at("/differences/0/repaired").asBoolean()).isTrue();
        assertThat(client.post("/karst/v1/verify-flows?node=b&removeForeign=true")
                        .json()
                        .path("differences"))
                .isEmpty();
        assertThat(client.post("/karst/v1/verify-flows?removeForeign=yes").status())
                .isEqualTo(400);
    }
}
