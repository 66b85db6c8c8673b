package org.karst.incremental.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The graph of definitions: who ever read whom. */
final class Ranks {
    private Ranks() {}

    /**
     * Notes that one definition reads another and lifts the reader, and all that read it, above what is read.
     *
     * @return the definitions of the cycle that this would close, in the order of reading, or empty if all is well
     */
    static List<DerivedDefinition> note(DerivedDefinition reader, DerivedDefinition read) {
        if (reader.reads.contains(read)) {
            return List.of();
        }
        List<DerivedDefinition> cycle = path(read, reader);
        if (cycle.isEmpty()) {
            reader.reads.add(read);
            read.readBy.add(reader);
            lift(reader, read.rank + 1);
        }
        return cycle;
    }

    /** Forgets a definition that nobody reads any more. */
    static void drop(DerivedDefinition definition) {
        definition.reads.forEach(read -> read.readBy.remove(definition));
        definition.readBy.forEach(reader -> reader.reads.remove(definition));
    }

    private static void lift(DerivedDefinition definition, int rank) {
        if (definition.rank < rank) {
            definition.rank = rank;
            definition.readBy.forEach(reader -> lift(reader, rank + 1));
        }
    }

    private static List<DerivedDefinition> path(DerivedDefinition from, DerivedDefinition to) {
        Map<DerivedDefinition, DerivedDefinition> cameFrom = new HashMap<>();
        List<DerivedDefinition> found = new ArrayList<>(List.of(from));
        cameFrom.put(from, from);
        for (int i = 0; i < found.size(); i++) {
            DerivedDefinition here = found.get(i);
            if (here == to) {
                List<DerivedDefinition> path = new ArrayList<>(List.of(to));
                while (path.get(0) != from) {
                    path.add(0, cameFrom.get(path.get(0)));
                }
                return path;
            }
            for (DerivedDefinition next : here.reads) {
                if (cameFrom.putIfAbsent(next, here) == null) {
                    found.add(next);
                }
            }
        }
        return List.of();
    }

    /** A cycle as a sentence that is the same wherever it was entered. */
    static String sentence(List<DerivedDefinition> cycle) {
        int start = 0;
        for (int i = 1; i < cycle.size(); i++) {
            if (cycle.get(i).name.compareTo(cycle.get(start).name) < 0) {
                start = i;
            }
        }
        StringBuilder text = new StringBuilder("definitions read each other in a cycle: ");
        for (int i = 0; i <= cycle.size(); i++) {
            text.append(i == 0 ? "" : " → ").append(cycle.get((start + i) % cycle.size()).name);
        }
        return text.toString();
    }
}
