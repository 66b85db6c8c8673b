package org.karst.pipeline;

import java.util.List;
import java.util.Objects;

/**
 * A packet to be sent by a node's switch (OFPT_PACKET_OUT), with the controller as its input port.
 *
 * @param node whose integration bridge
 * @param frame the Ethernet frame; not to be changed
 * @param actions what to do with it; {@link #throughPipeline} lets the tables decide
 */
@SuppressWarnings("ArrayRecordComponent") // a frame is compared by nobody
public record PacketOut(String node, byte[] frame, List<Action> actions) implements Response {
    /** OFPP_TABLE: start at table 0. */
    private static final Action TABLE = new Action.Output(0xfff9);

    public PacketOut {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(frame, "frame");
        actions = List.copyOf(actions);
    }

    @Override
    public boolean give(Driver driver) {
        if (driver instanceof PacketSender sender) {
            sender.send(this);
            return true;
        }
        return false;
    }

    /** A packet that passes the pipeline from INTAKE on, with origin CONTROLLER. */
    public static PacketOut throughPipeline(String node, byte[] frame) {
        return new PacketOut(node, frame, List.of(TABLE));
    }

    /** A packet that leaves by one port. */
    public static PacketOut out(String node, int port, byte[] frame) {
        return new PacketOut(node, frame, List.of(new Action.Output(port)));
    }
}
