package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.karst.incremental.Change;
import org.karst.incremental.Engine;
import org.karst.incremental.Item;
import org.karst.incremental.Settlement;
import org.karst.pipeline.Batch;
import org.karst.pipeline.Driver;
import org.karst.pipeline.Durations;
import org.karst.pipeline.PlacedItem;
import org.karst.pipeline.Pruning;
import org.karst.pipeline.Response;
import org.karst.pipeline.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The drivers that are bound, what each was told last, and what each target has acknowledged. */
final class Drivers {
    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

    private final Map<Class<? extends Item>, Driver> byItem = new HashMap<>();
    private final SortedMap<String, Driver> byName = new TreeMap<>();
    private final SortedMap<Target, Long> changed = new TreeMap<>();
    private final SortedMap<Target, Long> acknowledged = new TreeMap<>();
    private final Reactions reactions;
    private Pruning pruning = Pruning.NOTHING;

    Drivers(Reactions reactions) {
        this.reactions = reactions;
    }

    /**
     * Adds a driver and tells it all that it shall make true.
     *
     * @param expect told first which sources come with these items, by name with the node
     */
    void bind(Driver driver, Engine engine, Consumer<Map<String, String>> expect) {
        for (Class<? extends Item> type : driver.items()) {
            Driver other = byItem.putIfAbsent(type, driver);
            if (other != null) {
                throw new IllegalStateException("driver " + driver.name() + " takes " + type.getSimpleName() + ", but "
                        + other.name() + " does");
            }
        }
        byName.put(driver.name(), driver);
        Part all = new Part();
        Map<String, String> sources = new TreeMap<>();
        for (Item item : engine.items()) {
            if (byItem.get(item.getClass()) == driver) {
                all.add(Change.added(item), item);
                driver.sources(item).forEach(source -> sources.put(source, place(item)));
            }
        }
        expect.accept(sources);
        send(driver, engine.revision(), all);
    }

    void unbind(Driver driver) {
        byItem.values().removeIf(other -> other == driver);
        byName.remove(driver.name(), driver);
        reactions.forget(driver.name());
        changed.keySet().removeIf(target -> target.driver().equals(driver.name()));
        acknowledged.keySet().removeIf(target -> target.driver().equals(driver.name()));
    }

    /**
     * Hands the differences of a settlement to those whom they concern.
     *
     * @param since when the event was posted that the settlement is due to, in {@link System#nanoTime}
     * @param expect told first which sources come with new items, by name with the node
     */
    void settled(Settlement settlement, long since, Consumer<Map<String, String>> expect) {
        Map<Driver, Part> parts = new LinkedHashMap<>();
        Map<String, String> sources = new TreeMap<>();
        for (Change change : settlement.changes()) {
            Item item = change.after() == null ? change.before() : change.after();
            Driver driver = byItem.get(item.getClass());
            if (driver != null) {
                parts.computeIfAbsent(driver, key -> new Part()).add(change, item);
                if (change.before() == null) {
                    driver.sources(item).forEach(source -> sources.put(source, place(item)));
                }
            }
        }
        expect.accept(sources);
        parts.forEach((driver, part) -> {
            part.places.forEach(
                    place -> reactions.changed(new Target(driver.name(), place), settlement.revision(), since));
            send(driver, settlement.revision(), part);
        });
    }

    /** What one driver is told at once, and of which places it is. */
    private static final class Part {
        private final List<Change> changes = new ArrayList<>();
        private final Set<String> places = new HashSet<>();

        void add(Change change, Item item) {
            changes.add(change);
            places.add(place(item));
        }
    }

    /** The names of the drivers that take some items. */
    SortedSet<String> takers(List<Item> items) {
        SortedSet<String> takers = new TreeSet<>();
        for (Item item : items) {
            Driver driver = byItem.get(item.getClass());
            if (driver != null) {
                takers.add(driver.name());
            }
        }
        return takers;
    }

    /** Tells everybody what may be removed, if that is news. */
    void prune(Pruning news, long revision) {
        if (news.equals(pruning)) {
            return;
        }
        pruning = news;
        byName.values().forEach(driver -> send(driver, revision, new Part()));
    }

    private void send(Driver driver, long revision, Part part) {
        part.places.forEach(place -> changed.put(new Target(driver.name(), place), revision));
        try {
            driver.apply(new Batch(revision, part.changes, pruning));
        } catch (RuntimeException e) {
            LOG.error("driver {} failed to take revision {}", driver.name(), revision, e);
        }
    }

    private static String place(Item item) {
        return item instanceof PlacedItem placed ? placed.node() : "";
    }

    /** The last revision in which something changed, for each target. */
    SortedMap<Target, Long> changed() {
        return changed;
    }

    void acknowledge(Target target, long revision, long now) {
        reactions.acknowledged(target, revision, now);
        acknowledged.merge(target, revision, Math::max);
    }

    SortedMap<Target, Long> acknowledged() {
        return acknowledged;
    }

    SortedSet<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    SortedMap<String, SortedMap<String, Durations>> times() {
        SortedMap<String, SortedMap<String, Durations>> times = new TreeMap<>();
        byName.forEach((name, driver) -> times.put(name, driver.times()));
        return times;
    }

    /** Gives each response to the driver that can do it, if there is one. */
    void send(List<? extends Response> responses) {
        for (Response response : responses) {
            for (Driver driver : byName.values()) {
                if (response.give(driver)) {
                    break;
                }
            }
        }
    }
}
