package org.karst.bench.cni;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What is on a node: names of things, by kind of thing.
 *
 * @param things for example {@code ports} and their names
 */
record NodeState(Map<String, SortedSet<String>> things) {
    NodeState {
        things = new TreeMap<>(things);
    }
}
