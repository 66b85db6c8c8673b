package org.karst.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.karst.incremental.Change;
import org.karst.model.Ip;
import org.karst.pipeline.Batch;
import org.karst.pipeline.NodeNeighbour;
import org.karst.pipeline.Pruning;

/** Neighbours of a real kernel, next to a peer that answers. */
@Tag("root")
class NodeNeighbourTest {
    private static final Pruning ALL = new Pruning(true, Set.of());
    private static final NodeNeighbour IPV4 = neighbour("192.0.2.2");
    private static final NodeNeighbour IPV6 = neighbour("2001:db8::2");
    private static final NodeNeighbour FAR = neighbour("198.51.100.9");

    private final Acknowledgements mailbox = new Acknowledgements("node");
    private TestNamespaces namespaces;
    private NetworkNamespace node;
    private HostDriver driver;

    private static NodeNeighbour neighbour(String address) {
        return new NodeNeighbour("node", Ip.parse(address));
    }

    @BeforeEach
    void open() throws Exception {
        namespaces = new TestNamespaces();
        node = namespaces.create("node");
        NetworkNamespace peer = namespaces.create("peer");
        node.run(inside -> inside.routes()
                .execute(RouteRequest.create(new VethPair(
                        VethPair.End.named("uplink"),
                        VethPair.End.named("uplink").in(peer)))));
        for (NetworkNamespace place : List.of(node, peer)) {
            String number = place == node ? "1" : "2";
            TestNamespaces.ip(place, "address", "add", "192.0.2." + number + "/24", "dev", "uplink");
            TestNamespaces.ip(place, "address", "add", "2001:db8::" + number + "/64", "dev", "uplink", "nodad");
            TestNamespaces.ip(place, "link", "set", "uplink", "up");
        }
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

    private void apply(long revision, Pruning pruning, Change... changes) {
        driver.apply(new Batch(revision, List.of(changes), pruning));
    }

    private String entry(String address) throws Exception {
        return TestNamespaces.ip(node, "-d", "neighbour", "show", "to", address);
    }

    private void awaitResolved(String address) throws Exception {
        TestNamespaces.await(
                address,
                () -> entry(address).contains("managed") && entry(address).contains("lladdr"));
    }

    @Test
    void bothFamiliesAreResolvedBeforeAnyPacketAndAgainWhenTheyAreLost() throws Exception {
        apply(1, ALL, Change.added(IPV4), Change.added(IPV6));
        awaitResolved("192.0.2.2");
        awaitResolved("2001:db8::2");
        assertThat(entry("192.0.2.2")).contains("extern_learn").contains("proto 75");
        TestNamespaces.ip(node, "neighbour", "delete", "192.0.2.2", "dev", "uplink");
        awaitResolved("192.0.2.2");
        TestNamespaces.ip(node, "link", "set", "uplink", "down");
        TestNamespaces.ip(node, "link", "set", "uplink", "up");
        awaitResolved("192.0.2.2");
    }

    @Test
    void behindARouterItIsTheRouterThatIsKept() throws Exception {
        TestNamespaces.ip(node, "route", "add", "198.51.100.0/24", "via", "192.0.2.2");
        apply(1, ALL, Change.added(FAR), Change.added(neighbour("198.51.100.10")), Change.added(IPV4));
        awaitResolved("192.0.2.2");
        assertThat(entry("198.51.100.9")).isEmpty();
        apply(2, ALL, Change.removed(FAR), Change.removed(IPV4));
        mailbox.await(2);
        assertThat(entry("192.0.2.2")).as("one address still needs it").contains("managed");
        apply(3, ALL, Change.removed(neighbour("198.51.100.10")));
        mailbox.await(3);
        assertThat(entry("192.0.2.2")).isEmpty();
    }

    @Test
    void noRouteHoldsBackNobodyAndOneThatComesIsTaken() throws Exception {
        apply(1, ALL, Change.added(FAR), Change.added(IPV4));
        mailbox.await(1);
        awaitResolved("192.0.2.2");
        TestNamespaces.ip(node, "route", "add", "198.51.100.0/24", "dev", "uplink");
        TestNamespaces.await(
                "an entry for the far address", () -> entry("198.51.100.9").contains("managed"));
    }

    @Test
    void afterARestartWhatNobodyWantsGoesAndWhatOthersMadeStays() throws Exception {
        TestNamespaces.ip(
                node,
                "neighbour",
                "add",
                "192.0.2.7",
                "lladdr",
                "02:00:00:00:00:07",
                "dev",
                "uplink",
                "nud",
                "permanent");
        TestNamespaces.ip(
                node,
                "neighbour",
                "add",
                "192.0.2.8",
                "lladdr",
                "02:00:00:00:00:08",
                "dev",
                "uplink",
                "nud",
                "permanent");
        apply(1, ALL, Change.added(IPV4), Change.added(IPV6), Change.added(neighbour("192.0.2.7")));
        mailbox.await(1);
        assertThat(entry("192.0.2.7")).contains("PERMANENT").doesNotContain("managed");
        driver.stop();
        driver = driver();
        apply(2, Pruning.NOTHING, Change.added(IPV6));
        mailbox.await(2);
        assertThat(entry("192.0.2.2")).contains("managed");
        apply(3, ALL);
        mailbox.await(3);
        assertThat(entry("192.0.2.2")).isEmpty();
        assertThat(entry("2001:db8::2")).contains("managed");
        assertThat(entry("192.0.2.8")).contains("PERMANENT");
    }
}
