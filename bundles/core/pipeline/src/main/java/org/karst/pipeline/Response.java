package org.karst.pipeline;

/** What an {@link Answer} makes of a packet that came to the controller: a packet to be sent, or a record to be logged. */
public sealed interface Response permits AuditRecord, PacketOut {
    /**
     * Gives it to a driver, if that one is who takes such things. Does not block.
     *
     * @return whether the driver took it
     */
    boolean give(Driver driver);
}
