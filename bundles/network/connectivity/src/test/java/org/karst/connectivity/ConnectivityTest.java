package org.karst.connectivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.MacAddress;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.LinkState;
import org.karst.pipeline.NodeNeighbour;
import org.karst.pipeline.PodLink;
import org.karst.pipeline.PortItem;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.Edit;
import org.karst.testing.FeatureLaws;
import org.karst.testing.Golden;
import org.karst.testing.Laws;
import org.karst.testing.Run;

class ConnectivityTest {
    private static Cluster twoNodes() {
        return new Cluster()
                .node("a", "10.128.0.0/24")
                .node("b", "10.128.1.0/24")
                .pod("x/web", "a", "10.128.0.5")
                .pod("x/client", "a", "10.128.0.6")
                .pod("y/other", "b", "10.128.1.5");
    }

    @Test
    void flowsOfANodeAreTheGoldenOnes() {
        try (Run run = Run.of(twoNodes(), new Connectivity())) {
            Golden.check("node-a.flows", run.flows("a"));
            assertThat(run.wanted(EventItem.class)).isEmpty();
        }
    }

    @Test
    void aSwitchWithATunnelPortKnowsTheWayToEachOtherNode() {
        try (Run run = Run.of(twoNodes(), new Connectivity())) {
            assertThat(run.wanted(NodeNeighbour.class))
                    .as("each node's own address is not wanted by itself")
                    .extracting(NodeNeighbour::node)
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(run.wanted(NodeNeighbour.class))
                    .extracting(NodeNeighbour::address)
                    .doesNotHaveDuplicates();
        }
        try (Run run = Run.of(twoNodes().port("a", Topology.TUNNEL_PORT, -1), new Connectivity())) {
            assertThat(run.wanted(NodeNeighbour.class))
                    .as("a has no tunnel port")
                    .extracting(NodeNeighbour::node)
                    .containsExactly("b");
        }
    }

    @Test
    void theFeatureIsPure() {
        FeatureLaws.check("org.karst.connectivity");
    }

    @Test
    void theOrderOfFactsDoesNotMatter() {
        Laws.check(twoNodes(), () -> new Feature[] {new Connectivity()});
    }

    @Test
    void aPodCostsItsOwnUnitsAndNoOthers() {
        try (Run run = Run.of(twoNodes(), new Connectivity())) {
            Map<String, Long> before = run.evaluations();
            List<String> flows = run.flows("b");
            run.step(twoNodes().pod("x/new", "a", "10.128.0.7").added(3));
            Map<String, Long> more = new TreeMap<>();
            run.evaluations().forEach((name, count) -> {
                long difference = count - before.getOrDefault(name, 0L);
                if (difference != 0) {
                    more.put(name, difference);
                }
            });
            assertThat(more)
                    .as("what one pod makes run")
                    .isEqualTo(Map.of(
                            "arp-guard-pods", 1L,
                            "arp-pods", 1L,
                            "commit-pods", 1L,
                            "guard-pods-ipv4", 1L,
                            "intake-pods", 1L,
                            "pod-ports", 1L,
                            "routes-to-pods-ipv4", 1L,
                            "verdict-pods", 1L,
                            "verdicts", 2L));
            assertThat(run.flows("b")).as("another node has no flow for it").isEqualTo(flows);
        }
    }

    @Test
    void aPortIsWantedOnceItsLinkIsThereAndKeptAsLongAsTheSwitchHasIt() {
        PortKey port = new PortKey("a", "veth1");
        AttachmentKey key = new AttachmentKey("a", "container", "eth0");
        Cluster cluster = new Cluster().node("a", "10.128.0.0/24").pod("x/web", "a", "10.128.0.5");
        cluster.fact(
                World.ATTACHMENTS,
                key,
                new Attachment(
                        new PodKey("x", "new"),
                        port.name(),
                        "/run/netns/new",
                        MacAddress.parse("0a:58:0a:80:00:06"),
                        1400,
                        List.of(InterfaceAddress.parse("10.128.0.6/24")),
                        List.of(Ip.parse("10.128.0.1"))));
        try (Run run = Run.of(cluster, new Connectivity())) {
            assertThat(run.wanted(PodLink.class)).extracting(PodLink::name).contains("veth1");
            assertThat(ports(run)).doesNotContain("veth1");
            run.step(List.of(Edit.put(World.LINKS, port, new LinkState("File exists"))));
            assertThat(ports(run)).doesNotContain("veth1");
            run.step(List.of(Edit.put(World.LINKS, port, LinkState.READY)));
            assertThat(ports(run)).contains("veth1");
            run.step(cluster.port("a", "veth1", 9).added(1));
            run.step(List.of(new Edit<>(World.LINKS, port, Optional.empty())));
            assertThat(ports(run)).as("the row remembers the attachment").contains("veth1");
            run.step(List.of(new Edit<>(World.ATTACHMENTS, key, Optional.empty())));
            assertThat(ports(run)).doesNotContain("veth1");
        }
    }

    private static List<String> ports(Run run) {
        return run.wanted(PortItem.class).stream().map(PortItem::name).toList();
    }

    @Test
    void aNodeWithoutSubnetOrAddressIsToldSo() {
        Cluster cluster =
                twoNodes().node(new Node("c", "uid", "2026-01-02T00:00:00Z", Labels.NONE, List.of(), List.of()));
        try (Run run = Run.of(cluster, new Connectivity())) {
            assertThat(run.wanted(EventItem.class))
                    .extracting(EventItem::name, EventItem::reason)
                    .containsExactly(tuple("c", "AddressMissing"));
        }
    }

    @Test
    void aPodOfAnUnknownNodeIsToldSo() {
        PodKey lost = new PodKey("x", "lost");
        Cluster cluster = twoNodes()
                .fact(World.PODS.table(), lost, new Pod(lost, "uid", "nowhere", Labels.NONE, false, List.of(), false));
        try (Run run = Run.of(cluster, new Connectivity())) {
            assertThat(run.wanted(EventItem.class))
                    .extracting(EventItem::namespace, EventItem::name, EventItem::reason)
                    .containsExactly(tuple("x", "lost", "NodeUnknown"));
        }
    }

    @Test
    void anOverlappingSubnetStaysWithTheOlderNode() {
        Cluster cluster = twoNodes().node("c", "10.128.0.128/25");
        try (Run run = Run.of(cluster, new Connectivity());
                Run without = Run.of(twoNodes(), new Connectivity())) {
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> assertThat(event.message())
                    .contains("10.128.0.128/25")
                    .contains("older node a"));
            assertThat(run.flows("b").stream().filter(flow -> flow.contains("10.128.0.128")))
                    .as("nobody routes to it")
                    .isEmpty();
            assertThat(run.flows("a")).as("the older node keeps every flow").containsAll(without.flows("a"));
        }
    }

    @Test
    void severalOverlappingSubnetsAreOneEvent() {
        Cluster cluster = twoNodes().node("c", "10.128.0.128/25", "10.128.1.0/25");
        try (Run run = Run.of(cluster, new Connectivity())) {
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> assertThat(event.message())
                    .contains("10.128.0.128/25 overlaps a subnet of the older node a")
                    .contains("10.128.1.0/25 overlaps a subnet of the older node b"));
        }
    }

    @Test
    void aSubnetOutsideTheClusterNetworkIsReported() {
        Cluster cluster = twoNodes().node("c", "192.168.0.0/24");
        try (Run run = Run.of(cluster, new Connectivity())) {
            assertThat(run.wanted(EventItem.class))
                    .extracting(EventItem::reason)
                    .containsExactly("SubnetOutsideCluster");
        }
        assertThat(Cidr.parse("192.168.0.0/24").size()).isEqualTo(256);
    }
}
