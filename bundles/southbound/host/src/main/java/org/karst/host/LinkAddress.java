package org.karst.host;

import java.net.InetAddress;

/**
 * An IP address of a link. IPv6 addresses are added without duplicate address detection: the allocator guarantees that
 * they are unique, and a tentative address would refuse traffic for a second.
 *
 * @param link index of the link
 * @param address IPv4 or IPv6
 * @param prefixLength bits of the subnet that is reachable on the link: 0–32 or 0–128
 */
public record LinkAddress(int link, InetAddress address, int prefixLength) {
    public LinkAddress {
        Route.requirePrefix(address, prefixLength);
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength + " dev " + link;
    }
}
