package org.karst.host;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the nodes of this process are, and what their datapath needs.
 *
 * @param namespace path of a node's network namespace, in which {@code {node}} stands for the node's name; empty: the namespace of
 *     this process, which then serves one node
 * @param softwareChecksums whether packets leave containers with their checksums computed. The userspace datapath of Open
 *     vSwitch needs it, since it takes them from raw sockets; for the kernel's it is a waste
 */
public record HostSettings(String namespace, boolean softwareChecksums) {
    private static final String PLACEHOLDER = "{node}";

    public HostSettings {
        Objects.requireNonNull(namespace, "namespace");
        if (!namespace.isEmpty() && !(namespace.startsWith("/") && namespace.contains(PLACEHOLDER))) {
            throw new IllegalArgumentException("namespace has to be an absolute path with " + PLACEHOLDER
                    + " in it, as /run/netns/{node}, or empty; it is '" + namespace + "'");
        }
    }

    /** One node: this machine itself. */
    public static HostSettings ofThisMachine(boolean softwareChecksums) {
        return new HostSettings("", softwareChecksums);
    }

    /** Opens the namespace of a node. */
    public NetworkNamespace open(String node) throws HostException {
        if (namespace.isEmpty()) {
            return NetworkNamespace.current();
        }
        if (node.contains("/") || node.startsWith(".")) {
            throw new HostException("'" + node + "' is no name of a node");
        }
        return NetworkNamespace.open(Path.of(namespace.replace(PLACEHOLDER, node)));
    }
}
