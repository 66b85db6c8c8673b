package org.karst.host;

import java.util.Optional;
import java.util.OptionalInt;
import org.karst.model.MacAddress;

/**
 * A pair of connected Ethernet links (veth(4)) to create in one request: no end ever exists without its name, address, MTU
 * or namespace, and none has to be moved, which costs the kernel a grace period. Both ends are down: the kernel opens a veth
 * only once it has its peer.
 *
 * @param here the end in the namespace of the netlink socket
 * @param there the other end, in the same or another namespace
 */
public record VethPair(End here, End there) {
    public VethPair {
        if (here.namespace().isPresent()) {
            throw new IllegalArgumentException(
                    "the first end of " + here.name() + " is made where the netlink socket is; it names no namespace");
        }
    }

    /**
     * One end.
     *
     * @param name link name, unique in its namespace
     * @param namespace where it is; empty: where the netlink socket is
     * @param mac empty: the kernel draws one
     * @param mtu in bytes, 68 to 65535; empty: 1500
     */
    public record End(String name, Optional<NetworkNamespace> namespace, Optional<MacAddress> mac, OptionalInt mtu) {
        public End {
            Link.requireName(name);
        }

        public static End named(String name) {
            return new End(name, Optional.empty(), Optional.empty(), OptionalInt.empty());
        }

        public End in(NetworkNamespace place) {
            return new End(name, Optional.of(place), mac, mtu);
        }

        public End withMac(MacAddress address) {
            return new End(name, namespace, Optional.of(address), mtu);
        }

        public End withMtu(int bytes) {
            return new End(name, namespace, mac, OptionalInt.of(bytes));
        }
    }
}
