package org.karst.controller.internal;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.karst.incremental.Engine;
import org.karst.pipeline.World;

/** Who fills tables, and who of them has told all that it knew at its start, which is a fact too. */
final class Sources {
    private final Engine engine;
    private final SortedSet<String> expected = new TreeSet<>();
    private final SortedSet<String> silent = new TreeSet<>();

    Sources(Engine engine) {
        this.engine = engine;
    }

    void expect(String source) {
        expected.add(source);
        silent.add(source);
        engine.remove(World.SYNCED, source);
    }

    void synced(String source) {
        expected.add(source);
        silent.remove(source);
        engine.put(World.SYNCED, source, true);
    }

    void forget(String source) {
        expected.remove(source);
        silent.remove(source);
        engine.remove(World.SYNCED, source);
    }

    /** Who has not been heard yet. */
    SortedSet<String> silent() {
        return Collections.unmodifiableSortedSet(silent);
    }

    boolean known(String source) {
        return expected.contains(source);
    }
}
