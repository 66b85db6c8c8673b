package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy gets that its author did not write, and what its author hears who wrote it wrong. */
class FieldValidationTest {
    private static final String POLICIES = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";
    private static final String MISSPELT =
            "{'metadata':{'name':'p'},'spec':{'podselector':{'matchLabels':{'app':'web'}},'ingress':[{'form':[]}]}}";

    private ApiServer server;
    private TestClient client;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = ApiServer.start(ApiServerSettings.in(directory));
        client = new TestClient(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aStrictRequestWithAFieldThatDoesNotExistIsRefused() {
        TestClient.Answer answer = client.post(POLICIES + "?fieldValidation=Strict", MISSPELT);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/message"))
                .isEqualTo(
                        "NetworkPolicy in version \"v1\" cannot be handled as a NetworkPolicy: strict decoding error: "
                                + "unknown field \"spec.podselector\", unknown field \"spec.ingress[0].form\"");
        assertThat(client.get(POLICIES + "/p").status()).isEqualTo(404);

        client.post(POLICIES, "{'metadata':{'name':'p'},'spec':{'podSelector':{}}}");
        assertThat(client.mergePatch(POLICIES + "/p?fieldValidation=Strict", "{'spec':{'egres':[]}}")
                        .at("/message"))
                .contains("unknown field \"spec.egres\"");
        assertThat(client.post(POLICIES + "?fieldValidation=Loud", MISSPELT).at("/message"))
                .contains("Unsupported value: \"Loud\"");
    }

    @Test
    void othersAreWarnedUnlessTheyDoNotWantToKnow() {
        TestClient.Answer warned = client.post(POLICIES, MISSPELT);
        assertThat(warned.status()).isEqualTo(201);
        assertThat(warned.warning())
                .isEqualTo("299 - \"unknown field \\\"spec.podselector\\\"\", "
                        + "299 - \"unknown field \\\"spec.ingress[0].form\\\"\"");
        assertThat(client.post(POLICIES + "?fieldValidation=Ignore", MISSPELT.replace("'p'", "'q'"))
                        .warning())
                .isEmpty();
        assertThat(client.post(
                                POLICIES + "?fieldValidation=Strict",
                                "{'metadata':{'name':'r'},'spec':{'podSelector':{'matchLabels':{'any':'label'}},'ingress':[{'ports':"
                                        + "[{'port':80},{'port':'http','protocol':'UDP'},{'port':1,'endPort':9}],'from':"
                                        + "[{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.1.0.0/16']}}]}]}}")
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'podSelector':{} | [\"Ingress\"]",
                "'podSelector':{},'egress':[] | [\"Ingress\"]",
                "'podSelector':{},'egress':[{}] | [\"Ingress\",\"Egress\"]",
                "'podSelector':{},'egress':[{}],'policyTypes':['Egress'] | [\"Egress\"]"
            })
    void aPolicyGetsItsDirections(String spec, String types) {
        TestClient.Answer answer = client.post(POLICIES, "{'metadata':{'name':'p'},'spec':{" + spec + "}}");
        assertThat(answer.body().at("/spec/policyTypes")).hasToString(types);
    }

    @Test
    void aTableSaysWhichPodsAPolicyIsolates() {
        client.post(
                POLICIES,
                "{'metadata':{'name':'p'},'spec':{'podSelector':{'matchLabels':{'tier':'front','app':'web'},'matchExpressions':["
                        + "{'key':'zone','operator':'In','values':['b','a']},{'key':'old','operator':'DoesNotExist'}]}}}");
        client.post(POLICIES, "{'metadata':{'name':'q'},'spec':{'podSelector':{}}}");
        TestClient.Answer table =
                client.get(POLICIES, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
        assertThat(table.at("/rows/0/cells/1")).isEqualTo("app=web,!old,tier=front,zone in (a,b)");
        assertThat(table.at("/rows/1/cells/1")).isEqualTo("<none>");
    }

    @Test
    void theSchemaNamesTheFields() {
        TestClient.Answer schema = client.get("/openapi/v3/apis/networking.k8s.io/v1");
        assertThat(schema.body()
                        .at("/components/schemas/networking.k8s.io.v1.NetworkPolicy/properties/spec/properties")
                        .fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("podSelector", "policyTypes", "ingress", "egress");
    }
}
