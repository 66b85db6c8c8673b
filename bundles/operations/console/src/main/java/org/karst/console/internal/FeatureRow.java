package org.karst.console.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.karst.controller.StageStatus;
import org.karst.questions.Slots;

/**
 * A feature, as the console lists it.
 *
 * @param name its name
 * @param description what it is; "" if the container does not know it
 * @param version its version; "" if the container does not know it
 * @param state how it stands
 * @param stages where its stages stand, in the order of the pipeline
 * @param flows how many flows are wanted for these, on all nodes
 */
record FeatureRow(String name, String description, String version, State state, List<StageAt> stages, int flows) {
    /** How a feature stands. */
    enum State {
        /** Its rules are in force. */
        RUNNING,
        /** Its bundle is installed, and the controller has no rules of it (yet). */
        INSTALLED,
        /** Its bundle stopped a moment ago; its flows stay until the grace is over. */
        LEAVING,
        /** Its bundle is gone; what it denied stays denied until somebody releases it. */
        GUARDING,
        /** It can be installed. */
        AVAILABLE
    }

    /**
     * A stage.
     *
     * @param slot where
     * @param stage its name
     * @param state whether its bundle runs
     */
    record StageAt(String slot, String stage, StageStatus.State state) {}

    FeatureRow {
        stages = List.copyOf(stages);
    }

    /**
     * All features: those that can be installed, those that the controller has, and those whose stages are still there.
     *
     * @param known by the container
     * @param bound the names that the controller has
     */
    static List<FeatureRow> of(Collection<Installable> known, Collection<String> bound, Slots slots) {
        SortedMap<String, Installable> installables = new TreeMap<>();
        known.forEach(each -> installables.put(each.name(), each));
        SortedMap<String, List<StageAt>> stages = new TreeMap<>();
        SortedMap<String, Integer> flows = new TreeMap<>();
        for (Slots.Row slot : slots.slots()) {
            for (Slots.StageRow stage : slot.stages()) {
                stages.computeIfAbsent(stage.feature(), key -> new ArrayList<>())
                        .add(new StageAt(slot.slot().name(), stage.name(), stage.state()));
                flows.merge(stage.feature(), stage.flows(), Integer::sum);
            }
        }
        SortedSet<String> names = new TreeSet<>(installables.keySet());
        names.addAll(bound);
        names.addAll(stages.keySet());
        return names.stream()
                .map(name -> of(
                        installables.getOrDefault(name, new Installable(name, "", "", false)),
                        bound.contains(name),
                        stages.getOrDefault(name, List.of()),
                        flows.getOrDefault(name, 0)))
                .toList();
    }

    private static FeatureRow of(Installable known, boolean bound, List<StageAt> stages, int flows) {
        return new FeatureRow(
                known.name(), known.description(), known.version(), state(known, bound, stages), stages, flows);
    }

    private static State state(Installable known, boolean bound, List<StageAt> stages) {
        if (bound) {
            return State.RUNNING;
        }
        if (stages.stream().anyMatch(stage -> stage.state() == StageStatus.State.FROZEN)) {
            return State.GUARDING;
        }
        if (!stages.isEmpty()) {
            return State.LEAVING;
        }
        return known.installed() ? State.INSTALLED : State.AVAILABLE;
    }
}
