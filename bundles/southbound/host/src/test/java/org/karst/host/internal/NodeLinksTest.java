package org.karst.host.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.karst.host.TestNamespaces;

@Tag("root")
class NodeLinksTest {
    private TestNamespaces namespaces;
    private NetworkNamespace node;
    private NodeLinks links;

    @BeforeEach
    void open() throws Exception {
        namespaces = new TestNamespaces();
        node = namespaces.create("node");
        links = new NodeLinks(NetworkNamespace.named(TestNamespaces.uniqueName("node")));
    }

    @AfterEach
    void close() throws Exception {
        if (links != null) {
            links.close();
        }
        namespaces.close();
    }

    private static InetAddress ip(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException unparsable) {
            throw new IllegalArgumentException(unparsable);
        }
    }

    private NetworkNamespace pod(int number) throws HostException {
        return namespaces.create("pod" + number);
    }

    private static InterfaceSpec inside(int number, int mtu) {
        return new InterfaceSpec(
                "eth0",
                Optional.of(String.format("0a:58:0a:80:00:%02x", number)),
                mtu,
                List.of(
                        new InterfaceSpec.Address(ip("10.128.0." + number), 24),
                        new InterfaceSpec.Address(ip("fd00:10::" + Integer.toHexString(number)), 64)),
                List.of(
                        new InterfaceSpec.Via(ip("0.0.0.0"), 0, Optional.of(ip("10.128.0.1"))),
                        new InterfaceSpec.Via(ip("::"), 0, Optional.of(ip("fd00:10::1")))),
                List.of());
    }

    private static PodLinkSpec spec(int number, int mtu) {
        return new PodLinkSpec(
                "kp" + number, Path.of("/run/netns", TestNamespaces.uniqueName("pod" + number)), inside(number, mtu));
    }

    @Test
    void aPodGetsAllThatItsSpecSays() throws Exception {
        NetworkNamespace pod = pod(5);
        assertThat(links.settle(List.of(spec(5, 1400)))).isEmpty();
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

    @Test
    void aSecondTimeChangesNothingAndDamageIsRepaired() throws Exception {
        NetworkNamespace pod = pod(5);
        assertThat(links.settle(List.of(spec(5, 1400)))).isEmpty();
        try (RouteEvents inPod = RouteEvents.in(pod);
                RouteEvents onNode = RouteEvents.in(node)) {
            // The kernel tells of a carrier up to a second late: wait until both are quiet.
            boolean quiet = false;
            while (!quiet) {
                quiet = !inPod.await(Duration.ofMillis(1_200)) && !onNode.await(Duration.ofMillis(300));
            }
            assertThat(links.settle(List.of(spec(5, 1400)))).isEmpty();
            assertThat(inPod.await(Duration.ofMillis(300))).isFalse();
            assertThat(onNode.await(Duration.ofMillis(1))).isFalse();
            pod.run(session -> session.routes().execute(RouteRequest.mtu("eth0", 1350)));
            assertThat(inPod.await(Duration.ofSeconds(5))).isTrue();
        }
        pod.run(session -> {
            int index = session.routes().link("eth0").orElseThrow().index();
            session.routes().execute(RouteRequest.remove(new LinkAddress(index, ip("10.128.0.5"), 24)));
            session.routes().execute(RouteRequest.add(new LinkAddress(index, ip("10.128.0.6"), 24)));
            session.routes()
                    .execute(RouteRequest.remove(Route.to(ip("::"), 0, index).via(ip("fd00:10::1"))));
            session.routes().execute(RouteRequest.mtu("eth0", 1300));
            session.routes().execute(RouteRequest.down("eth0"));
            session.routes().execute(RouteRequest.macAddress("eth0", "02:00:00:00:00:09"));
            session.transmitChecksumOffload("eth0", true);
        });
        assertThat(links.settle(List.of(spec(5, 1400)))).isEmpty();
        assertThat(TestNamespaces.ip(pod, "-o", "address", "show", "dev", "eth0"))
                .contains("inet 10.128.0.5/24")
                .contains("inet6 fd00:10::5/64")
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
        NetworkNamespace pod = pod(5);
        InterfaceSpec both = inside(5, 1400);
        InterfaceSpec four = new InterfaceSpec(
                "eth0",
                both.mac(),
                1400,
                List.of(both.addresses().get(0)),
                List.of(both.routes().get(0)),
                List.of());
        assertThat(links.settle(List.of(new PodLinkSpec("kp5", spec(5, 1400).podNamespace(), four))))
                .isEmpty();
        assertThat(TestNamespaces.ip(pod, "-6", "address", "show", "dev", "eth0"))
                .isEmpty();
        assertThat(TestNamespaces.ip(pod, "route")).contains("default via 10.128.0.1");
    }

    /** One pod that cannot be made does not disturb the others; the failure names it. */
    @Test
    void fiftyPodsAtOnceAndOneOfThemWrong() throws Exception {
        List<PodLinkSpec> specs = new ArrayList<>();
        for (int number = 2; number <= 52; number++) {
            if (number != 30) {
                pod(number);
            }
            specs.add(spec(number, 1400));
        }
        long start = System.nanoTime();
        Map<String, HostException> failures = links.settle(specs);
        System.out.println("50 pods: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        assertThat(failures).containsOnlyKeys("kp30");
        assertThat(failures.get("kp30")).hasMessageContaining("open network namespace /run/netns/karst-t-");
        try (var routes = org.karst.host.RouteSocket.open(node)) {
            assertThat(routes.links()).filteredOn(Link::running).hasSize(50);
        }
        start = System.nanoTime();
        assertThat(links.settle(specs)).hasSize(1);
        System.out.println("50 pods, nothing to change: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        start = System.nanoTime();
        assertThat(links.remove(specs.stream().map(PodLinkSpec::hostEnd).toList()))
                .isEmpty();
        System.out.println("50 pods removed: " + (System.nanoTime() - start) / 1_000_000 + " ms");
        try (var routes = org.karst.host.RouteSocket.open(node)) {
            assertThat(routes.links()).hasSize(1);
        }
    }

    @Test
    void theNodesOwnLinkWaitsUntilItIsThereAndFollowsItsSpec() throws Exception {
        InterfaceSpec first = new InterfaceSpec(
                "karst0",
                Optional.empty(),
                1400,
                List.of(
                        new InterfaceSpec.Address(ip("10.128.0.2"), 24),
                        new InterfaceSpec.Address(ip("fd00:10::2"), 64)),
                List.of(new InterfaceSpec.Via(ip("10.128.0.0"), 14, Optional.of(ip("10.128.0.1")))),
                List.of(new InterfaceSpec.Permanent(ip("10.128.0.1"), "0a:58:0a:80:00:01")));
        assertThat(links.settle(first)).isFalse();
        node.run(session -> session.routes().execute(RouteRequest.create("karst0", "bridge")));
        assertThat(links.settle(first)).isTrue();
        assertThat(TestNamespaces.ip(node, "neighbour"))
                .contains("10.128.0.1 dev karst0 lladdr 0a:58:0a:80:00:01 PERMANENT");
        assertThat(TestNamespaces.ip(node, "route")).contains("10.128.0.0/14 via 10.128.0.1 dev karst0");
        InterfaceSpec second = new InterfaceSpec(
                "karst0",
                Optional.empty(),
                1300,
                List.of(new InterfaceSpec.Address(ip("10.128.4.2"), 24)),
                List.of(new InterfaceSpec.Via(ip("10.128.0.0"), 14, Optional.of(ip("10.128.4.1")))),
                List.of(new InterfaceSpec.Permanent(ip("10.128.4.1"), "0a:58:0a:80:04:01")));
        assertThat(links.settle(second)).isTrue();
        assertThat(TestNamespaces.ip(node, "-o", "address", "show", "dev", "karst0"))
                .contains("10.128.4.2/24")
                .doesNotContain("10.128.0.2")
                .doesNotContain("fd00:10::2");
        assertThat(TestNamespaces.ip(node, "route"))
                .contains("10.128.0.0/14 via 10.128.4.1 dev karst0")
                .doesNotContain("10.128.0.1");
        assertThat(TestNamespaces.ip(node, "neighbour")).doesNotContain("10.128.0.1 ");
    }
}
