package org.karst.host.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.host.HostException;
import org.karst.host.Link;
import org.karst.host.LinkAddress;
import org.karst.host.NetworkNamespace;
import org.karst.host.Route;
import org.karst.host.RouteRequest;
import org.karst.host.RouteSocket;
import org.karst.host.TestNamespaces;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.NodeLink;
import org.karst.pipeline.PodLink;

@Tag("root")
class NodeLinksTest {
    private TestNamespaces namespaces;
    private NetworkNamespace node;
    private ExecutorService worker;
    private NodeLinks links;

    @BeforeEach
    void open() throws Exception {
        namespaces = new TestNamespaces();
        node = namespaces.create("node");
        worker = Executors.newSingleThreadExecutor(node.threads("node"));
        links = worker.submit(() -> new NodeLinks(NetworkNamespace.current().enter(), true))
                .get();
    }

    @AfterEach
    void close() throws Exception {
        if (links != null) {
            links.close();
            worker.shutdownNow();
        }
        namespaces.close();
    }

    private void pod(int number) throws HostException {
        namespaces.create("pod" + number);
    }

    private static PodLink link(int number) {
        return link(
                number,
                List.of("10.128.0." + number + "/24", "fd00:10::" + Integer.toHexString(number) + "/64"),
                List.of("10.128.0.1", "fd00:10::1"));
    }

    private static PodLink link(int number, List<String> addresses, List<String> gateways) {
        return new PodLink(
                "node-1",
                "kp" + number,
                "/run/netns/" + TestNamespaces.uniqueName("pod" + number),
                "eth0",
                MacAddress.parse(String.format("0a:58:0a:80:00:%02x", number)),
                1400,
                addresses.stream().map(InterfaceAddress::parse).toList(),
                gateways.stream().map(Ip::parse).toList());
    }

    /** On the thread that lives in the node's namespace. */
    private Map<String, HostException> settle(List<PodLink> wanted) throws Exception {
        return worker.submit(() -> links.settle(wanted)).get();
    }

    @Test
    void aPodGetsAllThatItsSpecSays() throws Exception {
        NetworkNamespace pod = namespaces.create("pod5");
        assertThat(settle(List.of(link(5)))).isEmpty();
        assertThat(TestNamespaces.ip(pod, "-o", "link", "show", "eth0"))
                .contains("mtu 1400")
                .contains("UP,LOWER_UP")
                .contains("0a:58:0a:80:00:05");
        assertThat(TestNamespaces.ip(pod, "-o", "address", "show", "dev", "eth0"))
                .contains("inet 10.128.0.5/24")
                .contains("inet6 fd00:10::5/64 scope global nodad");
        assertThat(TestNamespaces.ip(pod, "route")).contains("default via 10.128.0.1 dev eth0");
        assertThat(TestNamespaces.ip(pod, "-6", "route")).contains("default via fd00:10::1 dev eth0");
        assertThat(TestNamespaces.ip(node, "-o", "link", "show", "kp5"))
                .contains("mtu 1400")
                .contains("UP,LOWER_UP");
        assertThat(TestNamespaces.ip(node, "-6", "address", "show", "dev", "kp5"))
                .isEmpty();
        boolean[] offload = new boolean[2];
        pod.run(session -> offload[0] = session.transmitChecksumOffload("eth0"));
        node.run(session -> offload[1] = session.transmitChecksumOffload("kp5"));
        assertThat(offload).containsOnly(false);
    }

    private static boolean isHeard(RouteEvents events, int milliseconds) throws HostException {
        return events.await(Duration.ofMillis(milliseconds)) != RouteEvents.Heard.NOTHING;
    }

    @Test
    void aSecondTimeChangesNothingAndDamageIsRepaired() throws Exception {
        NetworkNamespace pod = namespaces.create("pod5");
        assertThat(settle(List.of(link(5)))).isEmpty();
        try (RouteEvents inPod = RouteEvents.in(pod);
                RouteEvents onNode = RouteEvents.in(node)) {
            boolean quiet = false;
            for (int i = 0; i < 10 && !quiet; i++) {
                // The kernel tells of a carrier up to a second late, on a busy machine later: wait until both are
                // quiet.
                while (isHeard(inPod, 1_200) || isHeard(onNode, 300)) {
                    // more may come
                }
                assertThat(settle(List.of(link(5)))).isEmpty();
                quiet = !isHeard(inPod, 300) && !isHeard(onNode, 1);
            }
            assertThat(quiet).as("nothing changed").isTrue();
            pod.run(session -> session.routes().execute(RouteRequest.mtu("eth0", 1350)));
            assertThat(inPod.await(Duration.ofSeconds(60))).isEqualTo(RouteEvents.Heard.LINKS);
        }
        pod.run(session -> {
            int index = session.routes().link("eth0").orElseThrow().index();
            session.routes()
                    .execute(RouteRequest.remove(LinkAddress.of(index, InterfaceAddress.parse("10.128.0.5/24"))));
            session.routes()
                    .execute(RouteRequest.add(LinkAddress.ours(index, InterfaceAddress.parse("10.128.0.6/24"))));
            session.routes().execute(RouteRequest.add(LinkAddress.of(index, InterfaceAddress.parse("192.0.2.7/32"))));
            session.routes()
                    .execute(RouteRequest.remove(
                            Route.to(Cidr.parse("::/0"), index).via(Ip.parse("fd00:10::1"))));
            session.routes().execute(RouteRequest.mtu("eth0", 1300));
            session.routes().execute(RouteRequest.down("eth0"));
            session.routes().execute(RouteRequest.macAddress("eth0", MacAddress.parse("02:00:00:00:00:09")));
            session.transmitChecksumOffload("eth0", true);
        });
        assertThat(settle(List.of(link(5)))).isEmpty();
        assertThat(TestNamespaces.ip(pod, "-o", "address", "show", "dev", "eth0"))
                .contains("inet 10.128.0.5/24")
                .contains("inet6 fd00:10::5/64")
                .as("an address of another")
                .contains("192.0.2.7/32")
                .as("one of ours that is not wanted")
                .doesNotContain("10.128.0.6");
        assertThat(TestNamespaces.ip(pod, "-o", "link", "show", "eth0"))
                .contains("mtu 1400")
                .contains("UP,LOWER_UP")
                .contains("0a:58:0a:80:00:05");
        assertThat(TestNamespaces.ip(pod, "route")).contains("default via 10.128.0.1 dev eth0");
        assertThat(TestNamespaces.ip(pod, "-6", "route")).contains("default via fd00:10::1 dev eth0");
    }

    @Test
    void aPodOfOneFamilyHasNoTraceOfTheOther() throws Exception {
        NetworkNamespace pod = namespaces.create("pod5");
        assertThat(settle(List.of(link(5, List.of("10.128.0.5/24"), List.of("10.128.0.1")))))
                .isEmpty();
        assertThat(TestNamespaces.ip(pod, "-6", "address", "show", "dev", "eth0"))
                .isEmpty();
        assertThat(TestNamespaces.ip(pod, "route")).contains("default via 10.128.0.1");
    }

    /** One pod that cannot be made does not disturb the others; the failure names it. */
    @Test
    void fiftyPodsAtOnceAndOneOfThemWrong() throws Exception {
        List<PodLink> specs = new ArrayList<>();
        for (int number = 2; number <= 52; number++) {
            if (number != 30) {
                pod(number);
            }
            specs.add(link(number));
        }
        long start = System.nanoTime();
        Map<String, HostException> failures = settle(specs);
        System.out.println("50 pods: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(failures).containsOnlyKeys("kp30");
        assertThat(failures.get("kp30")).hasMessageContaining("open network namespace /run/netns/karst-t-");
        try (RouteSocket routes = RouteSocket.open(node)) {
            TestNamespaces.await(
                    "fifty running links",
                    () -> routes.links().stream().filter(Link::running).count() == 50);
        }
        start = System.nanoTime();
        assertThat(settle(specs)).hasSize(1);
        System.out.println("50 pods, nothing to change: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        start = System.nanoTime();
        assertThat(worker.submit(() ->
                                links.remove(specs.stream().map(PodLink::name).toList()))
                        .get())
                .isEmpty();
        System.out.println("50 pods removed: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        try (RouteSocket routes = RouteSocket.open(node)) {
            assertThat(routes.links()).hasSize(1);
        }
    }

    @Test
    void theNodesOwnLinkWaitsUntilItIsThereAndFollowsItsSpec() throws Exception {
        NodeLink first = new NodeLink(
                "node-1",
                "karst0",
                1400,
                List.of(InterfaceAddress.parse("10.128.0.2/24"), InterfaceAddress.parse("fd00:10::2/64")),
                List.of(new NodeLink.Route(
                        Cidr.parse("10.128.0.0/14"), Ip.parse("10.128.0.1"), Ip.parse("10.128.0.2"))));
        assertThat(worker.submit(() -> links.settle(first)).get()).isFalse();
        node.run(session -> session.routes().execute(RouteRequest.create("karst0", "bridge")));
        assertThat(worker.submit(() -> links.settle(first)).get()).isTrue();
        assertThat(TestNamespaces.ip(node, "route"))
                .contains("10.128.0.0/14 via 10.128.0.1 dev karst0 proto 75 src 10.128.0.2");
        NodeLink second = new NodeLink(
                "node-1",
                "karst0",
                1300,
                List.of(InterfaceAddress.parse("10.128.4.2/24")),
                List.of(new NodeLink.Route(
                        Cidr.parse("10.128.0.0/14"), Ip.parse("10.128.4.1"), Ip.parse("10.128.4.2"))));
        assertThat(worker.submit(() -> links.settle(second)).get()).isTrue();
        assertThat(TestNamespaces.ip(node, "-o", "address", "show", "dev", "karst0"))
                .contains("10.128.4.2/24")
                .doesNotContain("10.128.0.2")
                .doesNotContain("fd00:10::2");
        assertThat(TestNamespaces.ip(node, "route"))
                .contains("10.128.0.0/14 via 10.128.4.1 dev karst0")
                .doesNotContain("10.128.0.1");
    }

    @Test
    void aGatewayOutsideTheSubnetIsOnTheLink() throws Exception {
        NetworkNamespace pod = namespaces.create("pod5");
        PodLink link = link(5, List.of("10.128.0.5/32", "fd00:10::5/128"), List.of("169.254.1.1", "fd00:99::1"));
        assertThat(settle(List.of(link))).isEmpty();
        assertThat(TestNamespaces.ip(pod, "route")).contains("default via 169.254.1.1 dev eth0 proto 75 onlink");
        assertThat(TestNamespaces.ip(pod, "-6", "route")).contains("default via fd00:99::1 dev eth0 proto 75");
        assertThat(settle(List.of(link))).isEmpty();
    }
}
