package org.karst.network.policy;

import java.util.ArrayList;
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
import org.karst.pipeline.Kind;
import org.karst.pipeline.WatchItem;
import org.karst.pipeline.World;

/** What policies want to know of pods: groups, who is selected, whose an address is. One for each feature. */
public final class Pods {
    private final List<Kind<?>> sources;
    private final Kind<ContainerPorts> ports;
    private final Index<Ip, PodKey, Pod> byAddress;
    private final Index<String, PodKey, Pod> byNode;
    private final Index<String, PodKey, Pod> byAnchor;
    private final Index<PortName, PodKey, ContainerPorts> byPort;
    private final Index<String, PodKey, Namespace> namespacesByAnchor;
    private final Query<Unit, Boolean> known;
    private final Query<PodKey, Optional<Group>> group;
    private final Query<String, Labels> namespaceLabels;
    private final Query<LabelSelector, SortedSet<String>> namespaces;
    private final Query<Selection, SortedSet<PodKey>> selected;
    private final Query<PodKey, String> node;
    private final Query<PodKey, List<Ip>> addresses;
    private final Query<Selection, SortedMap<Group, SortedSet<String>>> nodes;
    private final Query<Selection, SortedMap<Group, Long>> members;
    private final Query<String, SortedSet<Group>> groupsOfNode;

    /**
     * For a feature.
     *
     * @param prefix of the names of queries, and of the source of the pods' ports: unique in the process
     * @param policies the kinds of policies that the feature reads
     */
    public Pods(String prefix, Kind<?>... policies) {
        ports = World.PODS.part(prefix + "-ports", ContainerPorts::decode);
        sources = Stream.concat(Stream.of(World.PODS, World.NODES, World.NAMESPACES, ports), Stream.of(policies))
                .toList();
        byAddress = Index.of(
                prefix + "-pods-by-address", World.PODS.table(), pod -> isSubject(pod) ? pod.addresses() : List.of());
        byNode = Index.of(
                prefix + "-pods-by-node",
                World.PODS.table(),
                pod -> isSubject(pod) && !pod.node().isEmpty() ? Set.of(pod.node()) : Set.of());
        byAnchor = Index.byKeyAndRow(
                prefix + "-pods-by-anchor",
                World.PODS.table(),
                (key, pod) -> isSubject(pod)
                        ? LabelSelector.anchors(pod.labels()).stream()
                                .map(anchor -> anchor(key.namespace(), anchor))
                                .toList()
                        : List.of());
        byPort = Index.of(prefix + "-pods-by-port", ports.table(), row -> row.named().stream()
                .map(NamedPort::name)
                .toList());
        namespacesByAnchor = Index.of(
                prefix + "-namespaces-by-anchor",
                World.NAMESPACES.table(),
                namespace -> LabelSelector.anchors(labels(namespace.name(), namespace.labels())));
        known = Query.of(prefix + "-sources", (view, unit) -> sources.stream()
                .allMatch(kind -> view.get(World.SYNCED, WatchItem.source(kind)).isPresent()));
        group = Query.of(prefix + "-group", this::findGroup);
        namespaceLabels = Query.of(
                prefix + "-namespace-labels",
                (view, name) -> labels(
                        name,
                        view.get(World.NAMESPACES.table(), new PodKey("", name))
                                .map(Namespace::labels)
                                .orElse(Labels.NONE)));
        namespaces = Query.of(prefix + "-namespaces", this::findNamespaces);
        selected = Query.of(prefix + "-selected", this::select);
        node = Query.of(
                prefix + "-pod-node",
                (view, key) -> view.get(World.PODS.table(), key).map(Pod::node).orElse(""));
        addresses = Query.of(prefix + "-addresses", Pods::findAddresses);
        nodes = Query.of(prefix + "-subjects", this::findNodes);
        members = Query.of(prefix + "-members", this::findMembers);
        groupsOfNode = Query.of(prefix + "-groups-of-node", (view, name) -> {
            SortedSet<Group> groups = new TreeSet<>();
            view.find(byNode, name).forEach(key -> group(view, key).ifPresent(of -> groups.add(of)));
            return groups;
        });
    }

    /**
     * A selector in a namespace.
     *
     * @param namespace where
     * @param pods which pods there
     */
    public record Selection(String namespace, LabelSelector pods) {}

    /** The named ports of pods, which the feature has to watch; all else of a pod is the core's. */
    public Kind<ContainerPorts> ports() {
        return ports;
    }

    /** Reported addresses of pods that have a network of their own. */
    public Index<Ip, PodKey, Pod> byAddress() {
        return byAddress;
    }

    /**
     * Whether all is known that policies are made of. Before that nothing is wanted, so that what was in force before a restart
     * stays as it is.
     */
    public boolean known(View view) {
        return view.get(known, Unit.UNIT);
    }

    /** The group of a pod; none if it is unknown, finished, or shares its node's network. */
    public Optional<Group> group(View view, PodKey key) {
        return view.get(group, key);
    }

    /** The labels of a namespace; its name is one of them even while it is unknown. */
    public Labels namespaceLabels(View view, String name) {
        return view.get(namespaceLabels, name);
    }

    /** The namespaces that a selector means. */
    public SortedSet<String> namespaces(View view, LabelSelector selector) {
        return view.get(namespaces, selector);
    }

    /** The addresses of a pod: those that it was given here, else those that its status reports. */
    public List<Ip> addresses(View view, PodKey key) {
        return view.get(addresses, key);
    }

    /** The nodes of the pods that a selector means, by group. */
    public SortedMap<Group, SortedSet<String>> nodes(View view, Selection selection) {
        return view.get(nodes, selection);
    }

    /** A hash of the addresses of the pods that a selector means, by group. */
    public SortedMap<Group, Long> members(View view, Selection selection) {
        return view.get(members, selection);
    }

    /** The groups of the pods that a container runtime or a status gave an address. */
    public SortedSet<Group> owners(View view, Ip address) {
        SortedSet<PodKey> pods = new TreeSet<>();
        for (AttachmentKey attachment : view.find(World.ATTACHMENTS_BY_ADDRESS, address)) {
            view.get(World.ATTACHMENTS, attachment).ifPresent(row -> pods.add(row.pod()));
        }
        if (pods.isEmpty()) {
            view.find(byAddress, address).stream()
                    .filter(key -> addresses(view, key).contains(address))
                    .forEach(key -> pods.add(key));
        }
        SortedSet<Group> groups = new TreeSet<>();
        pods.forEach(key -> group(view, key).ifPresent(of -> groups.add(of)));
        return groups;
    }

    /** The groups on a node. */
    public SortedSet<Group> groupsOfNode(View view, String name) {
        return view.get(groupsOfNode, name);
    }

    /** Pods of which some container gave a port that name. */
    public SortedSet<PodKey> withPort(View view, PortName name) {
        return view.find(byPort, name);
    }

    private Optional<Group> findGroup(View view, PodKey key) {
        return view.get(World.PODS.table(), key)
                .filter(Pods::isSubject)
                .filter(pod -> known(view))
                .map(pod -> new Group(
                        key.namespace(),
                        pod.labels(),
                        view.get(ports.table(), key).orElse(ContainerPorts.NONE)));
    }

    private SortedSet<String> findNamespaces(View view, LabelSelector selector) {
        SortedSet<String> names = new TreeSet<>();
        for (String anchor : selector.anchors()) {
            for (PodKey key : view.find(namespacesByAnchor, anchor)) {
                if (selector.matches(namespaceLabels(view, key.name()))) {
                    names.add(key.name());
                }
            }
        }
        return names;
    }

    private SortedSet<PodKey> select(View view, Selection selection) {
        SortedSet<PodKey> pods = new TreeSet<>();
        for (String anchor : selection.pods().anchors()) {
            for (PodKey key : view.find(byAnchor, anchor(selection.namespace(), anchor))) {
                group(view, key)
                        .filter(of -> selection.pods().matches(of.labels()))
                        .ifPresent(of -> pods.add(key));
            }
        }
        return pods;
    }

    private static List<Ip> findAddresses(View view, PodKey key) {
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
    }

    private SortedMap<Group, SortedSet<String>> findNodes(View view, Selection selection) {
        SortedMap<Group, SortedSet<String>> found = new TreeMap<>();
        for (PodKey key : view.get(selected, selection)) {
            String name = view.get(node, key);
            group(view, key).filter(of -> !name.isEmpty()).ifPresent(of -> found.computeIfAbsent(
                            of, unused -> new TreeSet<>())
                    .add(name));
        }
        return found;
    }

    private SortedMap<Group, Long> findMembers(View view, Selection selection) {
        SortedMap<Group, Long> found = new TreeMap<>();
        for (PodKey key : view.get(selected, selection)) {
            long hash = 0;
            for (Ip address : addresses(view, key)) {
                hash += Hash.of(address);
            }
            long sum = hash;
            group(view, key).ifPresent(of -> found.merge(of, sum, Long::sum));
        }
        return found;
    }

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
}
