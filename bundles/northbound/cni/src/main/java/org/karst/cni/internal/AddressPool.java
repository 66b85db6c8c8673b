package org.karst.cni.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;

/**
 * What is left of a subnet, so that the next address is found without looking at all of them.
 *
 * <p>An address that was never given comes first, the lowest one. Then those that were given back, the oldest first: a peer that
 * still speaks to the dead pod should not meet another one. So one that was given back less than a minute ago is taken only when
 * no other is left.
 *
 * @param next offset of the first address that may never have been given
 * @param freed addresses below that were given back, the oldest first; some of them may be held again because they were asked for.
 *     None of IPv6, whose subnets never run out
 */
record AddressPool(long next, List<Ip> freed) {
    /** .0 is the subnet, .1 the gateway, .2 the management port, .3 the hybrid overlay's gateway. */
    private static final int FIRST = 4;

    /** Nothing was given yet. */
    static final AddressPool FRESH = new AddressPool(FIRST, List.of());

    AddressPool {
        freed = List.copyOf(freed);
    }

    /**
     * An address, and the pool without it.
     *
     * @param address nobody holds it
     * @param rest what is left
     */
    record Choice(Ip address, AddressPool rest) {}

    /** A pool of which nothing is known but what was given back. */
    static AddressPool of(Cidr subnet, SortedMap<Ip, Instant> freed) {
        List<Ip> oldestFirst = subnet.family() == Family.IPV6
                ? List.of()
                : freed.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey)
                        .toList();
        return new AddressPool(FIRST, oldestFirst);
    }

    /**
     * The next address, empty if the subnet is full.
     *
     * @param held whether an attachment has the address
     * @param known whether it was given back, as far as that is remembered
     */
    Optional<Choice> choose(Cidr subnet, Predicate<? super Ip> held, Predicate<? super Ip> known) {
        for (long offset = next; offset <= last(subnet); offset++) {
            Ip address = subnet.address(offset);
            if (!known.test(address) && !held.test(address)) {
                return Optional.of(new Choice(address, new AddressPool(offset + 1, freed)));
            }
        }
        for (Ip address : freed) {
            if (!held.test(address)) {
                return Optional.of(new Choice(address, new AddressPool(last(subnet) + 1, without(address))));
            }
        }
        return Optional.empty();
    }

    private List<Ip> without(Ip address) {
        List<Ip> others = new ArrayList<>(freed);
        others.remove(address);
        return others;
    }

    /** The pool with an address that was given back just now. */
    AddressPool with(Ip address) {
        if (address.family() == Family.IPV6) {
            return this;
        }
        List<Ip> more = without(address);
        more.add(address);
        return new AddressPool(next, more);
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
