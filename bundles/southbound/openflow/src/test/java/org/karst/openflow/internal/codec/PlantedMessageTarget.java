package org.karst.openflow.internal.codec;

/** A decoder that fails on one cookie: as deep in a dump as a real bug would be, and one of 2⁶⁴ values. */
public final class PlantedMessageTarget {
    private PlantedMessageTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        if (MessageTarget.decode(input) instanceof InboundMessage.FlowDescriptions dump) {
            for (FlowDescription flow : dump.flows()) {
                if (flow.cookie().bits() == 0x1122_3344_5566_7788L) {
                    throw new IllegalStateException("planted");
                }
            }
        }
    }
}
