package org.karst.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.karst.apiserver.TestClient.Answer;

/** Who is let in by what, and what each role may do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final String POD = "{'metadata':{'name':'web'},'spec':{'containers':[{'name':'c','image':'x'}]}}";

    private Path directory;
    private ApiServer server;
    private TestClient admin;
    private TestClient viewer;
    private TestClient node;

    @BeforeAll
    void start(@TempDir Path scratch) throws Exception {
        directory = scratch;
        server = ApiServer.start(ApiServerSettings.in(directory.resolve("data")));
        admin = new TestClient(server);
        viewer = client("anna", Role.VIEWER);
        node = client("node-a", Role.NODE);
        admin.post("/api/v1/namespaces/default/pods", POD);
        admin.post("/api/v1/namespaces/default/pods", podOn("own", "node-a"));
        admin.post("/api/v1/namespaces/default/pods", podOn("other", "node-b"));
        admin.post("/api/v1/nodes", "{'metadata':{'name':'node-b'}}");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String podOn(String name, String node) {
        return "{'metadata':{'name':'" + name + "','labels':{'app':'web'}},'spec':{'nodeName':'" + node
                + "','containers':[{'name':'c','image':'x'}]}}";
    }

    private TestClient client(String name, Role role) throws Exception {
        Path file = directory.resolve(name + '-' + role);
        server.issue(file, name, role, YEAR);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        return new TestClient(server, file);
    }

    private static void expectForbidden(Answer answer, String message) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.at("/message")).isEqualTo(message);
        assertThat(answer.at("/reason")).isEqualTo("Forbidden");
        assertThat(answer.at("/kind")).isEqualTo("Status");
    }

    @Test
    void whoAsksAsSomebodyElseIsNotAnsweredAsHimself() {
        expectForbidden(
                admin.get("/api/v1/pods", "Impersonate-User", "anna"),
                "User \"karst:admin\" cannot impersonate: this server knows no impersonation");
        assertThat(admin.get("/version", "Impersonate-User", "anna").status())
                .as("what everybody may see")
                .isEqualTo(200);
    }

    @Test
    void aViewerSeesEverythingAndChangesNothing() {
        assertThat(viewer.get("/api/v1/pods").status()).isEqualTo(200);
        assertThat(viewer.get("/apis/coordination.k8s.io/v1/leases").status()).isEqualTo(200);
        expectForbidden(
                viewer.post("/api/v1/namespaces/default/pods", POD),
                "pods is forbidden: User \"anna\" cannot create resource \"pods\" in API group \"\" in the namespace"
                        + " \"default\"");
        expectForbidden(
                viewer.delete("/api/v1/namespaces/default/pods/web"),
                "pods \"web\" is forbidden: User \"anna\" cannot delete resource \"pods\" in API group \"\" in the"
                        + " namespace \"default\"");
        expectForbidden(
                viewer.delete("/api/v1/nodes"),
                "nodes is forbidden: User \"anna\" cannot deletecollection resource \"nodes\" in API group \"\" at the"
                        + " cluster scope");
        expectForbidden(
                viewer.mergePatch("/api/v1/namespaces/default/pods/web/status", "{}"),
                "pods \"web\" is forbidden: User \"anna\" cannot patch resource \"pods/status\" in API group \"\" in"
                        + " the namespace \"default\"");
        expectForbidden(
                viewer.delete("/api/v1/namespaces/default"),
                "namespaces \"default\" is forbidden: User \"anna\" cannot delete resource \"namespaces\" in API group"
                        + " \"\" in the namespace \"default\"");
        expectForbidden(
                viewer.post("/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", "{}"),
                "networkpolicies.networking.k8s.io is forbidden: User \"anna\" cannot create resource"
                        + " \"networkpolicies\" in API group \"networking.k8s.io\" in the namespace \"default\"");
        expectForbidden(
                viewer.post("/karst/v1/verify-flows", ""),
                "forbidden: User \"anna\" cannot post path \"/karst/v1/verify-flows\"");
        assertThat(admin.get("/api/v1/namespaces/default/pods/web").status()).isEqualTo(200);
    }

    @Test
    void aNodeWritesWhatIsItsOwn() {
        assertThat(node.post("/api/v1/nodes", "{'metadata':{'name':'node-a'}}").status())
                .isEqualTo(201);
        assertThat(node.mergePatch("/api/v1/nodes/node-a/status", "{'status':{'phase':'x'}}")
                        .status())
                .isEqualTo(200);
        assertThat(node.mergePatch("/api/v1/nodes/node-b/status", "{}").status())
                .isEqualTo(403);
        assertThat(node.mergePatch("/api/v1/namespaces/default/pods/own/status", "{'status':{'phase':'Running'}}")
                        .status())
                .isEqualTo(200);
        assertThat(node.mergePatch("/api/v1/namespaces/default/pods/web", "{'metadata':{'labels':{'a':'b'}}}")
                        .status())
                .isEqualTo(403);
        assertThat(node.delete("/api/v1/namespaces/default").status()).isEqualTo(403);
    }

    @Test
    void aNodeWritesTheStatusOfItsOwnPodsOnly() {
        for (String pod : List.of("web", "other")) {
            expectForbidden(
                    node.mergePatch("/api/v1/namespaces/default/pods/" + pod + "/status", "{'status':{'phase':'x'}}"),
                    "pods \"" + pod + "\" is forbidden: node \"node-a\" can only update pod status for pods with"
                            + " spec.nodeName set to itself");
        }
        // What the patch says of the node counts for nothing.
        assertThat(node.mergePatch(
                                "/api/v1/namespaces/default/pods/other/status",
                                "{'spec':{'nodeName':'node-a'},'status':{'phase':'x'}}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aNodeLeavesTheMetadataOfItsPodsAsItIs() {
        String path = "/api/v1/namespaces/default/pods/own";
        String owner = "[{'apiVersion':'v1','kind':'Pod','name':'o','uid':'1'}]";
        List.of(
                        "'labels':{'app':'db'}",
                        "'labels':null",
                        "'annotations':{'a':'b'}",
                        "'ownerReferences':" + owner,
                        "'finalizers':['example.com/held']")
                .forEach(change -> expectForbidden(
                        node.mergePatch(path + "/status", "{'metadata':{" + change + "}}"),
                        "pods \"own\" is forbidden: node \"node-a\" cannot update "
                                + change.substring(1, change.indexOf('\'', 1)) + " through pod status"));
        expectForbidden(
                node.put(path + "/status", podOn("own", "node-a").replace("'web'", "'db'")),
                "pods \"own\" is forbidden: node \"node-a\" cannot update labels through pod status");
        expectForbidden(
                node.send(
                        "PATCH",
                        path + "/status?fieldManager=agent&force=true",
                        "application/apply-patch+yaml",
                        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'own','labels':{'app':'db'}}}"),
                "pods \"own\" is forbidden: node \"node-a\" cannot update labels through pod status");
        assertThat(node.put(path + "/status", podOn("own", "node-a")).status()).isEqualTo(200);
        assertThat(admin.get(path).at("/metadata/labels/app")).isEqualTo("web");
        assertThat(admin.mergePatch(path + "/status", "{'metadata':{'annotations':{'a':'b'}}}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aNodeHasItsOwnLeaseOnly() {
        String leases = "/apis/coordination.k8s.io/v1/namespaces/%s/leases";
        String own = leases.formatted("kube-node-lease");
        expectForbidden(
                node.post(own, "{'metadata':{'name':'node-b'}}"),
                "leases.coordination.k8s.io \"node-b\" is forbidden: can only access node lease with the same name as"
                        + " the requesting node");
        assertThat(node.post(own, "{'metadata':{'generateName':'node-'}}").status())
                .isEqualTo(403);
        assertThat(node.post(own, "{'metadata':{'name':'node-a'}}").status()).isEqualTo(201);
        assertThat(node.get(own + "/node-a").status()).isEqualTo(200);
        assertThat(node.mergePatch(own + "/node-a", "{'spec':{'holderIdentity':'node-a'}}")
                        .status())
                .isEqualTo(200);
        assertThat(node.mergePatch(own + "/node-b", "{}").status()).isEqualTo(403);

        String leader = leases.formatted("kube-system");
        admin.post(leader, "{'metadata':{'name':'karst-leader'}}");
        assertThat(node.post(leader, "{'metadata':{'name':'node-a'}}").status()).isEqualTo(403);
        for (String name : List.of("karst-leader", "node-a")) {
            assertThat(node.mergePatch(leader + '/' + name, "{'spec':{'holderIdentity':'node-a'}}")
                            .status())
                    .isEqualTo(403);
            assertThat(node.put(leader + '/' + name, "{'metadata':{'name':'" + name + "'}}")
                            .status())
                    .isEqualTo(403);
            assertThat(node.delete(leader + '/' + name).status()).isEqualTo(403);
        }

        for (String namespace : List.of("kube-node-lease", "kube-system")) {
            JsonNode rules = node.post(
                            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                            "{'spec':{'namespace':'" + namespace + "'}}")
                    .body()
                    .at("/status/resourceRules");
            assertThat(rules).isNotEmpty();
            assertThat(rules.toString().contains("\"leases\"")).isEqualTo(namespace.equals("kube-node-lease"));
        }
    }

    @Test
    void aNodeIsNotAnother() {
        expectForbidden(
                node.post("/api/v1/nodes", "{'metadata':{'name':'node-c'}}"),
                "nodes \"node-c\" is forbidden: node \"node-a\" is not allowed to modify node \"node-c\"");
        assertThat(node.post("/api/v1/nodes", "{'metadata':{'generateName':'node-a'}}")
                        .status())
                .isEqualTo(403);
        assertThat(admin.get("/api/v1/nodes/node-c").status()).isEqualTo(404);
    }

    @Test
    void strangersAreNotLetIn() {
        assertThat(admin.getWithToken("/api/v1/pods", "").status()).isEqualTo(401);
        assertThat(admin.getWithToken("/api/v1/pods", "x".repeat(43)).status()).isEqualTo(401);
    }

    @Test
    void reviewsAnswerAsRequestsWouldBe() {
        String path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        String question = "{'spec':{'resourceAttributes':{'verb':'%s','resource':'pods','namespace':'default'}}}";
        assertThat(viewer.post(path, question.formatted("list"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        Answer refused = viewer.post(path, question.formatted("create"));
        assertThat(refused.status()).isEqualTo(201);
        assertThat(refused.body().at("/status/allowed").asBoolean()).isFalse();
        assertThat(refused.at("/spec/resourceAttributes/verb")).isEqualTo("create");
        assertThat(admin.post(path, question.formatted("create"))
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        assertThat(viewer.post(path, "{'spec':{'nonResourceAttributes':{'verb':'get','path':'/metrics'}}}")
                        .body()
                        .at("/status/allowed")
                        .asBoolean())
                .isTrue();
        assertThat(viewer.post(path, "{'spec':{}}").status()).isEqualTo(422);
        assertThat(admin.get(path).status()).isEqualTo(405);

        JsonNode rules = viewer.post(
                        "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "{'spec':{'namespace':'default'}}")
                .body()
                .path("status");
        List<String> verbs = new ArrayList<>();
        rules.path("resourceRules").forEach(rule -> rule.path("verbs").forEach(verb -> verbs.add(verb.asText())));
        assertThat(verbs).contains("get", "list", "watch").doesNotContain("*", "update", "delete");
        assertThat(rules.path("incomplete").asBoolean()).isFalse();

        Answer self = viewer.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        assertThat(self.at("/status/userInfo/username")).isEqualTo("anna");
        assertThat(self.body().at("/status/userInfo/groups"))
                .isEqualTo(TestClient.json("['karst:viewers','system:authenticated']"));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsWorthNothing() throws Exception {
        try (ApiServer other = ApiServer.start(ApiServerSettings.in(directory.resolve("other")))) {
            Path file = directory.resolve("stranger");
            other.issue(file, "anna", Role.ADMIN, YEAR);
            String foreign = Files.readString(file);
            String own = Files.readString(directory.resolve("anna-viewer"));
            String authority = own.lines()
                    .filter(line -> line.contains("certificate-authority-data"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(
                    file, foreign.replaceFirst(" *certificate-authority-data: .*", authority.replace("$", "\\$")));
            TestClient stranger = new TestClient(server, file);
            assertThatThrownBy(() -> stranger.get("/api/v1/pods")).hasMessageContaining("/api/v1/pods");
        }
    }

    @Test
    void refusesToIssueWhatIsNotRight() {
        Path taken = server.kubeconfig();
        assertThatThrownBy(() -> server.issue(taken, "anna", Role.VIEWER, YEAR))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is there already");
        Path free = directory.resolve("free");
        assertThatThrownBy(() -> server.issue(free, " ", Role.VIEWER, YEAR)).hasMessageContaining("1 to 64 characters");
        for (String reserved : List.of("system:node:node-a", "system:admin", "karst:admin")) {
            assertThatThrownBy(() -> server.issue(free, reserved, Role.VIEWER, YEAR))
                    .hasMessage("the name of a user does not begin with '"
                            + reserved.substring(0, reserved.indexOf(':') + 1)
                            + "': such names are those of the system itself; a node is given by its own name");
        }
        for (String noNode : List.of("Node-A", "a/b", "node-a.", "-a", "a b", "node:a")) {
            assertThatThrownBy(() -> server.issue(free, noNode, Role.NODE, YEAR))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("'" + noNode + "' is not the name of a node: ");
        }
        assertThatThrownBy(() -> server.issue(free, "anna", Role.VIEWER, Duration.ZERO))
                .hasMessageContaining("an hour at least");
        assertThatThrownBy(() -> server.issue(directory.resolve("no/such"), "anna", Role.VIEWER, YEAR))
                .hasMessageContaining("there is no directory");
        assertThatThrownBy(() -> Role.parse("king")).hasMessage("a role is one of admin, viewer, node, not 'king'");
        assertThat(free).doesNotExist();
    }

    @Test
    void aNameIsNoWayToAnotherGroup() throws Exception {
        TestClient clever = client("anna,O=system:masters+CN=root", Role.VIEWER);
        Answer self = clever.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        assertThat(self.at("/status/userInfo/username")).isEqualTo("anna,O=system:masters+CN=root");
        assertThat(self.body().at("/status/userInfo/groups"))
                .isEqualTo(TestClient.json("['karst:viewers','system:authenticated']"));
    }
}
