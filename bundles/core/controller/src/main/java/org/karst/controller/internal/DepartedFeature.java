package org.karst.controller.internal;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.incremental.Item;
import org.karst.incremental.Table;
import org.karst.pipeline.Subject;
import org.karst.pipeline.World;

/**
 * What a feature leaves in force beside the flows of its stages while its bundle is away, as a fact: ports, links and meters, and what its
 * policies decided. It holds nothing of the bundle's code.
 *
 * @param items the other items that its rules wanted when its bundle went
 * @param verdicts by place, as in {@link World#VERDICTS}: the verdicts that were not 0
 */
record DepartedFeature(List<Item> items, SortedMap<String, Map<Subject, Long>> verdicts) {
    /** By the feature's name. */
    static final Table<String, DepartedFeature> DEPARTED = Table.named("departed-features");

    DepartedFeature {
        items = List.copyOf(items);
        SortedMap<String, Map<Subject, Long>> copy = new TreeMap<>();
        verdicts.forEach((place, values) -> copy.put(place, Collections.unmodifiableMap(new HashMap<>(values))));
        verdicts = Collections.unmodifiableSortedMap(copy);
    }
}
