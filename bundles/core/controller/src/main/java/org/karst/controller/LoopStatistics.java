package org.karst.controller;

/**
 * What the loop has done since the process started.
 *
 * @param steps how many steps
 * @param messages how many messages were taken
 * @param failedMessages how many of them ended with an error
 * @param waiting how many messages wait now
 * @param settleNanos nanoseconds spent in settling
 * @param longestStepNanos nanoseconds of the longest step
 */
public record LoopStatistics(
        long steps, long messages, long failedMessages, long waiting, long settleNanos, long longestStepNanos) {}
