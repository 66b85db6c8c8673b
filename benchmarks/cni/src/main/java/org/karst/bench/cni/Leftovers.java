package org.karst.bench.cni;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts what is on a node after containers went and was not before they came, and the other way around. */
final class Leftovers {
    private final SortedMap<String, Integer> counts = new TreeMap<>();

    void add(NodeState before, NodeState after) {
        after.things().forEach((kind, names) -> {
            SortedSet<String> more = new TreeSet<>(names);
            more.removeAll(before.things().get(kind));
            SortedSet<String> less = new TreeSet<>(before.things().get(kind));
            less.removeAll(names);
            more.forEach(name -> System.err.println("left: " + kind + ": " + name));
            less.forEach(name -> System.err.println("lost: " + kind + ": " + name));
            counts.merge(kind, more.size() + less.size(), Integer::sum);
        });
    }

    /** By kind of thing. */
    SortedMap<String, Integer> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }
}
