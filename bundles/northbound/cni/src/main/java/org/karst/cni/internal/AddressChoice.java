package org.karst.cni.internal;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.pipeline.AttachmentKey;

/**
 * Which address of a subnet a new attachment gets: a pure function of who holds which and which was given back when.
 *
 * <p>An address that was never given back comes first, the lowest one. Then those that were given back, the oldest first: a
 * peer that still speaks to the dead pod should not meet another one. One that was given back less than a minute ago is taken
 * only when no other is left.
 */
final class AddressChoice {
    /** .0 is the subnet, .1 the gateway, .2 the management port, .3 the hybrid overlay's gateway. */
    static final int FIRST = 4;

    private AddressChoice() {}

    /** The address, empty if the subnet is full. */
    static Optional<Ip> choose(
            Cidr subnet,
            Function<? super Ip, Optional<AttachmentKey>> holder,
            Function<? super Ip, Optional<Instant>> freed) {
        Optional<Ip> oldest = Optional.empty();
        Instant since = Instant.MAX;
        for (long offset = FIRST; offset <= last(subnet); offset++) {
            Ip address = subnet.address(offset);
            if (holder.apply(address).isPresent()) {
                continue;
            }
            Optional<Instant> time = freed.apply(address);
            if (time.isEmpty()) {
                return Optional.of(address);
            }
            if (time.get().isBefore(since)) {
                since = time.get();
                oldest = Optional.of(address);
            }
        }
        return oldest;
    }

    /** Whether an attachment may have the address at all. */
    static boolean isGiven(Cidr subnet, Ip address) {
        if (!subnet.contains(address)) {
            return false;
        }
        for (long offset = 0; offset < FIRST && offset < subnet.size(); offset++) {
            if (subnet.address(offset).equals(address)) {
                return false;
            }
        }
        return subnet.family() == Family.IPV6
                || !subnet.address(subnet.size() - 1).equals(address);
    }

    /** The last but one of an IPv4 subnet: its last is the broadcast address (RFC 919). */
    private static long last(Cidr subnet) {
        return subnet.family() == Family.IPV4 ? subnet.size() - 2 : subnet.size() - 1;
    }
}
