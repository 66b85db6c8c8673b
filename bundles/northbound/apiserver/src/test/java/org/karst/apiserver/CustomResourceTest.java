package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kinds that are brought by CustomResourceDefinitions, over real HTTP. */
@Timeout(120)
class CustomResourceTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String CRONTABS = "/apis/stable.example.com/v1/namespaces/default/crontabs";
    private static final String SCHEMA = "{'type':'object','required':['spec'],'properties':{'spec':{'type':'object',"
            + "'required':['cronSpec'],'properties':{"
            + "'cronSpec':{'type':'string','pattern':'^\\\\S+ \\\\S+$','maxLength':20},"
            + "'replicas':{'type':'integer','minimum':1,'maximum':10,'default':1},"
            + "'mode':{'type':'string','enum':['Allow','Forbid']},"
            + "'port':{'x-kubernetes-int-or-string':true},"
            + "'note':{'type':'string','nullable':true},"
            + "'free':{'type':'object','x-kubernetes-preserve-unknown-fields':true},"
            + "'since':{'type':'string','format':'date-time'},"
            + "'tags':{'type':'array','maxItems':3,'x-kubernetes-list-type':'set','items':{'type':'string'}},"
            + "'steps':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],"
            + "'items':{'type':'object','required':['name'],'properties':{'name':{'type':'string'},"
            + "'wait':{'type':'integer','default':5}}}},"
            + "'peer':{'type':'object','minProperties':1,'maxProperties':1,'properties':{'a':{'type':'string'},"
            + "'b':{'type':'string'}},'oneOf':[{'required':['a']},{'required':['b']}]}}},"
            + "'status':{'type':'object','properties':{'replicas':{'type':'integer'},'selector':{'type':'string'}}}}}";
    private static final String NAMES =
            "'names':{'plural':'crontabs','kind':'CronTab','shortNames':['ct'],'categories':['all']}";

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

    private static String version(String name, boolean stored, String schema) {
        return "{'name':'" + name + "','served':true,'storage':" + stored + ",'schema':{'openAPIV3Schema':" + schema
                + "},'subresources':{'status':{},'scale':{'specReplicasPath':'.spec.replicas',"
                + "'statusReplicasPath':'.status.replicas','labelSelectorPath':'.status.selector'}},"
                + "'additionalPrinterColumns':[{'name':'Spec','type':'string','jsonPath':'.spec.cronSpec'},"
                + "{'name':'Replicas','type':'integer','jsonPath':'.spec.replicas'},"
                + "{'name':'Age','type':'date','jsonPath':'.metadata.creationTimestamp'}]}";
    }

    private static String definition(String versions) {
        return "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
                + "'metadata':{'name':'crontabs.stable.example.com'},'spec':{'group':'stable.example.com',"
                + "'scope':'Namespaced'," + NAMES + ",'versions':[" + versions + "]}}";
    }

    private static String plain() {
        return definition(version("v1", true, SCHEMA));
    }

    private static String crontab(String spec) {
        return "{'apiVersion':'stable.example.com/v1','kind':'CronTab','metadata':{'name':'mine'},'spec':" + spec + '}';
    }

    private void define() {
        assertThat(client.post(DEFINITIONS, plain()).status()).isEqualTo(201);
    }

    private String refusal(String spec) {
        TestClient.Answer answer = client.post(CRONTABS, crontab(spec));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(422);
        return answer.at("/message").replace("CronTab.stable.example.com \"mine\" is invalid: ", "");
    }

    @Test
    void isServedAtOnceAndAfterARestart() throws Exception {
        assertThat(client.get(CRONTABS).status()).isEqualTo(404);
        define();
        JsonNode definition =
                client.get(DEFINITIONS + "/crontabs.stable.example.com").body();
        assertThat(definition.at("/status/conditions/0/type").asText()).isEqualTo("NamesAccepted");
        assertThat(definition.at("/status/conditions/1/type").asText()).isEqualTo("Established");
        assertThat(definition.at("/status/conditions/1/status").asText()).isEqualTo("True");
        assertThat(definition.at("/status/acceptedNames").toString())
                .isEqualTo(
                        "{\"plural\":\"crontabs\",\"singular\":\"crontab\",\"shortNames\":[\"ct\"],\"kind\":\"CronTab\","
                                + "\"listKind\":\"CronTabList\",\"categories\":[\"all\"]}");
        assertThat(definition.at("/status/storedVersions").toString()).isEqualTo("[\"v1\"]");
        assertThat(client.post(CRONTABS, crontab("{'cronSpec':'a b'}")).status())
                .isEqualTo(201);

        JsonNode resources = client.get("/apis/stable.example.com/v1").body().path("resources");
        assertThat(resources.findValuesAsText("name"))
                .containsExactlyInAnyOrder("crontabs", "crontabs/status", "crontabs/scale");
        assertThat(client.get("/apis/stable.example.com").at("/preferredVersion/version"))
                .isEqualTo("v1");
        assertThat(client.get("/openapi/v3/apis/stable.example.com/v1")
                        .at("/components/schemas/stable.example.com.v1.CronTab/properties/spec/properties/mode/enum/1"))
                .isEqualTo("Forbid");

        server.close();
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        client = new TestClient(server);
        assertThat(client.get(CRONTABS + "/mine").at("/spec/replicas")).isEqualTo("1");
        JsonNode list = client.get(CRONTABS).body();
        assertThat(list.at("/kind").asText()).isEqualTo("CronTabList");
        assertThat(list.at("/items/0/kind").asText()).isEqualTo("CronTab");
    }

    @Test
    void prunesAndFills() {
        define();
        TestClient.Answer created = client.post(
                CRONTABS,
                crontab("{'cronSpec':'a b','unknown':1,'free':{'x':{'y':1}},'note':null,'replicas':null,"
                        + "'steps':[{'name':'one','more':2}]}"));
        assertThat(created.body().path("spec").toString().replace('"', '\''))
                .isEqualTo("{'cronSpec':'a"
                        + " b','free':{'x':{'y':1}},'note':null,'steps':[{'name':'one','wait':5}],'replicas':1}");
        assertThat(created.warning())
                .contains("unknown field \\\"spec.unknown\\\"")
                .contains("unknown field \\\"spec.steps[0].more\\\"");
        TestClient.Answer strict =
                client.post(CRONTABS + "?fieldValidation=Strict", crontab("{'cronSpec':'a b','unknown':1}"));
        assertThat(strict.status()).isEqualTo(400);
        assertThat(strict.at("/message"))
                .isEqualTo("CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error: unknown"
                        + " field \"spec.unknown\"");
    }

    @Test
    void refusesInTheWordsOfTheRealServer() {
        define();
        assertThat(refusal("{}")).isEqualTo("spec.cronSpec: Required value");
        assertThat(refusal("{'cronSpec':5}"))
                .isEqualTo("spec.cronSpec: Invalid value: \"integer\": spec.cronSpec in body must be of type string:"
                        + " \"integer\"");
        assertThat(refusal("{'cronSpec':'ab'}"))
                .isEqualTo("spec.cronSpec: Invalid value: \"ab\": spec.cronSpec in body should match '^\\S+ \\S+$'");
        assertThat(refusal("{'cronSpec':'aaaaaaaaaaaaaaa bbbbbb'}"))
                .isEqualTo("spec.cronSpec: Too long: may not be more than 20 bytes");
        assertThat(refusal("{'cronSpec':'a b','replicas':11}"))
                .isEqualTo(
                        "spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10");
        assertThat(refusal("{'cronSpec':'a b','replicas':'x'}"))
                .isEqualTo("spec.replicas: Invalid value: \"string\": spec.replicas in body must be of type integer:"
                        + " \"string\"");
        assertThat(refusal("{'cronSpec':'a b','mode':'No'}"))
                .isEqualTo("spec.mode: Unsupported value: \"No\": supported values: \"Allow\", \"Forbid\"");
        assertThat(refusal("{'cronSpec':'a b','port':true}"))
                .isEqualTo("spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string:"
                        + " \"boolean\"");
        assertThat(refusal("{'cronSpec':'a b','tags':['a','b','c','d']}"))
                .isEqualTo("spec.tags: Too many: 4: must have at most 3 items");
        assertThat(refusal("{'cronSpec':'a b','tags':['a','a']}")).isEqualTo("spec.tags[1]: Duplicate value: \"a\"");
        assertThat(refusal("{'cronSpec':'a b','steps':[{'name':'x'},{'name':'x'}]}"))
                .isEqualTo("spec.steps[1]: Duplicate value: {\"name\":\"x\"}");
        assertThat(refusal("{'cronSpec':'a b','since':'today'}"))
                .isEqualTo("spec.since: Invalid value: \"today\": spec.since in body must be of type date-time:"
                        + " \"today\"");
        assertThat(refusal("{'cronSpec':'a b','peer':{}}"))
                .contains("spec.peer: Invalid value: 0: spec.peer in body should have at least 1 properties")
                .contains("<nil>: Invalid value: \"\": \"spec.peer\" must validate one and only one schema (oneOf)."
                        + " Found none valid");
    }

    @Test
    void holdsAgainstAnUpdateOnlyWhatItChanges() {
        assertThat(client.post(DEFINITIONS, plain().replace("'maximum':10,", ""))
                        .status())
                .isEqualTo(201);
        assertThat(client.post(CRONTABS, crontab("{'cronSpec':'a b','replicas':50}"))
                        .status())
                .isEqualTo(201);
        JsonNode definition =
                client.get(DEFINITIONS + "/crontabs.stable.example.com").body();
        TestClient.Answer narrower = client.put(
                DEFINITIONS + "/crontabs.stable.example.com",
                definition.toString().replace("\"minimum\":1,", "\"minimum\":1,\"maximum\":10,"));
        assertThat(narrower.status()).as(narrower.body().toString()).isEqualTo(200);
        assertThat(client.mergePatch(CRONTABS + "/mine", "{'spec':{'mode':'Allow'}}")
                        .status())
                .isEqualTo(200);
        assertThat(client.mergePatch(CRONTABS + "/mine", "{'spec':{'replicas':51}}")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void showsItsColumns() {
        define();
        client.post(CRONTABS, crontab("{'cronSpec':'a b','replicas':3}"));
        JsonNode table = client.get(CRONTABS, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                .body();
        assertThat(table.at("/columnDefinitions").findValuesAsText("name"))
                .containsExactly("Name", "Spec", "Replicas", "Age");
        assertThat(table.at("/rows/0/cells/1").asText()).isEqualTo("a b");
        assertThat(table.at("/rows/0/cells/2").asInt()).isEqualTo(3);
        assertThat(table.at("/rows/0/cells/3").asText()).endsWith("s");
    }

    @Test
    void scales() {
        define();
        client.post(CRONTABS, crontab("{'cronSpec':'a b'}"));
        assertThat(client.mergePatch(CRONTABS + "/mine/status", "{'status':{'replicas':1,'selector':'a=b'}}")
                        .status())
                .isEqualTo(200);
        TestClient.Answer scale = client.get(CRONTABS + "/mine/scale");
        assertThat(scale.at("/kind")).isEqualTo("Scale");
        assertThat(scale.at("/status/selector")).isEqualTo("a=b");
        assertThat(client.mergePatch(CRONTABS + "/mine/scale", "{'spec':{'replicas':7}}")
                        .at("/spec/replicas"))
                .isEqualTo("7");
        assertThat(client.get(CRONTABS + "/mine").at("/spec/replicas")).isEqualTo("7");
        assertThat(client.mergePatch(CRONTABS + "/mine/scale", "{'spec':{'replicas':70}}")
                        .status())
                .isEqualTo(422);
        String stale = scale.body().toString();
        assertThat(client.put(CRONTABS + "/mine/scale", stale).status()).isEqualTo(409);
    }

    @Test
    void takesItsObjectsWithItAndWaitsForTheirFinalizers() throws Exception {
        define();
        client.post(CRONTABS, crontab("{'cronSpec':'a b'}"));
        client.mergePatch(CRONTABS + "/mine", "{'metadata':{'finalizers':['example.com/wait']}}");
        String path = DEFINITIONS + "/crontabs.stable.example.com";
        assertThat(client.delete(path).status()).isEqualTo(200);
        TestClient.Answer held = client.get(path);
        assertThat(held.at("/metadata/finalizers/0")).isEqualTo("customresourcecleanup.apiextensions.k8s.io");
        assertThat(held.body().at("/status/conditions").findValuesAsText("type"))
                .contains("Terminating");
        assertThat(client.post(CRONTABS, crontab("{'cronSpec':'a b'}").replace("mine", "other"))
                        .status())
                .isEqualTo(405);
        try (TestWatch watch = client.watch(CRONTABS + "?watch=1")) {
            assertThat(watch.next().at("/type").asText()).isEqualTo("ADDED");
            client.mergePatch(CRONTABS + "/mine", "{'metadata':{'finalizers':null}}");
            assertThat(client.get(path).status()).isEqualTo(404);
            assertThat(client.get(CRONTABS).status()).isEqualTo(404);
            assertThat(watch.next().at("/type").asText()).isEqualTo("DELETED");
        }
    }

    @Test
    void servesManyVersionsOfOneObject() {
        String two = definition(version("v1", true, SCHEMA) + ',' + version("v1beta1", false, SCHEMA));
        assertThat(client.post(DEFINITIONS, two).status()).isEqualTo(201);
        client.post(CRONTABS, crontab("{'cronSpec':'a b'}"));
        assertThat(client.get(CRONTABS.replace("/v1/", "/v1beta1/") + "/mine").at("/apiVersion"))
                .isEqualTo("stable.example.com/v1beta1");
        assertThat(client.get("/apis/stable.example.com").body().at("/versions").findValuesAsText("version"))
                .containsExactly("v1", "v1beta1");
    }

    @Test
    void givesANameOnceOnly() {
        define();
        String other = plain().replace("crontabs", "cronlists")
                .replace("'kind':'CronTab',", "'kind':'CronList','singular':'crontab',");
        assertThat(client.post(DEFINITIONS, other).status()).isEqualTo(201);
        String path = DEFINITIONS + "/cronlists.stable.example.com";
        assertThat(client.get(path).at("/status/conditions/0/reason")).isEqualTo("ShortNamesConflict");
        assertThat(client.get(path).at("/status/conditions/1/status")).isEqualTo("False");
        assertThat(client.get(CRONTABS.replace("crontabs", "cronlists")).status())
                .isEqualTo(404);
        client.delete(DEFINITIONS + "/crontabs.stable.example.com");
        assertThat(client.get(path).at("/status/conditions/1/status")).isEqualTo("True");
        assertThat(client.get(CRONTABS.replace("crontabs", "cronlists")).status())
                .isEqualTo(200);
    }

    @Test
    void refusesDefinitionsThatAreNotInOrder() {
        assertThat(client.post(DEFINITIONS, plain().replace("'name':'crontabs.", "'name':'x."))
                        .at("/message"))
                .contains("metadata.name: Invalid value: \"x.stable.example.com\": must be"
                        + " spec.names.plural+\".\"+spec.group");
        assertThat(client.post(DEFINITIONS, plain().replace("'storage':true", "'storage':false"))
                        .at("/message"))
                .contains("must have exactly one version marked as storage version");
        assertThat(client.post(DEFINITIONS, plain().replace("'replicas':{'type':'integer',", "'replicas':{"))
                        .at("/message"))
                .contains("spec.versions[0].schema.openAPIV3Schema.properties[spec].properties[replicas].type: Required"
                        + " value: must not be empty for specified object fields");
        assertThat(client.post(DEFINITIONS, plain().replace("'default':1", "'default':99"))
                        .at("/message"))
                .contains("properties[replicas].default");
        assertThat(client.post(DEFINITIONS, plain().replace("'scope':'Namespaced'", "'scope':'Everywhere'"))
                        .at("/message"))
                .contains(
                        "spec.scope: Unsupported value: \"Everywhere\": supported values: \"Cluster\", \"Namespaced\"");
        define();
        TestClient.Answer moved =
                client.mergePatch(DEFINITIONS + "/crontabs.stable.example.com", "{'spec':{'scope':'Cluster'}}");
        assertThat(moved.at("/message")).contains("spec.scope: Invalid value: \"Cluster\": field is immutable");
    }

    @Test
    void appliesByItsListTypes() {
        define();
        String apply = "?fieldManager=one&force=true";
        assertThat(client.send(
                                "PATCH",
                                CRONTABS + "/mine" + apply,
                                "application/apply-patch+yaml",
                                crontab("{'cronSpec':'a b','steps':[{'name':'one'}]}"))
                        .status())
                .isEqualTo(201);
        TestClient.Answer second = client.send(
                "PATCH",
                CRONTABS + "/mine?fieldManager=two",
                "application/apply-patch+yaml",
                crontab("{'steps':[{'name':'two','wait':9}]}"));
        assertThat(second.body().at("/spec/steps").findValuesAsText("name")).containsExactly("one", "two");
    }

    @Test
    void takesTheDefinitionsOfTheDistribution() throws Exception {
        String allocations = "/apis/karst.org/v1/allocations";
        client.post(allocations, "{'metadata':{'name':'a'},'spec':{'subnet':'10.0.0.0/24','node':'n'}}");
        try (var files = Files.list(Path.of("../../../karaf-distribution/src/main/resources/crds"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".yaml", "");
                TestClient.Answer answer = client.sendBytes(
                        "PATCH",
                        DEFINITIONS + '/' + name + "?fieldManager=test",
                        Map.of("Content-Type", "application/apply-patch+yaml"),
                        Files.readAllBytes(file));
                assertThat(answer.status()).as(answer.body().toString()).isEqualTo(201);
            }
        }
        assertThat(client.get(allocations + "/a").at("/spec/node")).isEqualTo("n");
        assertThat(client.get("/apis/karst.org/v1").body().path("resources")).hasSize(1);
        TestClient.Answer refused = client.post(
                "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
                "{'metadata':{'name':'p'},'spec':{'tier':'Admin','priority':2000,'subject':{'other':{}}}}");
        assertThat(refused.at("/message"))
                .contains("spec.priority in body should be less than or equal to 1000")
                .contains("spec.subject in body should have at least 1 properties");
    }

    @Test
    void boundsWhatAPatternCosts() {
        String costly = plain().replace("^\\\\S+ \\\\S+$", "^(a+)+$").replace("'maxLength':20", "'maxLength':200");
        assertThat(client.post(DEFINITIONS, costly).status()).isEqualTo(201);
        assertThat(refusal("{'cronSpec':'" + "a".repeat(60) + "!'}")).contains("should match");
    }
}
