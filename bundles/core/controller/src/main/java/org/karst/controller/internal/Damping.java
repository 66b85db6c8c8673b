package org.karst.controller.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.karst.controller.DampedUnit;
import org.karst.incremental.Emission;
import org.karst.incremental.Engine;
import org.karst.incremental.Settlement;
import org.karst.incremental.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slows down units that chase their own echo: a driver makes an item true and reports it as a fact, the fact changes the item,
 * and so on as fast as both can.
 *
 * <p>A unit is suspect when it changed what it wants more than ten times in a second in settlements that only drivers caused.
 * That alone is also what a burst of pods does to a unit that reads all pods of a node. It is an echo if the way is closed: a
 * driver that takes the unit's items is one of those whose facts changed the unit, or other suspects lead from the one to the
 * other. Such a unit is held for a second, twice as long each time that it begins again, at most a minute.
 */
final class Damping {
    /** By the name of the unit. The deadline of a row is that of the hold, or of the watch that follows it. */
    private static final Table<String, DampedUnit> DAMPED = Table.named("damped-units");

    private static final Logger LOG = LoggerFactory.getLogger(Damping.class);
    private static final int MOST_IN_A_WINDOW = 10;
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** A unit that is calm for so many pauses after its release is forgotten. */
    private static final int CALM_PAUSES = 2;

    private final Drivers drivers;
    private final Deadlines deadlines;
    private final Map<Name, Suspect> window = new HashMap<>();
    private Instant windowEnd = Instant.MIN;
    private final Map<Name, DampedUnit> held = new HashMap<>();
    private final AtomicLong holds = new AtomicLong();

    /** Of a unit. */
    private record Name(String rule, Object key) {
        String text() {
            return rule + ' ' + key;
        }
    }

    /** What is known of a unit in the present window. */
    private static final class Suspect {
        private int count;
        private final SortedSet<String> changedBy = new TreeSet<>();
        private final Set<String> takenBy = new HashSet<>();
    }

    Damping(Drivers drivers, Deadlines deadlines) {
        this.drivers = drivers;
        this.deadlines = deadlines;
    }

    /**
     * Looks at a settlement that facts of drivers alone have caused.
     *
     * @param causes these drivers, with the tables that they wrote
     * @return whether a unit is now held
     */
    boolean settled(Settlement settlement, SortedMap<String, SortedSet<String>> causes, Engine engine, Instant now) {
        if (settlement.emissions().isEmpty()) {
            return false;
        }
        // The second condition: the clock was set back.
        if (!now.isBefore(windowEnd) || now.plus(WINDOW).isBefore(windowEnd)) {
            window.clear();
            windowEnd = now.plus(WINDOW);
        }
        boolean any = false;
        for (Emission emission : settlement.emissions()) {
            Name name = new Name(emission.rule(), emission.key());
            Suspect suspect = window.computeIfAbsent(name, unused -> new Suspect());
            suspect.count++;
            if (suspect.count < MOST_IN_A_WINDOW) {
                continue;
            }
            SortedSet<String> changed = engine.changedTables(name.rule(), name.key());
            for (Map.Entry<String, SortedSet<String>> cause : causes.entrySet()) {
                if (!Collections.disjoint(cause.getValue(), changed)) {
                    suspect.changedBy.add(cause.getKey());
                }
            }
            suspect.takenBy.addAll(drivers.takers(engine.items(name.rule(), name.key())));
            if (suspect.count > MOST_IN_A_WINDOW && isEcho(suspect)) {
                hold(name, suspect, engine, now);
                any = true;
            }
        }
        return any;
    }

    /** Whether the drivers that take its items are, in the end, those that change it. */
    private boolean isEcho(Suspect suspect) {
        Set<String> reached = new HashSet<>(suspect.takenBy);
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Suspect other : window.values()) {
                if (other.changedBy.stream().anyMatch(reached::contains)) {
                    grows |= reached.addAll(other.takenBy);
                }
            }
        }
        return suspect.changedBy.stream().anyMatch(reached::contains);
    }

    private void hold(Name name, Suspect suspect, Engine engine, Instant now) {
        int times = engine.row(DAMPED, name.text()).map(DampedUnit::times).orElse(0) + 1;
        Duration pause = pause(times);
        DampedUnit unit = new DampedUnit(
                name.rule(), name.key().toString(), List.copyOf(suspect.changedBy), times, true, now.plus(pause));
        engine.hold(name.rule(), name.key());
        held.put(name, unit);
        holds.incrementAndGet();
        write(name, unit, engine);
        window.remove(name);
        LOG.warn(
                "{} for {} is held for {} s: what it wants comes back as facts of {} and changes it again, more than"
                        + " {} times in a second",
                unit.rule(),
                unit.key(),
                pause.toSeconds(),
                String.join(" and ", unit.drivers()),
                MOST_IN_A_WINDOW);
    }

    private static Duration pause(int times) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(times - 1, 30));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private void write(Name name, DampedUnit unit, Engine engine) {
        engine.put(DAMPED, name.text(), unit);
        deadlines.add(DAMPED, name.text(), unit, unit.until());
    }

    /** Some rows have reached their deadline: releases the units whose hold was among them, and watches them from now on. */
    void expired(Engine engine, Instant now) {
        if (held.isEmpty()) {
            return;
        }
        Map<Name, DampedUnit> over = new HashMap<>(held);
        over.keySet().removeIf(name -> engine.row(DAMPED, name.text()).isPresent());
        over.forEach((name, unit) -> {
            held.remove(name);
            if (engine.release(name.rule(), name.key())) {
                Instant calm = now.plus(pause(unit.times()).multipliedBy(CALM_PAUSES));
                write(name, new DampedUnit(unit.rule(), unit.key(), unit.drivers(), unit.times(), false, calm), engine);
            }
        });
    }

    /** A feature went: holds on to nothing of its code, unless it is held for a while yet. */
    void forget() {
        window.clear();
    }

    /** How often a unit was held since the process started; any thread. */
    long holds() {
        return holds.get();
    }

    /** Those that are held or watched, by name. */
    List<DampedUnit> units(Engine engine) {
        return List.copyOf(engine.rows(DAMPED).values());
    }
}
