package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who fills tables, and who of them has told all that it knew at its start. */
final class Sources {
    private final SortedSet<String> expected = new TreeSet<>();
    private final SortedSet<String> synced = new TreeSet<>();

    void expect(String source) {
        expected.add(source);
        synced.remove(source);
    }

    void synced(String source) {
        expected.add(source);
        synced.add(source);
    }

    void forget(String source) {
        expected.remove(source);
        synced.remove(source);
    }

    /** Who has not been heard yet. */
    List<String> silent() {
        List<String> silent = new ArrayList<>(expected);
        silent.removeAll(synced);
        return silent;
    }

    boolean known(String source) {
        return expected.contains(source);
    }
}
