package org.karst.pipeline;

import java.util.Objects;

/**
 * A packet that a flow sent to the controller (OFPT_PACKET_IN, NXT_PACKET_IN2).
 *
 * @param node whose integration bridge
 * @param answer which answer it is meant for
 * @param match the packet's metadata: input port, registers
 * @param frame the Ethernet frame; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a frame is compared by nobody
public record PacketIn(String node, int answer, Match match, byte[] frame) {
    public PacketIn {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(match, "match");
        Objects.requireNonNull(frame, "frame");
    }
}
