package org.karst.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.karst.model.Allocation;
import org.karst.model.Cidr;
import org.karst.model.PodKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Leadership;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.ObjectItem;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.karst.testing.Cluster;
import org.karst.testing.FeatureLaws;
import org.karst.testing.Laws;
import org.karst.testing.Run;

class SubnetAllocationTest {
    /** This process leads, and the pools are small. */
    private static Cluster cluster(String... pools) {
        return new Cluster()
                .fact(World.LEADER, World.LEADER_KEY, new Leadership("me"))
                .fact(
                        World.CLUSTER,
                        World.CLUSTER_KEY,
                        new ClusterNetwork(
                                List.of(pools).stream().map(SubnetPool::parse).toList(),
                                List.of(),
                                1400,
                                6081,
                                List.of(),
                                "netdev"));
    }

    private static Cluster holding(Cluster cluster, String subnet, String node, int second) {
        Cidr cidr = Cidr.parse(subnet);
        String name = Allocation.name(cidr);
        return cluster.fact(
                World.ALLOCATIONS.table(),
                new PodKey("", name),
                new Allocation(name, "uid-" + name, "2026-01-01T00:01:0" + second + "Z", cidr, node));
    }

    private static Run run(Cluster cluster) {
        return Run.of(cluster, new SubnetAllocation());
    }

    private static List<String> changes(Run run) {
        return run.wanted(ObjectItem.class).stream()
                .map(item -> item.spec().map(spec -> "+" + spec).orElse("-" + item.name() + " " + item.uid()))
                .sorted()
                .toList();
    }

    private static String granted(String subnet, String node) {
        return "+{\"subnet\":\"" + subnet + "\",\"node\":\"" + node + "\"}";
    }

    private static List<Cidr> subnets(Run run, String node) {
        return run.inspect(inspection -> inspection.read(view -> view.get(Topology.SUBNETS, node)));
    }

    @Test
    void aNodeGetsTheFirstFreeSubnetOfEachFamilyThatItsSpecLacks() {
        Cluster cluster = cluster("10.0.0.0/22/24", "fd01::/62/64")
                .node("old", "10.0.0.0/24")
                .node("young");
        try (Run run = run(cluster)) {
            assertThat(changes(run))
                    .containsExactly(
                            granted("10.0.1.0/24", "young"),
                            granted("fd01:0:0:1::/64", "young"),
                            granted("fd01::/64", "old"));
            assertThat(run.wanted(ObjectItem.class))
                    .extracting(ObjectItem::name)
                    .contains("subnet-fd01---64");
        }
    }

    @Test
    void onlyTheLeaderGives() {
        try (Run run = Run.of(new Cluster().node("a"), new SubnetAllocation())) {
            assertThat(changes(run)).isEmpty();
        }
    }

    @Test
    void whatIsHeldStaysAndIsTold() {
        Cluster cluster = holding(cluster("10.0.0.0/22/24").node("a").node("b"), "10.0.2.0/24", "b", 1);
        try (Run run = run(cluster)) {
            assertThat(changes(run)).containsExactly(granted("10.0.0.0/24", "a"));
            assertThat(subnets(run, "b")).containsExactly(Cidr.parse("10.0.2.0/24"));
            assertThat(run.wanted(ObjectFieldItem.class)).singleElement().satisfies(item -> {
                assertThat(item.name()).isEqualTo("b");
                assertThat(item.path()).containsExactly("metadata", "annotations", "k8s.ovn.org/node-subnets");
                assertThat(item.value()).isEqualTo("\"{\\\"default\\\":[\\\"10.0.2.0/24\\\"]}\"");
            });
            assertThat(run.wanted(ObjectConditionItem.class)).singleElement().matches(item -> !item.status());
        }
    }

    @Test
    void aNodeThatGoesAwayFreesItsSubnet() {
        try (Run run = run(holding(cluster("10.0.0.0/24/24").node("a"), "10.0.0.0/24", "gone", 1))) {
            // It is given again only when the object is gone.
            assertThat(changes(run)).containsExactly("-subnet-10.0.0.0-24 uid-subnet-10.0.0.0-24");
        }
    }

    @Test
    void aSubnetOfAnOlderNodesSpecWinsOverAnAllocation() {
        Cluster cluster =
                holding(cluster("10.0.0.0/22/24").node("spec", "10.0.0.0/23").node("a"), "10.0.1.0/24", "a", 1);
        try (Run run = run(cluster)) {
            assertThat(changes(run))
                    .containsExactly(granted("10.0.2.0/24", "a"), "-subnet-10.0.1.0-24 uid-subnet-10.0.1.0-24");
            assertThat(subnets(run, "a")).as("no two nodes use one address").isEmpty();
        }
    }

    /** Its pods use the addresses already. */
    @Test
    void anAllocationOfAnOlderNodeWinsOverASubnetOfASpec() {
        Cluster cluster = holding(cluster("10.0.0.0/22/24").node("a"), "10.0.1.0/24", "a", 1)
                .node("spec", "10.0.0.0/23");
        try (Run run = run(cluster)) {
            assertThat(changes(run)).isEmpty();
            assertThat(subnets(run, "a")).containsExactly(Cidr.parse("10.0.1.0/24"));
            assertThat(subnets(run, "spec")).as("no two nodes use one address").isEmpty();
            assertThat(run.<Optional<String>>inspect(inspection -> inspection.read(view -> Topology.holderBefore(
                            view, Topology.node(view, "spec").orElseThrow(), Cidr.parse("10.0.0.0/23")))))
                    .as("whom the Event names")
                    .contains("a");
        }
    }

    @Test
    void ofTwoThatWereGivenToOneNodeTheOlderStays() {
        Cluster cluster = cluster("10.0.0.0/22/24").node("a");
        holding(cluster, "10.0.0.0/24", "a", 2);
        holding(cluster, "10.0.1.0/24", "a", 1);
        try (Run run = run(cluster)) {
            assertThat(changes(run)).containsExactly("-subnet-10.0.0.0-24 uid-subnet-10.0.0.0-24");
            assertThat(subnets(run, "a")).containsExactly(Cidr.parse("10.0.1.0/24"));
        }
    }

    @Test
    void anExhaustedPoolIsToldToTheNode() {
        try (Run run = run(holding(cluster("10.0.0.0/24/24").node("a").node("b"), "10.0.0.0/24", "a", 1))) {
            assertThat(changes(run)).isEmpty();
            assertThat(run.wanted(EventItem.class)).singleElement().satisfies(event -> {
                assertThat(event.name()).isEqualTo("b");
                assertThat(event.reason()).isEqualTo("SubnetsExhausted");
                assertThat(event.message()).contains("10.0.0.0/24/24");
            });
            assertThat(run.wanted(ObjectConditionItem.class))
                    .filteredOn(ObjectConditionItem::status)
                    .singleElement()
                    .satisfies(condition -> assertThat(condition.type()).isEqualTo("NetworkUnavailable"));
        }
    }

    @Test
    void itKeepsTheLaws() {
        Cluster cluster = cluster("10.0.0.0/23/24", "10.1.0.0/24/24", "fd01::/63/64")
                .node("spec", "10.0.0.0/24")
                .node("a")
                .node("b")
                .node("c");
        holding(cluster, "10.0.1.0/24", "a", 1);
        holding(cluster, "fd01::/64", "gone", 1);
        Laws.check(cluster, () -> new Feature[] {new SubnetAllocation()});
        FeatureLaws.check("org.karst.allocation");
    }

    @Test
    void freeSubnetsOverlapNothingAndLeaveNothingOut() {
        SplittableRandom random = new SplittableRandom(1);
        SubnetPool pool = SubnetPool.parse("10.0.0.0/24/28");
        for (int round = 0; round < 500; round++) {
            List<Cidr> taken = new ArrayList<>();
            for (int i = random.nextInt(6); i > 0; i--) {
                int length = 22 + random.nextInt(9);
                taken.add(Cidr.around(pool.cidr().network().plus(random.nextInt(512)), length));
            }
            List<Cidr> expected = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Cidr subnet = Cidr.around(pool.cidr().address(16L * i), 28);
                if (taken.stream().noneMatch(subnet::overlaps)) {
                    expected.add(subnet);
                }
            }
            FreeSubnets free = new FreeSubnets(taken);
            List<Cidr> given = new ArrayList<>();
            for (Optional<Cidr> next = free.take(pool); next.isPresent(); next = free.take(pool)) {
                given.add(next.get());
            }
            assertThat(given).as("taken: %s", taken).isEqualTo(expected);
        }
    }

    @Test
    void thePoolsOfTheEndOfAFamilyEnd() {
        FreeSubnets free = new FreeSubnets(List.of());
        for (String text : List.of("255.255.255.0/24/24", "ffff:ffff:ffff:ffff::/64/64")) {
            SubnetPool pool = SubnetPool.parse(text);
            assertThat(free.take(pool)).contains(pool.cidr());
            assertThat(free.take(pool)).isEmpty();
        }
    }
}
