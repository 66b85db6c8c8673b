package org.karst.host;

import org.karst.model.Ip;

/**
 * A neighbour entry of Karst that the kernel resolves by itself and probes again before it grows stale (NTF_EXT_MANAGED, Linux
 * 5.16). An older kernel resolves it once each time it is asked for.
 *
 * @param link index of the link
 * @param address the neighbour's IP address
 */
public record ManagedNeighbour(int link, Ip address) {
    @Override
    public String toString() {
        return address + " dev " + link + " managed";
    }
}
