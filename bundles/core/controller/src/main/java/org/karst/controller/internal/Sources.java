package org.karst.controller.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.incremental.Engine;
import org.karst.pipeline.World;

/** Who fills tables, and who of them has told all that it knew at its start, which is a fact too. */
final class Sources {
    /** So long the sources of a node hold back removals everywhere, and from then on there alone. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Engine engine;
    private final Clock clock;
    private final SortedSet<String> expected = new TreeSet<>();
    /** Since when each is expected. */
    private final SortedMap<String, Instant> silent = new TreeMap<>();
    /** The nodes of those that are a node's. */
    private final Map<String, String> nodes = new HashMap<>();

    Sources(Engine engine, Clock clock) {
        this.engine = engine;
        this.clock = clock;
    }

    void expect(String source) {
        expected.add(source);
        silent.putIfAbsent(source, clock.instant());
        engine.remove(World.SYNCED, source);
    }

    /** As {@link #expect(String)}, of a source that is a node's. */
    void expect(String source, String node) {
        nodes.put(source, node);
        expect(source);
    }

    void synced(String source) {
        expected.add(source);
        silent.remove(source);
        engine.put(World.SYNCED, source, true);
    }

    void forget(String source) {
        expected.remove(source);
        silent.remove(source);
        nodes.remove(source);
        engine.remove(World.SYNCED, source);
    }

    /** Who has not been heard yet. */
    SortedSet<String> silent() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(silent.keySet()));
    }

    /** Whether somebody has not been heard for whom all have to wait. */
    boolean holdAll() {
        if (silent.isEmpty()) {
            return false;
        }
        Instant patient = clock.instant().minus(PATIENCE);
        return silent.entrySet().stream()
                .anyMatch(each ->
                        !nodes.containsKey(each.getKey()) || each.getValue().isAfter(patient));
    }

    /** The nodes of those that have not been heard. */
    Set<String> silentNodes() {
        Set<String> silentNodes = new TreeSet<>();
        for (String source : silent.keySet()) {
            if (nodes.containsKey(source)) {
                silentNodes.add(nodes.get(source));
            }
        }
        return silentNodes;
    }

    boolean known(String source) {
        return expected.contains(source);
    }
}
