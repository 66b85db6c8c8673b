package org.karst.pipeline;

/**
 * An integration bridge that is connected by OpenFlow.
 *
 * @param datapathId the 64 bits of OFPT_FEATURES_REPLY
 * @param generation grows with each new connection of the same switch
 */
public record SwitchConnection(long datapathId, long generation) {}
