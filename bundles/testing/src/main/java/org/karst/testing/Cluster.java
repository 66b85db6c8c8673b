package org.karst.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.karst.incremental.Table;
import org.karst.model.Cidr;
import org.karst.model.InterfaceAddress;
import org.karst.model.Ip;
import org.karst.model.Labels;
import org.karst.model.MacAddress;
import org.karst.model.Namespace;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;
import org.karst.pipeline.Attachment;
import org.karst.pipeline.AttachmentKey;
import org.karst.pipeline.ClusterNetwork;
import org.karst.pipeline.Interface;
import org.karst.pipeline.Kind;
import org.karst.pipeline.PortKey;
import org.karst.pipeline.SubnetPool;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * The facts of a cluster, in a few words: {@code new Cluster().node("a", "10.128.0.0/24").pod("x/web", "a", "10.128.0.5")}.
 * Port numbers are given in the order of the calls: the management port is 1, the tunnel 2, pods from 3.
 */
public final class Cluster {
    private static final int MANAGEMENT_PORT = 1;
    private static final int TUNNEL_PORT = 2;

    private final Map<Object, Edit<?, ?>> edits = new LinkedHashMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private Edit<?, ?> last;
    private final Map<String, Integer> lastPort = new TreeMap<>();

    public Cluster() {
        fact(
                World.CLUSTER,
                World.CLUSTER_KEY,
                new ClusterNetwork(
                        List.of(SubnetPool.parse("10.128.0.0/14/23"), SubnetPool.parse("fd01::/48/64")),
                        List.of(Cidr.parse("172.30.0.0/16"), Cidr.parse("fd02::/112")),
                        1400,
                        6081,
                        List.of("tcp:198.18.0.1:6653"),
                        "netdev"));
    }

    /** Any row. */
    public <K extends Comparable<? super K>, R> Cluster fact(Table<K, R> table, K key, R row) {
        last = Edit.put(table, key, row);
        edits.put(List.of(table, key), last);
        return this;
    }

    /** A node with subnets; its address is 172.18.1.N, N counting nodes from 1. */
    public Cluster node(String name, String... subnets) {
        return node(name, new String[0], subnets);
    }

    /** The same with labels, as {@code key=value}. */
    public Cluster node(String name, String[] labels, String... subnets) {
        int number = nodes.size() + 1;
        return node(new Node(
                name,
                "uid-" + name,
                "2026-01-01T00:00:0" + number + "Z",
                labels(labels),
                Arrays.stream(subnets).map(Cidr::parse).toList(),
                List.of(Ip.parse("172.18.1." + number), Ip.parse("fd00:18::1:" + number))));
    }

    /** A node as it is, with its two ports. */
    public Cluster node(Node node) {
        nodes.put(node.name(), node);
        lastPort.put(node.name(), TUNNEL_PORT);
        fact(World.NODES.table(), new PodKey("", node.name()), node);
        port(node.name(), Topology.MANAGEMENT_PORT, MANAGEMENT_PORT);
        return port(node.name(), Topology.TUNNEL_PORT, TUNNEL_PORT);
    }

    /** A pod ({@code namespace/name}) that a container runtime attached on a node. */
    public Cluster pod(String pod, String node, String... addresses) {
        String[] parts = pod.split("/", 2);
        PodKey key = new PodKey(parts[0], parts[1]);
        List<Ip> ips = Arrays.stream(addresses).map(Ip::parse).toList();
        int number = lastPort.merge(node, 1, Integer::sum);
        String port = "veth" + node + number;
        fact(World.PODS.table(), key, new Pod(key, "uid-" + pod, node, Labels.NONE, false, ips, false));
        fact(
                World.ATTACHMENTS,
                new AttachmentKey(node, "container-" + pod, "eth0"),
                new Attachment(
                        key,
                        port,
                        "/run/netns/" + key.name(),
                        MacAddress.of(ips.get(0)),
                        1400,
                        ips.stream().map(ip -> withLength(node, ip)).toList(),
                        nodes.get(node).podCidrs().stream()
                                .map(Topology::gateway)
                                .toList()));
        return port(node, port, number);
    }

    private InterfaceAddress withLength(String node, Ip ip) {
        return nodes.get(node).podCidrs().stream()
                .filter(cidr -> cidr.contains(ip))
                .max(Comparator.comparing(Cidr::length))
                .map(cidr -> new InterfaceAddress(ip, cidr.length()))
                .orElseThrow(() -> new IllegalArgumentException(ip + " is in no subnet of node " + node));
    }

    /** Labels of a pod, all of them, as {@code key=value}. */
    public Cluster labels(String pod, String... labels) {
        String[] parts = pod.split("/", 2);
        PodKey key = new PodKey(parts[0], parts[1]);
        Pod row = (Pod) edits.get(List.of(World.PODS.table(), key)).row().orElseThrow();
        return fact(
                World.PODS.table(),
                key,
                new Pod(
                        key,
                        row.uid(),
                        row.node(),
                        labels(labels),
                        row.hostNetwork(),
                        row.addresses(),
                        row.finished()));
    }

    /** A namespace with labels, as {@code key=value}. */
    public Cluster namespace(String name, String... labels) {
        return fact(World.NAMESPACES.table(), new PodKey("", name), new Namespace(name, labels(labels)));
    }

    private static Labels labels(String... labels) {
        Map<String, String> entries = new TreeMap<>();
        for (String label : labels) {
            String[] parts = label.split("=", 2);
            entries.put(parts[0], parts[1]);
        }
        return Labels.of(entries);
    }

    /** An object of a kind as YAML, through the kind's own decoder. */
    public <R> Cluster object(Kind<R> kind, String yaml) {
        YamlDocument document = YamlDocument.of(yaml);
        PodKey key = new PodKey(document.text("metadata", "namespace"), document.text("metadata", "name"));
        return fact(kind.table(), key, kind.decoder().apply(document));
    }

    /** A port to which the switch has given a number. */
    public Cluster port(String node, String name, int ofport) {
        return fact(
                World.INTERFACES,
                new PortKey(node, name),
                new Interface(World.INTEGRATION_BRIDGE, "", ofport, 1400, "", new TreeMap<>()));
    }

    /** The last rows, for a step that adds them to a run of another cluster. */
    public List<Edit<?, ?>> added(int count) {
        List<Edit<?, ?>> all = edits();
        return all.subList(all.size() - count, all.size());
    }

    /** The row that was written last, for a step: {@link #added} counts rows that were there before as where they were. */
    public List<Edit<?, ?>> last() {
        return List.of(last);
    }

    /** All rows, for a step that makes a run equal to this cluster; what it has beyond that stays. */
    public List<Edit<?, ?>> all() {
        return edits();
    }

    List<Edit<?, ?>> edits() {
        return new ArrayList<>(edits.values());
    }
}
