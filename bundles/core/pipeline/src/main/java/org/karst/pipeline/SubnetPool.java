package org.karst.pipeline;

import java.util.Objects;
import org.karst.model.Cidr;
import org.karst.model.Family;

/**
 * One entry of {@code clusterNetwork[]}: addresses of pods, given to nodes in subnets of one size.
 *
 * @param cidr {@code cidr}
 * @param hostPrefix {@code hostPrefix}: the prefix length of a node's subnet
 */
public record SubnetPool(Cidr cidr, int hostPrefix) {
    private static final int IPV4_HOST_PREFIX = 23;
    private static final int IPV6_HOST_PREFIX = 64;

    public SubnetPool {
        Objects.requireNonNull(cidr, "cidr");
        // Network, gateway, management port and one pod.
        int longest = cidr.family().bits() - 2;
        if (hostPrefix < cidr.length() || hostPrefix > longest) {
            throw new IllegalArgumentException("hostPrefix of clusterNetwork " + cidr + " must be " + cidr.length()
                    + " to " + longest + ", not " + hostPrefix);
        }
    }

    /** A pool with the usual subnets: /23, and /64 for IPv6; smaller pools are one subnet. */
    public static SubnetPool of(Cidr cidr) {
        int usual = cidr.family() == Family.IPV4 ? IPV4_HOST_PREFIX : IPV6_HOST_PREFIX;
        return new SubnetPool(cidr, Math.max(usual, cidr.length()));
    }

    /**
     * Reads {@code address/length} or {@code address/length/hostPrefix}, as 10.128.0.0/14/23.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text
     */
    public static SubnetPool parse(String text) {
        int last = text.lastIndexOf('/');
        if (text.indexOf('/') == last) {
            return of(Cidr.parse(text));
        }
        String hostPrefix = text.substring(last + 1);
        if (!hostPrefix.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a clusterNetwork: expected cidr/hostPrefix, as 10.128.0.0/14/23");
        }
        return new SubnetPool(Cidr.parse(text.substring(0, last)), Integer.parseInt(hostPrefix));
    }

    @Override
    public String toString() {
        return cidr + "/" + hostPrefix;
    }
}
