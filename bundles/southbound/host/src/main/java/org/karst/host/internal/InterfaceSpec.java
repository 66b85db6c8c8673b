package org.karst.host.internal;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a link of ours has to be.
 *
 * @param name of the link
 * @param mac in colon notation; empty: whatever it has
 * @param mtu in bytes
 * @param addresses all of its addresses, apart from link-local ones, which the kernel manages
 * @param routes the routes over it that we install
 * @param neighbours the neighbours on it that we install for good
 */
record InterfaceSpec(
        String name,
        Optional<String> mac,
        int mtu,
        List<Address> addresses,
        List<Via> routes,
        List<Permanent> neighbours) {

    /** An address with the prefix that is on the link. */
    record Address(InetAddress address, int prefixLength) {}

    /** A prefix; without a gateway it is on the link. */
    record Via(InetAddress destination, int prefixLength, Optional<InetAddress> gateway) {}

    /** A neighbour that is never asked for. */
    record Permanent(InetAddress address, String mac) {}

    boolean six() {
        return addresses.stream().anyMatch(address -> address.address() instanceof Inet6Address);
    }
}
