package org.karst.connectivity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Cidr;
import org.karst.model.Node;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/** What is wrong with a node, told to its owner: one event for each reason, however many of its subnets it is about. */
final class NodeProblems {
    /** Sentences by reason. */
    private final SortedMap<String, List<String>> found = new TreeMap<>();

    private NodeProblems() {}

    static Rule<String> rule() {
        return new Rule<>("node-problems", Scope.ZONE, Keys.of(Topology.NODE_NAMES), NodeProblems::of);
    }

    private static List<Item> of(View view, String name) {
        Optional<Node> node = Topology.node(view, name);
        NodeProblems problems = new NodeProblems();
        node.ifPresent(row -> problems.find(view, row));
        List<Item> events = new ArrayList<>();
        problems.found.forEach((reason, sentences) ->
                events.add(EventItem.warning("Node", "", name, reason, String.join("; ", sentences))));
        return events;
    }

    private void find(View view, Node node) {
        if (Topology.tunnelAddress(view, node.name()).isEmpty()) {
            add("AddressMissing", "status.addresses has no InternalIP: other nodes cannot reach this one");
        }
        for (Cidr subnet : node.podCidrs()) {
            Topology.holderBefore(view, node, subnet)
                    .ifPresent(other -> add(
                            "SubnetConflict",
                            "spec.podCIDRs " + subnet + " overlaps a subnet of the older node " + other
                                    + ": it is not used"));
            view.get(World.CLUSTER, World.CLUSTER_KEY)
                    .filter(cluster -> cluster.clusterCidrs().stream().noneMatch(cidr -> cidr.contains(subnet)))
                    .ifPresent(cluster -> add(
                            "SubnetOutsideCluster",
                            "spec.podCIDRs " + subnet + " is in none of the cluster's networks "
                                    + cluster.clusterCidrs() + ": other nodes route only to those"));
            if (subnet.size() < Topology.SMALLEST_SUBNET) {
                add(
                        "SubnetTooSmall",
                        "spec.podCIDRs " + subnet + " has no address for a pod: it is not used; a node needs at least "
                                + Topology.SMALLEST_SUBNET + " addresses");
            }
        }
    }

    private void add(String reason, String sentence) {
        found.computeIfAbsent(reason, absent -> new ArrayList<>()).add(sentence);
    }
}
