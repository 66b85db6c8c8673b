package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.incremental.Engine;
import org.karst.pipeline.World;

/** Who fills tables, and who of them has told all that it knew at its start, which is a fact too. */
final class Sources {
    private final Engine engine;
    private final SortedSet<String> expected = new TreeSet<>();
    private final SortedSet<String> synced = new TreeSet<>();

    Sources(Engine engine) {
        this.engine = engine;
    }

    void expect(String source) {
        expected.add(source);
        synced.remove(source);
        engine.remove(World.SYNCED, source);
    }

    void synced(String source) {
        expected.add(source);
        synced.add(source);
        engine.put(World.SYNCED, source, true);
    }

    void forget(String source) {
        expected.remove(source);
        synced.remove(source);
        engine.remove(World.SYNCED, source);
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
