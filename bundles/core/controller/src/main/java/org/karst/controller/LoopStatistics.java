package org.karst.controller;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.karst.pipeline.Durations;

/**
 * What the loop has done since the process started.
 *
 * @param steps how many steps
 * @param messages how many messages were taken
 * @param failedMessages how many of them ended with an error
 * @param waiting how many messages wait now
 * @param settleNanos nanoseconds spent in settling
 * @param longestStepNanos nanoseconds of the longest step
 * @param holds how often a unit was held because it chased its own echo
 * @param settleTimes how long settlements took
 * @param stepTimes how long steps took that had something to do
 * @param awaitTimes how long those waited who wait until something is true in the world, above all CNI; given up or not
 * @param reactionTimes by driver: how long it took from the posting of an event until a target acknowledged what changed by it
 */
public record LoopStatistics(
        long steps,
        long messages,
        long failedMessages,
        long waiting,
        long settleNanos,
        long longestStepNanos,
        long holds,
        Durations settleTimes,
        Durations stepTimes,
        Durations awaitTimes,
        SortedMap<String, Durations> reactionTimes) {
    public LoopStatistics {
        reactionTimes = Collections.unmodifiableSortedMap(new TreeMap<>(reactionTimes));
    }
}
