package org.karst.allocation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Allocation;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Node;
import org.karst.model.PodKey;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * Who shall get which subnet: a function of the pools, the nodes and what is held today.
 *
 * @param granted subnets that a node shall hold and no object names yet, by the name of their object
 * @param freed objects that name a subnet which is not in force, by name
 * @param refused families of which a node needs a subnet and no pool has one left, by the node
 */
record Plan(
        SortedMap<String, Grant> granted,
        SortedMap<String, Allocation> freed,
        SortedMap<String, SortedSet<Family>> refused) {
    static final Query<Unit, Plan> PLAN = Query.of("subnet-plan", (view, unit) -> compute(view));

    /** The names of the objects that shall come or go. */
    static final Query<Unit, SortedSet<String>> CHANGES = Query.of("subnet-changes", (view, unit) -> {
        Plan plan = view.get(PLAN, Unit.UNIT);
        SortedSet<String> names = new TreeSet<>(plan.granted().keySet());
        names.addAll(plan.freed().keySet());
        return Collections.unmodifiableSortedSet(names);
    });

    /** The families of which a node needs a subnet and gets none. */
    static final Query<String, Set<Family>> REFUSED = Query.of("subnet-refused", (view, node) -> {
        SortedSet<Family> families = view.get(PLAN, Unit.UNIT).refused().get(node);
        return families == null ? Set.of() : families;
    });

    /** The age of a node, and the families that it needs of the pools because its spec brings none. */
    private static final Query<String, Need> NEED = Query.of("subnet-need", Plan::need);

    private static final Comparator<Need> BY_AGE =
            Comparator.comparing(Need::created).thenComparing(Need::node);

    /** A subnet and who shall hold it. */
    record Grant(Cidr subnet, String node) {}

    private record Need(String node, String created, List<Cidr> podCidrs, SortedSet<Family> families) {}

    Plan {
        granted = Collections.unmodifiableSortedMap(new TreeMap<>(granted));
        freed = Collections.unmodifiableSortedMap(new TreeMap<>(freed));
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }

    private static List<SubnetPool> pools(View view) {
        return view.get(World.CLUSTER, World.CLUSTER_KEY)
                .map(cluster -> cluster.pools())
                .orElse(List.of());
    }

    private static Need need(View view, String name) {
        SortedSet<Family> families = new TreeSet<>();
        pools(view).forEach(pool -> families.add(pool.cidr().family()));
        Optional<Node> node = Topology.node(view, name);
        node.ifPresent(row -> families.removeIf(family -> row.podCidr(family).isPresent()));
        return new Need(
                name,
                node.map(Node::created).orElse(""),
                node.map(Node::podCidrs).orElse(List.of()),
                Collections.unmodifiableSortedSet(families));
    }

    private static Plan compute(View view) {
        List<SubnetPool> pools = pools(view);
        List<Need> needs = new ArrayList<>();
        List<Cidr> taken = new ArrayList<>();
        for (String node : view.get(Topology.NODE_NAMES, Unit.UNIT)) {
            Need need = view.get(NEED, node);
            needs.add(need);
            taken.addAll(need.podCidrs());
        }
        needs.sort(BY_AGE);
        SortedMap<String, Allocation> freed = new TreeMap<>();
        SortedMap<String, Set<Family>> held = new TreeMap<>();
        for (PodKey key : view.all(World.ALLOCATIONS.table())) {
            Allocation allocation = view.get(World.ALLOCATIONS.table(), key).orElseThrow();
            // Also what shall go is taken until it is gone.
            taken.add(allocation.subnet());
            if (view.get(Topology.IN_FORCE, key)) {
                held.computeIfAbsent(allocation.node(), unused -> EnumSet.noneOf(Family.class))
                        .add(allocation.subnet().family());
            } else {
                freed.put(allocation.name(), allocation);
            }
        }
        FreeSubnets free = new FreeSubnets(taken);
        SortedMap<String, Grant> granted = new TreeMap<>();
        SortedMap<String, SortedSet<Family>> refused = new TreeMap<>();
        for (Need need : needs) {
            for (Family family : need.families()) {
                if (held.getOrDefault(need.node(), Set.of()).contains(family)) {
                    continue;
                }
                Optional<Cidr> subnet = Optional.empty();
                for (SubnetPool pool : pools) {
                    if (subnet.isEmpty() && pool.cidr().family() == family) {
                        subnet = free.take(pool);
                    }
                }
                if (subnet.isPresent()) {
                    granted.put(Allocation.name(subnet.get()), new Grant(subnet.get(), need.node()));
                } else {
                    refused.computeIfAbsent(need.node(), unused -> new TreeSet<>())
                            .add(family);
                }
            }
        }
        return new Plan(granted, freed, refused);
    }
}
