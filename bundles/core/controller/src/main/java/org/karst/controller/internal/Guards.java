package org.karst.controller.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Engine;
import org.karst.pipeline.Subject;

/**
 * What a process before this one left in force without its bundles.
 *
 * @param stages by name
 * @param departed by the feature's name
 */
record Guards(SortedMap<String, BoundStage> stages, SortedMap<String, DepartedFeature> departed) {
    static final Guards NONE = new Guards(new TreeMap<>(), new TreeMap<>());

    /**
     * What lines tell, as the items write them.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    static Guards parse(List<String> lines) {
        SortedMap<String, BoundStage> stages = new TreeMap<>();
        SortedMap<String, SortedMap<String, Map<Subject, Long>>> verdicts = new TreeMap<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(GuardVerdictsItem.KIND + " ")) {
                GuardVerdictsItem.Line one = GuardVerdictsItem.parse(line);
                verdicts.computeIfAbsent(one.feature(), feature -> new TreeMap<>())
                        .computeIfAbsent(one.place(), place -> new HashMap<>())
                        .put(one.subject(), one.verdict());
            } else {
                GuardStageItem guard = GuardStageItem.parse(line);
                stages.put(guard.stage(), guard.row());
            }
        }
        SortedMap<String, DepartedFeature> departed = new TreeMap<>();
        verdicts.forEach((feature, values) -> departed.put(feature, new DepartedFeature(List.of(), values)));
        return new Guards(stages, departed);
    }

    /** Before anything else is written. */
    void restore(Engine engine) {
        stages.forEach((name, row) -> engine.put(BoundStage.STAGES, name, row));
        departed.forEach((feature, row) -> engine.put(DepartedFeature.DEPARTED, feature, row));
    }
}
