package org.karst.host;

import org.karst.model.Ip;
import org.karst.model.MacAddress;

/**
 * An entry of the ARP or neighbour discovery table (RTM_NEWNEIGH).
 *
 * @param link index of the link
 * @param address the neighbour's IP address
 * @param mac its Ethernet address
 * @param permanent never expires and is never probed
 */
public record Neighbour(int link, Ip address, MacAddress mac, boolean permanent) {
    @Override
    public String toString() {
        return address + " lladdr " + mac + " dev " + link + (permanent ? " nud permanent" : "");
    }
}
