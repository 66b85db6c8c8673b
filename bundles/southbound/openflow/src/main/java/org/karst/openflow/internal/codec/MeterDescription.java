package org.karst.openflow.internal.codec;

/**
 * A meter as a switch describes it.
 *
 * @param number the meter's number
 * @param ordinary whether it limits packets a second with a burst and one band that drops: the only kind that we make
 * @param packetsPerSecond the rate of its band
 * @param burst the burst of its band
 */
public record MeterDescription(int number, boolean ordinary, int packetsPerSecond, int burst) {}
