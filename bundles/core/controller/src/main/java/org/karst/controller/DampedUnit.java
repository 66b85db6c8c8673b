package org.karst.controller;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A unit that chases its own echo: what it wants comes back as facts that change what it wants. It is slowed down.
 *
 * @param rule the name of the rule
 * @param key the key of the unit
 * @param drivers whose facts are the echo
 * @param times how often it was held, without being calm in between
 * @param held whether it keeps its items now whatever changes; else it was released and is watched
 * @param until when it is released, or no longer watched
 */
public record DampedUnit(String rule, String key, List<String> drivers, int times, boolean held, Instant until) {
    public DampedUnit {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(until, "until");
        drivers = List.copyOf(drivers);
    }
}
