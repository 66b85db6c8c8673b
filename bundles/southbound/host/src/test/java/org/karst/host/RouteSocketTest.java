package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

@Tag("root")
class RouteSocketTest {
    private TestNamespaces namespaces;
    private NetworkNamespace node;
    private NetworkNamespace pod;
    private RouteSocket routes;

    @BeforeEach
    void open() throws Exception {
        namespaces = new TestNamespaces();
        node = namespaces.create("node");
        pod = namespaces.create("pod");
        routes = RouteSocket.open(node);
    }

    @AfterEach
    void close() throws Exception {
        if (routes != null) {
            routes.close();
        }
        namespaces.close();
    }

    private static LinkAddress on(int link, String address) {
        return LinkAddress.of(link, InterfaceAddress.parse(address));
    }

    private static Route to(int link, String destination) {
        return Route.to(Cidr.parse(destination), link);
    }

    private static Ip ip(String text) {
        return Ip.parse(text);
    }

    private static final MacAddress GATEWAY = MacAddress.parse("0a:58:0a:80:00:01");
    private static final MacAddress POD = MacAddress.parse("0a:58:0a:80:00:05");

    private static boolean offload(NetworkNamespace namespace) throws Exception {
        return namespace.call(session -> session.transmitChecksumOffload("eth0"));
    }

    private void createPair() throws Exception {
        routes.execute(RouteRequest.create(new VethPair(
                VethPair.End.named("kp1").withMtu(1400),
                VethPair.End.named("eth0").in(pod).withMac(POD).withMtu(1400))));
        routes.execute(RouteRequest.up("kp1"));
        pod.run(session -> {
            session.routes().execute(RouteRequest.up("eth0"));
        });
    }

    @Test
    void oneMessageMakesBothEndsWhereTheyBelong() throws Exception {
        createPair();
        assertThat(TestNamespaces.ip(node, "-o", "link", "show", "kp1"))
                .contains("mtu 1400")
                .contains("UP,LOWER_UP");
        assertThat(TestNamespaces.ip(pod, "-o", "link", "show", "eth0"))
                .contains("mtu 1400")
                .contains("0a:58:0a:80:00:05")
                .contains("UP,LOWER_UP");
        Link end = routes.link("kp1").orElseThrow();
        assertThat(end.kind()).isEqualTo("veth");
        assertThat(end.mtu()).isEqualTo(1400);
        assertThat(end.up()).isTrue();
        // the kernel makes up its mind about a carrier in its own time
        TestNamespaces.await(
                "a running link", () -> routes.link("kp1").orElseThrow().running());
        Link inside = pod.call(session -> session.routes().link("eth0").orElseThrow());
        assertThat(end.peer()).isEqualTo(OptionalInt.of(inside.index()));
        assertThat(inside.mac()).contains(POD);
        routes.execute(RouteRequest.deleteLink("kp1"));
        assertThat(routes.link("kp1")).isEmpty();
        List<Link> left = pod.call(session -> session.routes().links());
        assertThat(left).hasSize(1);
    }

    @Test
    void addressesRoutesAndNeighboursOfBothFamilies() throws Exception {
        createPair();
        pod.run(session -> {
            RouteSocket inside = session.routes();
            int link = inside.link("eth0").orElseThrow().index();
            LinkAddress four = on(link, "10.128.0.5/23");
            LinkAddress six = on(link, "fd00:10::5/64");
            Route defaultFour = to(link, "0.0.0.0/0").via(ip("10.128.0.1"));
            Route defaultSix = to(link, "::/0").via(ip("fd00:10::1"));
            Route onLink = to(link, "10.9.0.0/16").via(ip("192.0.2.1")).onLinkGateway();
            Neighbour neighbour = new Neighbour(link, ip("10.128.0.1"), GATEWAY, true);
            Neighbour neighbourSix = new Neighbour(link, ip("fd00:10::1"), GATEWAY, true);
            assertThat(inside.executeAll(List.of(
                            RouteRequest.add(four),
                            RouteRequest.add(six),
                            RouteRequest.add(defaultFour),
                            RouteRequest.add(defaultSix),
                            RouteRequest.replace(onLink),
                            RouteRequest.replace(neighbour),
                            RouteRequest.replace(neighbourSix))))
                    .isEmpty();
            assertThat(inside.addresses()).contains(four, six);
            assertThat(inside.routes()).contains(defaultFour, onLink).anySatisfy(route -> {
                assertThat(route.toString()).startsWith("::/0 via fd00:10::1 dev " + link);
                assertThat(route.protocol()).isEqualTo(Route.KARST);
                assertThat(route.metric()).isEqualTo(1024);
            });
            assertThat(inside.neighbours()).contains(neighbour, neighbourSix);
        });
        assertThat(TestNamespaces.ip(pod, "-o", "address", "show", "dev", "eth0"))
                .contains("inet 10.128.0.5/23")
                .contains("inet6 fd00:10::5/64 scope global nodad")
                .doesNotContain("fd00:10::5/64 scope global tentative");
        assertThat(TestNamespaces.ip(pod, "route"))
                .contains("default via 10.128.0.1 dev eth0 proto 75")
                .contains("10.9.0.0/16 via 192.0.2.1 dev eth0 proto 75 onlink");
        assertThat(TestNamespaces.ip(pod, "-6", "route")).contains("default via fd00:10::1 dev eth0 proto 75");
        pod.run(session -> {
            RouteSocket inside = session.routes();
            int link = inside.link("eth0").orElseThrow().index();
            for (Route route : inside.routes()) {
                if (route.protocol() == Route.KARST) {
                    inside.execute(RouteRequest.remove(route));
                }
            }
            inside.execute(RouteRequest.remove(new Neighbour(link, ip("10.128.0.1"), GATEWAY, true)));
            inside.execute(RouteRequest.remove(on(link, "10.128.0.5/23")));
            inside.execute(RouteRequest.remove(on(link, "fd00:10::5/64")));
        });
        assertThat(TestNamespaces.ip(pod, "-o", "address", "show", "dev", "eth0"))
                .doesNotContain("10.128.0.5")
                .doesNotContain("fd00:10::5");
        assertThat(TestNamespaces.ip(pod, "route")).isEmpty();
    }

    @Test
    void linksChange() throws Exception {
        createPair();
        routes.execute(RouteRequest.create("ul0", "bridge"));
        int bridge = routes.link("ul0").orElseThrow().index();
        assertThat(routes.executeAll(List.of(
                        RouteRequest.mtu("kp1", 1300),
                        RouteRequest.macAddress("kp1", MacAddress.parse("02:00:00:00:00:01")),
                        RouteRequest.master("kp1", bridge),
                        RouteRequest.down("kp1"))))
                .isEmpty();
        Link changed = routes.link("kp1").orElseThrow();
        assertThat(changed.mtu()).isEqualTo(1300);
        assertThat(changed.mac()).contains(MacAddress.parse("02:00:00:00:00:01"));
        assertThat(changed.master()).hasValue(bridge);
        assertThat(changed.up()).isFalse();
        routes.execute(RouteRequest.master("kp1", 0));
        routes.execute(RouteRequest.rename(changed.index(), "kp2"));
        assertThat(routes.link("kp1")).isEmpty();
        assertThat(routes.link("kp2").orElseThrow().index()).isEqualTo(changed.index());
        NetworkNamespace other = namespaces.create("other");
        routes.execute(RouteRequest.moveTo("kp2", other));
        assertThat(routes.link("kp2")).isEmpty();
        assertThat(TestNamespaces.ip(other, "-o", "link", "show", "kp2")).contains("mtu 1300");
    }

    @Test
    void aBatchGoesOnAfterARefusalAndEachRefusalSaysWhatAndWhy() throws Exception {
        createPair();
        List<HostException> failures = routes.executeAll(List.of(
                RouteRequest.create(new VethPair(
                        VethPair.End.named("kp1"), VethPair.End.named("eth1").in(pod))),
                RouteRequest.mtu("kp1", 1350),
                RouteRequest.deleteLink("none"),
                RouteRequest.add(to(1, "10.0.0.0/8").via(ip("192.0.2.1")))));
        assertThat(failures).hasSize(3);
        assertThat(failures.get(0))
                .hasMessageStartingWith("cannot link add name kp1 type veth peer name eth1 netns /run/netns/karst-t-")
                .hasMessageEndingWith("(EEXIST)");
        assertThat(failures.get(0).exists()).isTrue();
        assertThat(failures.get(1)).hasMessage("cannot link delete dev none: No such device (ENODEV)");
        assertThat(failures.get(1).absent()).isTrue();
        // The kernel's own words, by extended acknowledgement.
        assertThat(failures.get(2))
                .hasMessage("cannot route add 10.0.0.0/8 via 192.0.2.1 dev 1 proto 75:"
                        + " Nexthop has invalid gateway (ENETUNREACH)");
        assertThat(routes.link("kp1").orElseThrow().mtu()).isEqualTo(1350);
        assertThatThrownBy(() -> routes.execute(RouteRequest.add(on(4711, "10.0.0.1/24"))))
                .hasMessageContaining("address add 10.0.0.1/24 dev 4711")
                .hasMessageContaining("(ENODEV)");
    }

    @Test
    void moreRequestsThanFitInOneBatch() throws Exception {
        createPair();
        int link = routes.link("kp1").orElseThrow().index();
        List<RouteRequest> requests = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            requests.add(RouteRequest.add(on(link, "10.0." + i / 250 + "." + (1 + i % 250) + "/32")));
        }
        requests.add(requests.get(500));
        assertThat(routes.executeAll(requests)).singleElement().satisfies(refusal -> assertThat(refusal)
                .hasMessageContaining("10.0.2.1/32"));
        assertThat(routes.addresses())
                .filteredOn(
                        address -> address.link() == link && address.address().length() == 32)
                .hasSize(1_000);
    }

    /** A dump that a change interrupts may miss objects; the kernel says so and it is made again. */
    @Test
    void aDumpIsWholeWhileTheTablesChange() throws Exception {
        createPair();
        int link = routes.link("kp1").orElseThrow().index();
        List<LinkAddress> stable = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            stable.add(on(link, "fd00:20::" + Integer.toHexString(i + 1) + "/128"));
        }
        assertThat(routes.executeAll(stable.stream().map(RouteRequest::add).toList()))
                .isEmpty();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger changes = new AtomicInteger();
        ExecutorService churn = Executors.newSingleThreadExecutor();
        try (RouteSocket other = RouteSocket.open(node)) {
            Future<?> changing = churn.submit(() -> {
                while (!done.get()) {
                    LinkAddress address = on(link, "fd00:20::f:" + Integer.toHexString(changes.get() % 50) + "/128");
                    other.execute(RouteRequest.add(address));
                    other.execute(RouteRequest.remove(address));
                    changes.incrementAndGet();
                    Thread.sleep(1);
                }
                return null;
            });
            TestNamespaces.await("a first change", () -> changes.get() > 0);
            for (int i = 0; i < 50; i++) {
                assertThat(routes.addresses()).containsAll(stable);
            }
            done.set(true);
            changing.get();
        } finally {
            done.set(true);
            churn.shutdownNow();
        }
    }

    @Test
    void namesAndNumbersThatNoKernelTakesAreRefusedBefore() {
        assertThatThrownBy(() -> RouteRequest.up("a-name-of-16-byte"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 15 bytes");
        assertThatThrownBy(() -> RouteRequest.mtu("eth0", 67)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void checksumOffloadIsTurnedOff() throws Exception {
        createPair();
        assertThat(offload(pod)).isTrue();
        pod.run(session -> {
            session.transmitChecksumOffload("eth0", false);
        });
        assertThat(offload(pod)).isFalse();
        assertThatThrownBy(() -> pod.call(session -> session.transmitChecksumOffload("none")))
                .hasMessage("cannot change the checksum offload of link none: No such device (ENODEV)");
    }

    @Test
    void aClosedSocketSaysSo() throws Exception {
        routes.close();
        assertThatThrownBy(() -> routes.links()).hasMessage("cannot link show: the netlink socket is closed");
    }
}
