package org.karst.allocation;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.model.Cidr;
import org.karst.model.Ip;
import org.karst.pipeline.SubnetPool;

/** What is left of the pools while subnets are given out. Belongs to one evaluation. */
final class FreeSubnets {
    /** Disjoint, by first address. */
    private final NavigableMap<Ip, Cidr> taken = new TreeMap<>();

    FreeSubnets(Collection<Cidr> taken) {
        Cidr last = null;
        for (Cidr subnet : new TreeSet<>(taken)) {
            // Sorted by address, then length: whoever contains others comes first.
            if (last == null || !last.contains(subnet)) {
                this.taken.put(subnet.network(), subnet);
                last = subnet;
            }
        }
    }

    /** Takes the first subnet of a pool that overlaps nothing; empty if the pool is exhausted. */
    Optional<Cidr> take(SubnetPool pool) {
        Optional<Ip> start = Optional.of(pool.cidr().network());
        while (start.isPresent() && pool.cidr().contains(start.get())) {
            Cidr candidate = Cidr.around(start.get(), pool.hostPrefix());
            Optional<Cidr> inTheWay = overlapping(candidate);
            if (inTheWay.isEmpty()) {
                taken.put(candidate.network(), candidate);
                return Optional.of(candidate);
            }
            Cidr larger = inTheWay.get().contains(candidate) ? inTheWay.get() : candidate;
            start = larger.following();
        }
        return Optional.empty();
    }

    private Optional<Cidr> overlapping(Cidr candidate) {
        Map.Entry<Ip, Cidr> before = taken.floorEntry(candidate.network());
        if (before != null && before.getValue().overlaps(candidate)) {
            return Optional.of(before.getValue());
        }
        Map.Entry<Ip, Cidr> after = taken.higherEntry(candidate.network());
        return after != null && after.getValue().overlaps(candidate) ? Optional.of(after.getValue()) : Optional.empty();
    }
}
