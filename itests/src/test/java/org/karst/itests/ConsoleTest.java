package org.karst.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.karst.sandbox.Prober;

/**
 * The web console in real Chromium. After each test nothing may have gone wrong on the page that the test did not expect. With
 * {@code -Dkarst.screenshots=FOLDER} it leaves the pictures that docs/console.md shows.
 */
@Tag("root")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleTest {
    @RegisterExtension
    static final SharedCluster CLUSTER = new SharedCluster();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DENIED = "denied";
    /** Views by their headings. */
    private static final Map<String, String> HEADINGS = Map.of(
            "topology", "Topology",
            "health", "Health",
            "slots", "Slots and flows",
            "trace", "Trace a connection",
            "why", "Why is it wanted?",
            "features", "Features");
    /** Whoever cannot see has to be told what these are. */
    private static final Set<String> CONTROLS =
            Set.of("button", "link", "textbox", "searchbox", "combobox", "checkbox", "table", "region", "image");

    private static Browser browser;

    @BeforeAll
    static void openTheBrowser() throws Exception {
        assumeTrue(Browser.program().isPresent(), "there is no Chromium on the PATH: apt-get install chromium");
        browser = Browser.start(Browser.program().orElseThrow());
        CLUSTER.create(DENIED, "node-2", Map.of());
        CLUSTER.cluster().awaitPods(PATIENCE);
        CLUSTER.client()
                .resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withNamespace(SharedCluster.NAMESPACE)
                        .withName("nobody")
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("kubernetes.io/nothing", "")
                        .endPodSelector()
                        .addToPolicyTypes("Ingress")
                        .endSpec()
                        .build())
                .create();
        CLUSTER.client()
                .pods()
                .inNamespace(SharedCluster.NAMESPACE)
                .withName(DENIED)
                .edit(pod -> {
                    pod.getMetadata().setLabels(Map.of("kubernetes.io/nothing", ""));
                    return pod;
                });
        CLUSTER.client().raw("/karst/v1/sync");
    }

    @AfterAll
    static void closeTheBrowser() throws Exception {
        if (browser != null) {
            browser.close();
            CLUSTER.client()
                    .network()
                    .v1()
                    .networkPolicies()
                    .inNamespace(SharedCluster.NAMESPACE)
                    .withName("nobody")
                    .delete();
            CLUSTER.delete(DENIED);
        }
    }

    @AfterEach
    void nothingWentWrong() {
        assertThat(browser.troubles()).isEmpty();
    }

    private static String address() {
        String server = CLUSTER.client().getConfiguration().getMasterUrl();
        return server.replaceAll("/+$", "") + "/console/";
    }

    private static String token() throws IOException {
        Path kubeconfig = CLUSTER.cluster().sandbox().settings().state().resolve("kubeconfig");
        return Files.readAllLines(kubeconfig).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("token: "))
                .map(line -> line.substring("token: ".length()).replace("\"", ""))
                .findFirst()
                .orElseThrow();
    }

    private static void show(String view, String parameters) {
        browser.evaluate("location.hash = " + Browser.quoted("#/" + view + parameters));
        browser.await(
                "view " + view,
                "document.querySelector('#title')?.innerText === " + Browser.quoted(HEADINGS.get(view))
                        + " && document.querySelector('nav a[aria-current=page]')?.hash.startsWith('#/" + view + "')");
    }

    private static void focus(String selector) {
        browser.evaluate("document.querySelector(" + Browser.quoted(selector) + ").focus()");
    }

    /** The name of what a key would act upon. */
    private static String focused() {
        return browser.evaluate("(document.activeElement?.innerText || document.activeElement?.id || '').trim()")
                .asText();
    }

    private static void keep(String name) throws IOException {
        String folder = System.getProperty("karst.screenshots", "");
        if (!folder.isEmpty()) {
            Files.write(Files.createDirectories(Path.of(folder)).resolve(name + ".png"), browser.screenshot());
        }
    }

    @Test
    @Order(1)
    void whoHasNoTokenIsAskedForIt() throws IOException {
        browser.open(address());
        browser.await("login", "document.activeElement?.id === 'token'");
        long paint = Math.round(browser.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
                .asDouble());
        System.out.println("console: first contentful paint after " + paint + " ms (bar: 1,000 ms)");
        assertThat(paint).isPositive();
        keep("login");

        browser.type("wrong");
        browser.press(Browser.Key.ENTER);
        browser.awaitText("This token is not the one of the server.");
        assertThat(browser.evaluate("fetch('/karst/v1/live').then(answer => answer.status)")
                        .asInt())
                .isEqualTo(401);
        assertThat(browser.awaitTroubles(2)).hasSize(2).allMatch(trouble -> trouble.contains("401"));

        browser.evaluate("document.querySelector('#token').select()");
        browser.type(token());
        browser.press(Browser.Key.ENTER);
        browser.await("topology", "document.querySelector('#title')?.innerText === 'Topology'");
        browser.awaitText("node-3");
        browser.evaluate("window.former = true");
        browser.call("Page.reload", Browser.parameters());
        browser.await("page that knows the token", "!window.former && document.body?.innerText.includes('node-3')");
        assertThat(browser.evaluate("[localStorage.length, document.cookie]").toString())
                .as("the token is kept for this tab alone")
                .isEqualTo("[0,\"\"]");
    }

    @Test
    @Order(2)
    void whatComesAndGoesIsSeenWithoutLoading() throws Exception {
        show("topology", "");
        browser.awaitText("10.128.2.0/23");
        browser.evaluate("window.loadedOnce = true");
        CLUSTER.create("newcomer", "node-1", Map.of());
        CLUSTER.cluster().awaitPods(PATIENCE);
        String newcomer = "[...document.querySelectorAll('section[aria-label=\"Node node-1\"] .pod')]"
                + ".filter(pod => pod.innerText.includes('newcomer') && !pod.innerText.includes('not attached')).length";
        browser.await("pod that has come", newcomer + " === 1");
        Prober prober = new Prober(CLUSTER.place("newcomer"), PATIENCE);
        InetAddress far = InetAddress.getByName(CLUSTER.place("far").ipv4().orElseThrow());
        browser.evaluate("document.querySelector('#filter').focus()");
        browser.type("newcomer");
        browser.await("only the pod that was looked for", "document.querySelectorAll('.pod').length === 1");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!browser.text(".pod").contains("bit/s") && System.nanoTime() - end < 0) {
            assertThat(prober.icmp(far, 1000).problem()).isEmpty();
        }
        assertThat(browser.text(".pod")).as("its rate").contains("bit/s");
        assertThat(browser.evaluate(sent("[...document.querySelectorAll('.card')]", ".figures .value") + " < 2.5 * "
                                + sent("[document]", ".pod .rate"))
                        .asBoolean())
                .as("one pod sends and one answers; tunnels are not told once more")
                .isTrue();
        show("topology", "?pod=" + SharedCluster.NAMESPACE + "/newcomer");
        browser.awaitText("Trace from here");
        browser.awaitText("No policy is about it.");
        keep("topology");
        CLUSTER.delete("newcomer");
        browser.await("end of the pod", newcomer + " === 0");
        assertThat(browser.evaluate("window.loadedOnce").asBoolean()).isTrue();
    }

    /** The first rates in some elements, added up in bits per second. */
    private static String sent(String elements, String selector) {
        return elements + ".map(each => each.querySelector('" + selector + "').innerText)"
                + ".map(text => /([0-9.]+) ([kM]?)bit/.exec(text) ?? [0, 0, ''])"
                + ".map(([all, value, unit]) => value * { '': 1, k: 1e3, M: 1e6 }[unit]).reduce((a, b) => a + b)";
    }

    @Test
    @Order(3)
    void eachViewTellsWhatItIsAboutToWhoCannotSee() throws IOException {
        for (String view : HEADINGS.keySet().stream().sorted().toList()) {
            show(view, "");
            if (view.equals("slots")) {
                browser.await("flows", "document.querySelectorAll('.flows table').length === 2");
            }
            assertThat(nameless()).as("controls without a name in " + view).isEmpty();
            assertThat(browser.evaluate("document.querySelectorAll('main').length")
                            .asInt())
                    .isEqualTo(1);
            if (!view.equals("topology")) {
                keep(view);
            }
        }
        show("health", "");
        browser.prefer("dark");
        keep("health-dark");
        browser.prefer("light");
        assertThat(browser.text("main")).contains("node-1", "node-2", "node-3", "networkpolicies");
        show("features", "");
        assertThat(browser.text("main")).contains("network-policy", "connectivity", "ipv6");
    }

    private static List<String> nameless() {
        List<String> found = new ArrayList<>();
        JsonNode tree = browser.call("Accessibility.getFullAXTree", Browser.parameters());
        for (JsonNode node : tree.path("nodes")) {
            String role = node.path("role").path("value").asText();
            if (!node.path("ignored").asBoolean()
                    && CONTROLS.contains(role)
                    && node.path("name").path("value").asText().isBlank()) {
                found.add(node.toString());
            }
        }
        return found;
    }

    @Test
    @Order(4)
    void theKeyboardIsEnough() {
        show("topology", "");
        browser.evaluate("document.activeElement?.blur()");
        List<String> met = new ArrayList<>();
        for (int i = 0; i < 40 && !met.contains("Health"); i++) {
            browser.press(Browser.Key.TAB);
            met.add(focused());
        }
        assertThat(met).contains("Log out", "Topology", "Health");
        browser.press(Browser.Key.ENTER);
        browser.await("view of health", "document.querySelector('#title')?.innerText === 'Health'");

        show("topology", "");
        focus(".pod");
        browser.press(Browser.Key.ENTER);
        browser.await("details of the pod", "document.activeElement?.id === 'detail'");
    }

    @Test
    @Order(5)
    void aTraceIsToldAndDrawn() throws IOException {
        show("trace", "");
        focus("#source");
        browser.type(SharedCluster.NAMESPACE + "/near");
        focus("#destination");
        browser.type(SharedCluster.NAMESPACE + "/far");
        browser.press(Browser.Key.ENTER);
        browser.await("verdict", "document.querySelector('#verdict')?.innerText === 'Admitted'");
        assertThat(browser.evaluate("document.querySelector('svg.trace').getAttribute('aria-label')")
                        .asText())
                .contains("near", "far", "admitted", "node-1", "node-2");
        assertThat(browser.text(".story")).contains("Node node-1", "Node node-2");
        keep("trace");

        show(
                "trace",
                "?source=" + SharedCluster.NAMESPACE + "/near&destination=" + SharedCluster.NAMESPACE + "/" + DENIED);
        browser.await("verdict", "document.querySelector('#verdict')?.innerText === 'Dropped'");
        assertThat(browser.text(".story")).contains("dropped here");
        keep("trace-dropped");

        show("trace", "?source=nobody/nowhere&destination=" + SharedCluster.NAMESPACE + "/far");
        browser.await("sentence", "document.querySelector('.refusal')?.innerText.includes('nobody/nowhere')");
        assertThat(browser.awaitTroubles(1)).singleElement().asString().contains("trace?");
    }

    @Test
    @Order(6)
    void aFlowSaysWhy() throws IOException {
        show("slots", "?node=node-2&pod=" + SharedCluster.NAMESPACE + "/" + DENIED);
        browser.await("flows", "document.querySelectorAll('.flows td a').length > 5");
        keep("flows");
        browser.evaluate("document.querySelector('.flows td a').click()");
        browser.awaitText("Wanted by rule");
        keep("why-flow");
        assertThat(browser.text("main")).contains("unchanged since revision").contains("read");

        focus("#subject");
        browser.evaluate("document.querySelector('#subject').select()");
        browser.type("pod " + SharedCluster.NAMESPACE + "/" + DENIED);
        browser.press(Browser.Key.ENTER);
        browser.await("answer about the pod", "document.querySelectorAll('.explained article').length > 1");

        focus("#subject");
        browser.evaluate("document.querySelector('#subject').select()");
        browser.type("nonsense");
        browser.press(Browser.Key.ENTER);
        browser.await("sentence", "document.querySelector('.refusal')?.innerText.length > 10");
        assertThat(browser.awaitTroubles(1)).singleElement().asString().contains("why?");
    }

    @Test
    @Order(7)
    void aServerThatComesBackIsFoundAgain() throws Exception {
        show("health", "");
        String updates = "[...document.querySelectorAll('.strip div')].at(-1).innerText.replace(/\\s+/g, ' ').trim()";
        browser.await("live page", updates + " === 'Updates live'");
        CLUSTER.cluster()
                .restartServer(true, server -> browser.await("loss", updates + " === 'Updates connection lost'"));
        browser.await("live page", updates + " === 'Updates live'");
        assertThat(browser.troubles())
                .as("what the browser says of a server that is away")
                .isNotEmpty();
        browser.evaluate("[...document.querySelectorAll('button')].find(each => each.innerText === 'Log out').click()");
        browser.await("login", "document.querySelector('#token') !== null");
        assertThat(browser.evaluate("sessionStorage.length").asInt()).isZero();
    }
}
