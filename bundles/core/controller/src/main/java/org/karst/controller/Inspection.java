package org.karst.controller;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Function;
import org.karst.incremental.Conflict;
import org.karst.incremental.Engine;
import org.karst.incremental.Explanation;
import org.karst.incremental.Failure;
import org.karst.incremental.Item;
import org.karst.incremental.View;
import org.karst.pipeline.Durations;
import org.karst.pipeline.Target;

/**
 * The world and the engine as the last settlement left them, for questions from outside. Valid only inside the question that
 * {@link Controller#inspect} runs; answers are copies.
 */
public interface Inspection {
    /** Asks a question of the tables and queries. */
    <T> T read(Function<? super View, ? extends T> question);

    /** Everything that is wanted, sorted by rule and key of the unit that wants it. The writer stands still for so long. */
    List<Item> items();

    /** The same in no order, for those who count: nothing is sorted or looked up. */
    List<Item> itemsInNoOrder();

    Optional<Item> item(Object identity);

    /**
     * A second engine with the same facts and rules that has evaluated nothing, and that another thread may have: what it
     * settles to is what must be wanted now.
     */
    Engine anew();

    /** How the last computation from scratch ended; empty before the first. */
    Optional<Recomputation> recomputation();

    /** Why something is wanted: the units, and the facts that they read. */
    Optional<Explanation> why(Object identity);

    /** The number of the last settlement. */
    long revision();

    /** How many values the engine remembers. */
    int cells();

    /** How many of them belong to each table, index, query and rule. */
    SortedMap<String, Integer> cellsByDefinition();

    /** How often each query and rule has run. */
    SortedMap<String, Long> evaluations();

    List<Failure> failures();

    List<Conflict> conflicts();

    /** The units that are slowed down because they chase their own echo, by rule and key. */
    List<DampedUnit> damped();

    /** The stages that are bound or departed, in the order of the pipeline. */
    List<StageStatus> stages();

    /** The names of the bound features. */
    SortedSet<String> features();

    /** What it would be to take away each of the bound features, the core's own apart, by name. */
    SortedMap<String, FeatureRemoval> removals();

    /** The names of the bound drivers. */
    SortedSet<String> drivers();

    /** How long what they do takes, by driver and by what it is. */
    SortedMap<String, SortedMap<String, Durations>> driverTimes();

    /** The last revision in which something changed for each target: what it has to acknowledge. */
    SortedMap<Target, Long> changed();

    /** The newest revision that each target has acknowledged. */
    SortedMap<Target, Long> acknowledged();

    /** Why the controller is not ready, one sentence each; empty when it is. */
    List<String> notReady();
}
