package org.karst.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.karst.incremental.Index;
import org.karst.incremental.Query;
import org.karst.incremental.Table;
import org.karst.model.Allocation;
import org.karst.model.Ip;
import org.karst.model.Namespace;
import org.karst.model.Node;
import org.karst.model.Pod;
import org.karst.model.PodKey;

/**
 * The tables that the core fills and every feature may read. Each has one source.
 */
public final class World {
    /** Pods (v1), from the Kubernetes API. */
    public static final Kind<Pod> PODS = Kind.namespaced("v1", "pods", Pod::decode);
    /** Nodes (v1), from the Kubernetes API. */
    public static final Kind<Node> NODES = Kind.cluster("v1", "nodes", Node::decode);
    /** Namespaces (v1), from the Kubernetes API. */
    public static final Kind<Namespace> NAMESPACES = Kind.cluster("v1", "namespaces", Namespace::decode);

    /** Subnets that nodes hold without {@code spec.podCIDRs} (karst.org/v1), from the Kubernetes API. */
    public static final Kind<Allocation> ALLOCATIONS = Kind.cluster("karst.org/v1", "allocations", Allocation::decode);
    /** Allocations of a node. */
    public static final Index<String, PodKey, Allocation> ALLOCATIONS_BY_NODE =
            Index.of("allocations-by-node", ALLOCATIONS.table(), row -> Set.of(row.node()));

    /** The one row {@link #CLUSTER_KEY}: the cluster's network as configured. From etc/. */
    public static final Table<String, ClusterNetwork> CLUSTER = Table.named("cluster");
    /** The key of the one row of {@link #CLUSTER}. */
    public static final String CLUSTER_KEY = "cluster";

    /** What container runtimes attached, by CNI; survives a restart in external_ids of the node's database. */
    public static final Table<AttachmentKey, Attachment> ATTACHMENTS = Table.named("attachments");
    /** Attachments of a node. */
    public static final Index<String, AttachmentKey, Attachment> ATTACHMENTS_BY_NODE =
            Index.byKeyAndRow("attachments-by-node", ATTACHMENTS, (key, row) -> Set.of(key.node()));
    /** Attachments that hold an address. */
    public static final Index<Ip, AttachmentKey, Attachment> ATTACHMENTS_BY_ADDRESS =
            Index.of("attachments-by-address", ATTACHMENTS, Attachment::ips);
    /** Attachments of a pod. */
    public static final Index<PodKey, AttachmentKey, Attachment> ATTACHMENTS_BY_POD =
            Index.of("attachments-by-pod", ATTACHMENTS, row -> Set.of(row.pod()));

    /**
     * Addresses that an attachment has given back, with the time, so that they are given again as late as possible. By CNI;
     * survives a restart in external_ids of the node's integration bridge.
     */
    public static final Table<NodeAddress, Instant> FREED_ADDRESSES = Table.named("freed-addresses");
    /** How {@link #FREED_ADDRESSES} is kept: this and the address is the key, seconds since 1970 are the value. */
    public static final String FREED_KEY = "karst-freed-";
    /** An IPv6 subnet never runs out of fresh addresses: rows are removed after this, or they would pile up. */
    public static final Duration FREED_IPV6_KEPT = Duration.ofHours(1);

    /** Rows of the Interface table of each node's Open vSwitch. */
    public static final Table<PortKey, Interface> INTERFACES = Table.named("interfaces");

    /** The links of pods that the host driver has made, or could not make, by the node's end. */
    public static final Table<PortKey, LinkState> LINKS = Table.named("links");

    /** The integration bridges that are connected by OpenFlow, by node. */
    public static final Table<String, SwitchConnection> SWITCHES = Table.named("switches");

    /** What the last verification of each connected integration bridge found, by node. By the OpenFlow driver. */
    public static final Table<String, FlowDrift> DRIFT = Table.named("flow-drift");

    /**
     * How far each watch has been read: metadata.resourceVersion of the last object, list or bookmark whose rows are in the
     * tables, by the name of the source. From the Kubernetes API; no rule has a reason to read it.
     */
    public static final Table<String, String> POSITIONS = Table.named("positions");

    /**
     * The sources that have told all that they knew at their start, by name. A rule that would do harm while it sees but a part
     * of the world reads here whether it sees all: what it wanted before a restart stays until then.
     */
    public static final Table<String, Boolean> SYNCED = Table.named("synced-sources");

    /**
     * The sources that cannot hear their part of the world now, by name, with a sentence: the tables hold what they heard last. By each
     * source itself; no rule has a reason to read it.
     */
    public static final Table<String, String> TROUBLE = Table.named("source-trouble");

    /** The one row {@link #LEADER_KEY} while this process leads. By the driver of {@link LeaseItem}. */
    public static final Table<String, Leadership> LEADER = Table.named("leader");
    /** The key of the one row of {@link #LEADER}. */
    public static final String LEADER_KEY = "leader";

    /** The verdict queries of the features that are bound, by feature and place ({@link Feature#verdicts}). */
    public static final Table<String, Query<Subject, Long>> VERDICTS = Table.named("verdict-queries");

    /** The judges of the features that are bound, by feature and place; {@link Judge#ask} asks them in order. */
    public static final Table<String, Judge> JUDGES = Table.named("judges");

    /** What features rehearse that are bound, by feature and place; {@link Rehearsal#ask} asks them in order. */
    public static final Table<String, Rehearsal> REHEARSALS = Table.named("rehearsals");

    /** The integration bridge's name, as in OVN-Kubernetes. */
    public static final String INTEGRATION_BRIDGE = "br-int";
    /** The external bridge's name, as in OVN-Kubernetes. */
    public static final String EXTERNAL_BRIDGE = "br-ex";

    private World() {}
}
