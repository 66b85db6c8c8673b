package org.karst.host;

import java.util.Objects;
import org.karst.model.InterfaceAddress;

/**
 * An IP address of a link. IPv6 addresses are added without duplicate address detection: the allocator guarantees that
 * they are unique, and a tentative address would refuse traffic for a second.
 *
 * @param link index of the link
 * @param address the address with the length of the subnet that is reachable on the link
 * @param protocol who added it (IFA_PROTO): {@link Route#KARST}, or 0 when nobody said so; kernels before 5.18 do not keep it
 */
public record LinkAddress(int link, InterfaceAddress address, int protocol) {
    public LinkAddress {
        Objects.requireNonNull(address, "address");
    }

    /** An address that nobody claims. */
    public static LinkAddress of(int link, InterfaceAddress address) {
        return new LinkAddress(link, address, 0);
    }

    /** An address that is marked as ours. */
    public static LinkAddress ours(int link, InterfaceAddress address) {
        return new LinkAddress(link, address, Route.KARST);
    }

    @Override
    public String toString() {
        return address + " dev " + link + (protocol == 0 ? "" : " proto " + protocol);
    }
}
