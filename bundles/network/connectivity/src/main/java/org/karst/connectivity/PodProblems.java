package org.karst.connectivity;

import java.util.List;
import java.util.Set;
import org.karst.incremental.Index;
import org.karst.incremental.Item;
import org.karst.incremental.Keys;
import org.karst.incremental.Rule;
import org.karst.incremental.Scope;
import org.karst.incremental.View;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.EventItem;
import org.karst.pipeline.Topology;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** What keeps pods from a network before any container runtime has heard of them, told to their owners. */
final class PodProblems {
    /** By {@code spec.nodeName}. */
    private static final Index<String, PodKey, Pod> PODS_BY_NODE = Index.of(
            "pods-by-node",
            World.PODS.table(),
            pod -> pod.finished() || pod.node().isEmpty() ? Set.of() : Set.of(pod.node()));

    private PodProblems() {}

    static Rule<String> rule() {
        return new Rule<>("pod-problems", Scope.ZONE, Keys.of(PODS_BY_NODE), PodProblems::of);
    }

    /** Of a node that is there its pods are not looked at, so that none of them costs anything. */
    private static List<Item> of(View view, String node) {
        if (Topology.node(view, node).isPresent()
                || view.get(World.SYNCED, WatchItem.source(World.NODES)).isEmpty()) {
            return List.of();
        }
        return view.find(PODS_BY_NODE, node).stream()
                .<Item>map(pod -> EventItem.warning(
                        "Pod",
                        pod.namespace(),
                        pod.name(),
                        "NodeUnknown",
                        "spec.nodeName is " + node
                                + ", but there is no Node object of that name: nobody starts this pod"))
                .toList();
    }
}
