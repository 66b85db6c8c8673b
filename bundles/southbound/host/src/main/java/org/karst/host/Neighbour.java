package org.karst.host;

import java.net.InetAddress;

/**
 * An entry of the ARP or neighbour discovery table (RTM_NEWNEIGH).
 *
 * @param link index of the link
 * @param address the neighbour's IP address
 * @param mac its Ethernet address in colon notation
 * @param permanent never expires and is never probed
 */
public record Neighbour(int link, InetAddress address, String mac, boolean permanent) {
    @Override
    public String toString() {
        return address.getHostAddress() + " lladdr " + mac + " dev " + link + (permanent ? " nud permanent" : "");
    }
}
