package org.karst.networkpolicy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.karst.incremental.Index;
import org.karst.incremental.Query;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.model.Ip;
import org.karst.model.LabelSelector;
import org.karst.model.Labels;
import org.karst.model.Namespace;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.Direction;
import org.karst.pipeline.Kind;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** What policies want to know of pods: groups, who is selected, whose an address is. */
final class Pods {
    /** The named ports of pods; all else of a pod is the core's. */
    static final Kind<ContainerPorts> PORTS = World.PODS.part("ports", ContainerPorts::decode);

    /** Reported addresses of pods that have a network of their own. */
    static final Index<Ip, PodKey, Pod> BY_ADDRESS =
            Index.of("policy-pods-by-address", World.PODS.table(), pod -> isSubject(pod) ? pod.addresses() : List.of());

    private static final Index<String, PodKey, Pod> BY_NODE = Index.of(
            "policy-pods-by-node",
            World.PODS.table(),
            pod -> isSubject(pod) && !pod.node().isEmpty() ? Set.of(pod.node()) : Set.of());

    private static final Index<String, PodKey, Pod> BY_ANCHOR = Index.byKeyAndRow(
            "policy-pods-by-anchor",
            World.PODS.table(),
            (key, pod) -> isSubject(pod)
                    ? LabelSelector.anchors(pod.labels()).stream()
                            .map(anchor -> anchor(key.namespace(), anchor))
                            .toList()
                    : List.of());

    private static final Index<PortName, PodKey, ContainerPorts> BY_PORT =
            Index.of("policy-pods-by-port", PORTS.table(), ports -> ports.named().stream()
                    .map(NamedPort::name)
                    .toList());

    private static final Index<String, PodKey, Namespace> NAMESPACES_BY_ANCHOR = Index.of(
            "policy-namespaces-by-anchor",
            World.NAMESPACES.table(),
            namespace -> LabelSelector.anchors(labels(namespace.name(), namespace.labels())));

    /**
     * Whether all is known that policies are made of. Before that nothing is wanted, so that what was in force before a restart
     * stays as it is.
     */
    static final Query<Unit, Boolean> KNOWN = Query.of("policy-sources", (view, unit) -> Stream.of(
                    World.PODS, World.NODES, World.NAMESPACES, PORTS, Policies.POLICIES)
            .allMatch(kind -> view.get(World.SYNCED, WatchItem.source(kind)).isPresent()));

    /** The group of a pod; none if it is unknown, finished, or shares its node's network. */
    static final Query<PodKey, Optional<Group>> GROUP = Query.of("policy-group", (view, key) -> view.get(
                    World.PODS.table(), key)
            .filter(Pods::isSubject)
            .filter(pod -> view.get(KNOWN, Unit.UNIT))
            .map(pod -> new Group(
                    key.namespace(), pod.labels(), view.get(PORTS.table(), key).orElse(ContainerPorts.NONE))));

    /** The labels of a namespace; its name is one of them even while it is unknown. */
    static final Query<String, Labels> NAMESPACE_LABELS = Query.of(
            "policy-namespace-labels",
            (view, name) -> labels(
                    name,
                    view.get(World.NAMESPACES.table(), new PodKey("", name))
                            .map(Namespace::labels)
                            .orElse(Labels.NONE)));

    /** The namespaces that a selector means. */
    static final Query<LabelSelector, SortedSet<String>> NAMESPACES =
            Query.of("policy-namespaces", (view, selector) -> {
                SortedSet<String> names = new TreeSet<>();
                for (String anchor : selector.anchors()) {
                    for (PodKey key : view.find(NAMESPACES_BY_ANCHOR, anchor)) {
                        if (selector.matches(view.get(NAMESPACE_LABELS, key.name()))) {
                            names.add(key.name());
                        }
                    }
                }
                return names;
            });

    /** The pods that a selector means in a namespace. */
    private static final Query<Selection, SortedSet<PodKey>> SELECTED =
            Query.of("policy-selected", (view, selection) -> {
                SortedSet<PodKey> selected = new TreeSet<>();
                for (String anchor : selection.pods().anchors()) {
                    for (PodKey key : view.find(BY_ANCHOR, anchor(selection.namespace(), anchor))) {
                        view.get(GROUP, key)
                                .filter(group -> selection.pods().matches(group.labels()))
                                .ifPresent(group -> selected.add(key));
                    }
                }
                return selected;
            });

    private static final Query<PodKey, String> NODE = Query.of(
            "policy-pod-node",
            (view, key) -> view.get(World.PODS.table(), key).map(Pod::node).orElse(""));

    /** The addresses of a pod: those that it was given here, else those that its status reports. */
    static final Query<PodKey, List<Ip>> ADDRESSES = Query.of("policy-addresses", (view, key) -> {
        List<Ip> given = new ArrayList<>();
        for (AttachmentKey attachment : view.find(World.ATTACHMENTS_BY_POD, key)) {
            given.addAll(
                    view.get(World.ATTACHMENTS, attachment).map(Attachment::ips).orElse(List.of()));
        }
        return given.isEmpty()
                ? view.get(World.PODS.table(), key)
                        .filter(Pods::isSubject)
                        .map(Pod::addresses)
                        .orElse(List.of())
                : given;
    });

    /** The nodes of the pods that a selector means, by group. */
    static final Query<Selection, SortedMap<Group, SortedSet<String>>> NODES =
            Query.of("policy-subjects", (view, selection) -> {
                SortedMap<Group, SortedSet<String>> nodes = new TreeMap<>();
                for (PodKey key : view.get(SELECTED, selection)) {
                    String node = view.get(NODE, key);
                    view.get(GROUP, key).filter(group -> !node.isEmpty()).ifPresent(group -> nodes.computeIfAbsent(
                                    group, unused -> new TreeSet<>())
                            .add(node));
                }
                return nodes;
            });

    /** A hash of the addresses of the pods that a selector means, by group. */
    static final Query<Selection, SortedMap<Group, Long>> MEMBERS = Query.of("policy-members", (view, selection) -> {
        SortedMap<Group, Long> members = new TreeMap<>();
        for (PodKey key : view.get(SELECTED, selection)) {
            long hash = addressesHash(view, key);
            view.get(GROUP, key).ifPresent(group -> members.merge(group, hash, Long::sum));
        }
        return members;
    });

    /** The groups of the pods that a container runtime or a status gave an address. */
    static final Query<Ip, SortedSet<Group>> OWNERS = Query.of("policy-owners", (view, address) -> {
        SortedSet<PodKey> pods = new TreeSet<>();
        for (AttachmentKey attachment : view.find(World.ATTACHMENTS_BY_ADDRESS, address)) {
            view.get(World.ATTACHMENTS, attachment).ifPresent(row -> pods.add(row.pod()));
        }
        if (pods.isEmpty()) {
            view.find(BY_ADDRESS, address).stream()
                    .filter(key -> view.get(ADDRESSES, key).contains(address))
                    .forEach(key -> pods.add(key));
        }
        SortedSet<Group> groups = new TreeSet<>();
        pods.forEach(key -> view.get(GROUP, key).ifPresent(group -> groups.add(group)));
        return groups;
    });

    /** The groups on a node. */
    static final Query<String, SortedSet<Group>> ON_NODE = Query.of("policy-groups-of-node", (view, node) -> {
        SortedSet<Group> groups = new TreeSet<>();
        view.find(BY_NODE, node).forEach(key -> view.get(GROUP, key).ifPresent(group -> groups.add(group)));
        return groups;
    });

    private Pods() {}

    /**
     * A selector in a namespace.
     *
     * @param namespace where
     * @param pods which pods there
     */
    record Selection(String namespace, LabelSelector pods) {}

    private static boolean isSubject(Pod pod) {
        return !pod.hostNetwork() && !pod.finished();
    }

    private static String anchor(String namespace, String anchor) {
        return namespace + " " + anchor;
    }

    private static Labels labels(String namespace, Labels labels) {
        String name = "kubernetes.io/metadata.name";
        if (labels.get(name).isPresent()) {
            return labels;
        }
        SortedMap<String, String> all = new TreeMap<>(labels.entries());
        all.put(name, namespace);
        return new Labels(all);
    }

    /** A hash of a pod's addresses that can be summed over pods. */
    private static long addressesHash(View view, PodKey key) {
        long sum = 0;
        for (Ip address : view.get(ADDRESSES, key)) {
            sum += Hash.of(address);
        }
        return sum;
    }

    /**
     * What applies to an interface: what its pod's group is granted, nothing to a pod whose labels nobody knows yet (or that has
     * finished), and everything as long as nothing is known at all.
     */
    static Policies.Grants grants(View view, Direction direction, Attachment attachment) {
        if (!view.get(KNOWN, Unit.UNIT)) {
            return Policies.Grants.OPEN;
        }
        return view.get(GROUP, attachment.pod())
                .map(group -> view.get(Policies.GRANTS, new Policies.Side(direction, group)))
                .orElse(Policies.Grants.NOTHING);
    }

    /** Pods of which some container gave a port that name. */
    static SortedSet<PodKey> withPort(View view, PortName name) {
        return view.find(BY_PORT, name);
    }

    /** What a selection's groups have in common with a name: the numbers that it stands for. */
    static SortedSet<Integer> numbers(Iterable<Group> groups, PortName name) {
        SortedSet<Integer> numbers = new TreeSet<>();
        groups.forEach(group -> numbers.addAll(group.ports().numbers(name)));
        return numbers.isEmpty() ? Collections.emptySortedSet() : numbers;
    }
}
