package org.karst.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a node of a sandbox shall be.
 *
 * @param name of the Kubernetes Node object: a DNS label of at most 40 characters, because paths of unix sockets are short
 * @param ipv4 its address on the underlay, in 172.18.0.0/16
 * @param ipv6 its address on the underlay, in fd00:18::/64
 * @param podCidrs the subnets of its pods, {@code spec.podCIDRs}; those of absent families are left out. Empty: Karst allocates them
 * @param labels of the Node object, beside {@code kubernetes.io/hostname} and {@code kubernetes.io/os}
 */
public record NodePlan(String name, String ipv4, String ipv6, List<String> podCidrs, Map<String, String> labels) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");

    public NodePlan {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name of a node: 1 to 40 lower-case letters, digits and dashes");
        }
        podCidrs = List.copyOf(podCidrs);
        labels = Map.copyOf(labels);
    }

    /** {@code node-1} to {@code node-N}, which get their subnets from Karst. */
    static List<NodePlan> numbered(int count) {
        List<NodePlan> plans = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            plans.add(new NodePlan(
                    "node-" + number,
                    "172.18.1." + number,
                    "fd00:18::1:" + Integer.toHexString(number),
                    List.of(),
                    Map.of()));
        }
        return plans;
    }
}
