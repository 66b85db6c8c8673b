package org.karst.pipeline;

/** A driver that can send packets by a switch. */
public interface PacketSender {
    /** Sends a packet; it is lost if the node's switch is not connected. Does not block. */
    void send(PacketOut packet);
}
