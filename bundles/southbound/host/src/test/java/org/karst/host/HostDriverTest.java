package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.Batch;
import org.karst.pipeline.LinkState;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.Pruning;

@Tag("root")
class HostDriverTest {
    private static final Pruning ALL = new Pruning(true, Set.of());

    private final Acknowledgements mailbox = new Acknowledgements("node");
    private TestNamespaces namespaces;
    private NetworkNamespace node;
    private HostDriver driver;

    @BeforeEach
    void open() throws Exception {
        namespaces = new TestNamespaces();
        node = namespaces.create("node");
        driver = driver();
    }

    private HostDriver driver() {
        HostDriver made = new HostDriver(new HostSettings("/run/netns/" + TestNamespaces.uniqueName("{node}"), true));
        made.start(mailbox);
        return made;
    }

    @AfterEach
    void close() throws Exception {
        if (driver != null) {
            driver.stop();
        }
        namespaces.close();
    }

    private static PodLink link(int number) {
        return new PodLink(
                "node",
                "kp" + number,
                "/run/netns/" + TestNamespaces.uniqueName("pod" + number),
                "eth0",
                MacAddress.parse("0a:58:0a:80:00:0" + number),
                1400,
                List.of(InterfaceAddress.parse("10.128.0." + number + "/24")),
                List.of(Ip.parse("10.128.0.1")));
    }

    private static NodeLink management(String address) {
        return new NodeLink(
                "node",
                "karst0",
                1400,
                List.of(InterfaceAddress.parse(address)),
                List.of(new NodeLink.Route(
                        Cidr.parse("10.128.0.0/14"),
                        Ip.parse("10.128.0.1"),
                        InterfaceAddress.parse(address).address())));
    }

    private void apply(long revision, Pruning pruning, Change... changes) {
        driver.apply(new Batch(revision, List.of(changes), pruning));
    }

    private Optional<Link> onNode(String name) throws Exception {
        return node.<Optional<Link>, RuntimeException>call(
                inside -> inside.routes().link(name));
    }

    @Test
    void aPodIsMadeThenAcknowledgedAndRemovedOnceThatIsAllowed() throws Exception {
        NetworkNamespace pod = namespaces.create("pod5");
        apply(1, Pruning.NOTHING, Change.added(link(5)));
        mailbox.await(1);
        assertThat(TestNamespaces.ip(pod, "-o", "address", "show", "dev", "eth0"))
                .contains("10.128.0.5/24");
        assertThat(mailbox.links()).isEqualTo(Map.of("kp5", LinkState.READY));
        apply(2, Pruning.NOTHING, Change.removed(link(5)));
        mailbox.await(2);
        assertThat(onNode("kp5")).isPresent();
        apply(3, ALL);
        mailbox.await(3);
        assertThat(onNode("kp5")).isEmpty();
        assertThat(mailbox.links()).isEmpty();
    }

    @Test
    void aLinkThatCannotBeMadeHoldsBackNobodyAndComesWhenItCan() throws Exception {
        namespaces.create("pod5");
        NetworkNamespace taken = namespaces.create("pod6");
        taken.run(inside -> inside.routes().execute(RouteRequest.create("eth0", "bridge")));
        apply(1, Pruning.NOTHING, Change.added(link(5)), Change.added(link(6)));
        mailbox.await(1);
        assertThat(mailbox.links().get("kp5").ready()).isTrue();
        assertThat(mailbox.links().get("kp6").error()).contains("File exists");
        assertThat(onNode("kp5")).isPresent();
        assertThat(onNode("kp6")).isEmpty();
        assertThat(driver.inspect(link(6)).toCompletableFuture().get())
                .containsExactly("the container has an interface eth0 that somebody else made");
        taken.run(inside -> inside.routes().execute(RouteRequest.deleteLink("eth0")));
        TestNamespaces.await("kp6", () -> mailbox.links().get("kp6").ready());
        assertThat(onNode("kp6")).isPresent();
    }

    /** Its port has a number by now, so only the acknowledgement says that the container is not ready. */
    @Test
    void aLinkThatIsHalfMadeHoldsBackTheAcknowledgement() throws Exception {
        namespaces.create("pod5");
        PodLink impossible = new PodLink(
                "node",
                "kp5",
                link(5).netns(),
                "eth0",
                link(5).mac(),
                1400,
                link(5).addresses(),
                // no next hop can be a multicast address
                List.of(Ip.parse("224.0.0.1")));
        apply(1, Pruning.NOTHING, Change.added(impossible));
        TestNamespaces.await("kp5", () -> onNode("kp5").isPresent());
        Thread.sleep(300);
        assertThat(mailbox.newest()).isEqualTo(-1);
        apply(2, Pruning.NOTHING, Change.modified(impossible, link(5)));
        mailbox.await(2);
    }

    @Test
    void aContainerThatIsGoneHoldsBackNothing() throws Exception {
        namespaces.create("pod5");
        apply(1, Pruning.NOTHING, Change.added(link(5)), Change.added(link(6)));
        mailbox.await(1);
        assertThat(onNode("kp5")).isPresent();
        assertThat(onNode("kp6")).isEmpty();
    }

    @Test
    void theManagementPortIsMadeSoWhenItAppears() throws Exception {
        apply(1, Pruning.NOTHING, Change.added(management("10.128.0.2/24")));
        Thread.sleep(200);
        assertThat(mailbox.newest()).isEqualTo(-1);
        node.run(inside -> inside.routes().execute(RouteRequest.create("karst0", "bridge")));
        mailbox.await(1);
        assertThat(TestNamespaces.ip(node, "route"))
                .contains("10.128.0.0/14 via 10.128.0.1 dev karst0 proto 75 src 10.128.0.2");
        apply(2, ALL, Change.removed(management("10.128.0.2/24")));
        mailbox.await(2);
        assertThat(TestNamespaces.ip(node, "route")).isEmpty();
        assertThat(TestNamespaces.ip(node, "-o", "address", "show", "dev", "karst0"))
                .doesNotContain("10.128.0.2");
    }

    @Test
    void damageHealsByItself() throws Exception {
        NetworkNamespace pod = namespaces.create("pod5");
        node.run(inside -> inside.routes().execute(RouteRequest.create("karst0", "bridge")));
        apply(1, ALL, Change.added(link(5)), Change.added(management("10.128.0.2/24")));
        mailbox.await(1);
        TestNamespaces.ip(node, "address", "flush", "dev", "karst0");
        TestNamespaces.await(
                "the address of karst0", () -> TestNamespaces.ip(node, "route").contains("src 10.128.0.2"));
        node.run(inside -> inside.routes().execute(RouteRequest.deleteLink("kp5")));
        TestNamespaces.await("the pod's address", () -> TestNamespaces.ip(pod, "-o", "address")
                .contains("10.128.0.5/24"));
    }

    @Test
    void afterARestartWhatNobodyWantsGoesAndTheRestStays() throws Exception {
        namespaces.create("pod5");
        namespaces.create("pod6");
        apply(1, ALL, Change.added(link(5)), Change.added(link(6)));
        mailbox.await(1);
        int before = onNode("kp5").orElseThrow().index();
        driver.stop();
        driver = driver();
        apply(2, Pruning.NOTHING, Change.added(link(5)));
        mailbox.await(2);
        assertThat(onNode("kp6")).isPresent();
        apply(3, ALL);
        mailbox.await(3);
        assertThat(onNode("kp6")).isEmpty();
        assertThat(onNode("kp5").orElseThrow().index()).isEqualTo(before);
    }

    /** The container was made anew while the link to the old one still exists. */
    @Test
    void aLinkThatLeadsElsewhereIsReplaced() throws Exception {
        NetworkNamespace old = namespaces.create("pod5");
        apply(1, ALL, Change.added(link(5)));
        mailbox.await(1);
        PodLink elsewhere = new PodLink(
                "node",
                "kp5",
                "/run/netns/" + TestNamespaces.uniqueName("new"),
                "eth0",
                link(5).mac(),
                1400,
                link(5).addresses(),
                link(5).gateways());
        NetworkNamespace other = namespaces.create("new");
        apply(2, ALL, Change.modified(link(5), elsewhere));
        mailbox.await(2);
        assertThat(TestNamespaces.ip(other, "-o", "address", "show", "dev", "eth0"))
                .contains("10.128.0.5/24");
        assertThat(TestNamespaces.ip(old, "-o", "link")).doesNotContain("eth0");
    }

    @Test
    void aNodeWhoseNamespaceComesLater() throws Exception {
        namespaces.close();
        apply(1, ALL, Change.added(management("10.128.0.2/24")));
        Thread.sleep(200);
        assertThat(mailbox.newest()).isEqualTo(-1);
        node = namespaces.create("node");
        node.run(inside -> inside.routes().execute(RouteRequest.create("karst0", "bridge")));
        mailbox.await(1);
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> new HostSettings("/run/netns/one", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("namespace has to be an absolute path with {node} in it, as /run/netns/{node}, or empty;"
                        + " it is '/run/netns/one'");
        assertThat(new HostDriver(HostSettings.ofThisMachine(false)).name()).isEqualTo("host");
    }
}
