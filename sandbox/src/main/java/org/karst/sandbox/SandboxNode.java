package org.karst.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A node: a network namespace with Open vSwitch, whose {@code br-ex} owns the uplink and the node's addresses.
 *
 * @param name also the name of the Kubernetes Node object
 * @param number from 1
 * @param place namespace and addresses
 * @param directory of its sockets, databases and logs
 * @param mac of {@code br-ex}
 * @param podCidrs the subnets of its pods, of the sandbox's families
 * @param labels of the Node object
 */
public record SandboxNode(
        String name,
        int number,
        Place place,
        Path directory,
        String mac,
        List<String> podCidrs,
        Map<String, String> labels) {
    /** The name of the control socket of each node's ovs-vswitchd, in the node's directory. */
    public static final String CONTROL_SOCKET = "ovs-vswitchd.ctl";

    static final String OUTSIDE_IPV4 = "172.18.255.254";
    static final String OUTSIDE_IPV6 = "fd00:18::ffff";
    static final int PREFIX_IPV4 = 16;
    static final int PREFIX_IPV6 = 64;
    /** From RFC 2544, like the nodes' ends of the management links: never the address of anything real. */
    static final String CONTROLLER_ADDRESS = "198.18.0.1";

    static SandboxNode of(SandboxSettings settings, int number, NodePlan plan) {
        Families families = settings.families();
        Place place = new Place(
                plan.name(),
                settings.namespace(plan.name()),
                families.four() ? Optional.of(plan.ipv4()) : Optional.empty(),
                families.six() ? Optional.of(plan.ipv6()) : Optional.empty());
        Map<String, String> labels = new TreeMap<>(plan.labels());
        labels.putIfAbsent("kubernetes.io/hostname", plan.name());
        labels.putIfAbsent("kubernetes.io/os", "linux");
        return new SandboxNode(
                plan.name(),
                number,
                place,
                settings.state().resolve("nodes").resolve(plan.name()),
                String.format("02:00:ac:12:01:%02x", number),
                plan.podCidrs().stream()
                        .filter(cidr -> cidr.contains(":") ? families.six() : families.four())
                        .toList(),
                labels);
    }

    /** The name of the links that lead to it, in the underlay and at the controller; a node's own name may be too long. */
    String link() {
        return "node" + number;
    }

    /** Unix socket of the node's ovsdb-server. */
    public Path database() {
        return directory.resolve("db.sock");
    }

    /** Unix socket on which the server answers the CNI plugin for this node. */
    public Path cniSocket() {
        return directory.resolve("cni.sock");
    }

    /** Where the server listens for OpenFlow, as the {@code target} of a controller of this node's bridges. */
    public String openFlowTarget() {
        return "tcp:" + CONTROLLER_ADDRESS + ":6653";
    }

    /** The node's end of its management link to the controller. */
    String managementAddress() {
        return "198.18.1." + number;
    }
}
