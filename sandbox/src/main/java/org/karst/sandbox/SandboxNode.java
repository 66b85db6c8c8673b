package org.karst.sandbox;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A node: a network namespace with Open vSwitch, whose {@code br-ex} owns the uplink and the node's addresses.
 *
 * @param name also the name of the Kubernetes Node object
 * @param number from 1
 * @param place namespace and addresses
 * @param directory of its sockets, databases and logs
 * @param mac of {@code br-ex}
 */
public record SandboxNode(String name, int number, Place place, Path directory, String mac) {
    static final String OUTSIDE_IPV4 = "172.18.0.2";
    static final String OUTSIDE_IPV6 = "fd00:18::2";
    static final int PREFIX_IPV4 = 16;
    static final int PREFIX_IPV6 = 64;
    /** From RFC 2544, like the nodes' ends of the management links: never the address of anything real. */
    static final String CONTROLLER_ADDRESS = "198.18.0.1";

    static SandboxNode of(SandboxSettings settings, int number) {
        String name = "node-" + number;
        Place place = new Place(
                name,
                settings.namespace(name),
                settings.families().four() ? Optional.of("172.18.1." + number) : Optional.empty(),
                settings.families().six()
                        ? Optional.of("fd00:18::1:" + Integer.toHexString(number))
                        : Optional.empty());
        return new SandboxNode(
                name,
                number,
                place,
                settings.state().resolve("nodes").resolve(name),
                String.format("02:00:ac:12:01:%02x", number));
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
