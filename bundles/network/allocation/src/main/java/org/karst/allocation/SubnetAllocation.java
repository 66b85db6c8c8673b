package org.karst.allocation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Allocation;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Feature;
import org.karst.pipeline.Kind;
import org.karst.pipeline.ObjectConditionItem;
import org.karst.pipeline.ObjectFieldItem;
import org.karst.pipeline.ObjectItem;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;
import org.osgi.service.component.annotations.Component;

/** Nodes without {@code spec.podCIDRs} get subnets of the cluster's networks; what each node has stands on its object. */
@Component(service = Feature.class)
public final class SubnetAllocation implements Feature {
    private static final String KIND = "Allocation";
    /** As OVN-Kubernetes writes it: subnets of each network, by the name of the network. */
    private static final String ANNOTATION = "k8s.ovn.org/node-subnets";

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public List<Kind<?>> watches() {
        return List.of(World.NODES, World.ALLOCATIONS);
    }

    @Override
    public List<Rule<?>> rules() {
        return List.of(
                new Rule<>("allocations", Scope.LEADER, Keys.of(Plan.CHANGES), SubnetAllocation::change),
                new Rule<>("node-subnets", Scope.ZONE, Keys.of(Topology.NODE_NAMES), SubnetAllocation::tell));
    }

    private static List<Item> change(View view, String name) {
        Plan plan = view.get(Plan.PLAN, Unit.UNIT);
        Allocation freed = plan.freed().get(name);
        if (freed != null) {
            return List.of(ObjectItem.absent(World.ALLOCATIONS.apiVersion(), KIND, name, freed.uid()));
        }
        Plan.Grant grant = plan.granted().get(name);
        if (grant == null) {
            return List.of();
        }
        String spec = "{\"subnet\":" + ObjectFieldItem.quoted(grant.subnet().toString()) + ",\"node\":"
                + ObjectFieldItem.quoted(grant.node()) + "}";
        return List.of(ObjectItem.present(World.ALLOCATIONS.apiVersion(), KIND, name, spec));
    }

    private static List<Item> tell(View view, String node) {
        List<Item> items = new ArrayList<>();
        List<Cidr> subnets = view.get(Topology.SUBNETS, node);
        if (!subnets.isEmpty()) {
            items.add(ObjectFieldItem.annotation("v1", "Node", "", node, ANNOTATION, annotation(subnets)));
        }
        Set<Family> refused = view.get(Plan.REFUSED, node);
        if (!refused.isEmpty()) {
            String message = exhausted(view, refused);
            items.add(EventItem.warning("Node", "", node, "SubnetsExhausted", message));
            items.add(new ObjectConditionItem(
                    "v1", "Node", "", node, "NetworkUnavailable", true, "SubnetsExhausted", message));
        } else if (!subnets.isEmpty()) {
            items.add(new ObjectConditionItem(
                    "v1",
                    "Node",
                    "",
                    node,
                    "NetworkUnavailable",
                    false,
                    "SubnetReady",
                    "pods get addresses of " + join(subnets)));
        }
        return items;
    }

    private static String annotation(List<Cidr> subnets) {
        return "{\"default\":"
                + subnets.stream()
                        .map(subnet -> ObjectFieldItem.quoted(subnet.toString()))
                        .collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    private static String exhausted(View view, Set<Family> families) {
        List<SubnetPool> pools = view.get(World.CLUSTER, World.CLUSTER_KEY).stream()
                .flatMap(cluster -> cluster.pools().stream())
                .filter(pool -> families.contains(pool.cidr().family()))
                .toList();
        return "every subnet of clusterNetwork " + join(pools)
                + " is taken: pods of this node get no address; enlarge clusterNetwork or remove nodes";
    }

    private static String join(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
