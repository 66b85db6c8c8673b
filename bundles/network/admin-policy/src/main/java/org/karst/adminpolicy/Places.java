package org.karst.adminpolicy;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Gives the rules of a lane their places: numbers that grow in the order in which rules are asked. Each priority has room for {@value
 * #ROOM} rules of its own, so a policy that comes or goes moves no other; only where policies of one priority need more do they take
 * room of the next.
 */
final class Places {
    /** How many rules a priority has room for: two ClusterNetworkPolicies that are full. */
    static final int ROOM = 64;

    /** How many there are. */
    static final int ALL = ROOM * (AdminPolicy.LAST + 1);

    private Places() {}

    /**
     * The place of each policy's first rule.
     *
     * @param rules how many rules each policy has
     * @throws IllegalArgumentException if there are more rules than places
     */
    static SortedMap<Precedence, Integer> of(SortedMap<Precedence, Integer> rules) {
        List<Precedence> order = new ArrayList<>(rules.keySet());
        int[] places = new int[order.size()];
        int free = 0;
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.max(free, ROOM * order.get(i).priority());
            free = places[i] + rules.get(order.get(i));
        }
        int end = ALL;
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = Math.min(places[i], end - rules.get(order.get(i)));
            end = places[i];
        }
        if (end < 0) {
            throw new IllegalArgumentException("cluster policies of one tier have more than " + ALL
                    + " rules in one direction; the switch has room for no more");
        }
        SortedMap<Precedence, Integer> first = new TreeMap<>();
        for (int i = 0; i < places.length; i++) {
            first.put(order.get(i), places[i]);
        }
        return first;
    }
}
