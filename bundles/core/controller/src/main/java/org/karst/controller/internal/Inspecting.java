package org.karst.controller.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.karst.controller.DampedUnit;
import org.karst.controller.FeatureRemoval;
import org.karst.controller.Inspection;
import org.karst.controller.Recomputation;
import org.karst.controller.StageStatus;
import org.karst.incremental.Conflict;
import org.karst.incremental.Engine;
import org.karst.incremental.Explanation;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;
import org.karst.incremental.Unit;
import org.karst.incremental.View;
import org.karst.pipeline.Durations;
import org.karst.pipeline.Target;
import org.karst.pipeline.Topology;
import org.karst.pipeline.World;

/**
 * What a question may see.
 *
 * @param wanted the names of the features that must be bound
 */
record Inspecting(
        Engine engine, Features registry, Drivers makers, Sources sources, Damping damping, Set<String> wanted)
        implements Inspection {
    @Override
    public <T> T read(Function<? super View, ? extends T> question) {
        return engine.read(question);
    }

    @Override
    public List<Item> items() {
        return engine.items();
    }

    @Override
    public List<Item> itemsInNoOrder() {
        return engine.itemsInNoOrder();
    }

    @Override
    public Optional<Item> item(Object identity) {
        return engine.item(identity);
    }

    @Override
    public Engine anew() {
        return engine.anew();
    }

    @Override
    public SortedMap<String, FeatureRemoval> removals() {
        return registry.removals();
    }

    @Override
    public Optional<Recomputation> recomputation() {
        return engine.row(Recomputing.LAST, Recomputing.KEY);
    }

    @Override
    public Optional<Explanation> why(Object identity) {
        return engine.why(identity);
    }

    @Override
    public long revision() {
        return engine.revision();
    }

    @Override
    public int cells() {
        return engine.cells();
    }

    @Override
    public SortedMap<String, Integer> cellsByDefinition() {
        return engine.cellsByDefinition();
    }

    @Override
    public SortedMap<String, Long> evaluations() {
        return engine.evaluations();
    }

    @Override
    public List<Failure> failures() {
        return engine.failures();
    }

    @Override
    public List<Conflict> conflicts() {
        return engine.conflicts();
    }

    @Override
    public List<StageStatus> stages() {
        return registry.stages();
    }

    @Override
    public SortedSet<String> features() {
        return registry.names();
    }

    @Override
    public SortedSet<String> drivers() {
        return makers.names();
    }

    @Override
    public SortedMap<String, SortedMap<String, Durations>> driverTimes() {
        return makers.times();
    }

    @Override
    public SortedMap<Target, Long> changed() {
        return present(makers.changed());
    }

    @Override
    public SortedMap<Target, Long> acknowledged() {
        return present(makers.acknowledged());
    }

    /** Whether a node that left the cluster heard of its end is nobody's business. */
    private SortedMap<Target, Long> present(Map<Target, Long> all) {
        Set<String> nodes = engine.read(view -> view.get(Topology.NODE_NAMES, Unit.UNIT));
        SortedMap<Target, Long> present = new TreeMap<>(all);
        present.keySet().removeIf(target -> !target.place().isEmpty() && !nodes.contains(target.place()));
        return present;
    }

    @Override
    public List<String> notReady() {
        List<String> reasons = new ArrayList<>();
        sources.silent().forEach(source -> reasons.add("nothing heard yet from " + source));
        engine.rows(World.TROUBLE).values().forEach(reasons::add);
        wanted.stream()
                .filter(name -> !registry.names().contains(name))
                .sorted()
                .forEach(name -> reasons.add("feature " + name + " is wanted (etc/karst.features) but not bound"));
        changed().forEach((target, revision) -> {
            if (makers.acknowledged().getOrDefault(target, 0L) < revision) {
                reasons.add(target + " has not acknowledged revision " + revision);
            }
        });
        return reasons;
    }

    @Override
    public List<DampedUnit> damped() {
        return damping.units(engine);
    }
}
