package org.karst.openflow.internal.codec;

import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Match;

/** What a switch says. Each carries the transaction number of what it answers. */
public sealed interface InboundMessage {
    int xid();

    /** The switch speaks. */
    record Hello(int xid) implements InboundMessage {}

    /** Who the switch is. */
    record Features(int xid, long datapathId) implements InboundMessage {}

    /** Asks for an echo. */
    @SuppressWarnings("ArrayRecordComponent") // sent back, compared by nobody
    record EchoRequest(int xid, byte[] data) implements InboundMessage {}

    record EchoReply(int xid) implements InboundMessage {}

    /** A request was refused; the transaction number tells which. */
    record Refusal(int xid, int type, int code) implements InboundMessage {
        @Override
        public String toString() {
            return RefusalText.of(type, code);
        }
    }

    /** A part of a dump of flows. */
    record FlowDescriptions(int xid, boolean more, List<FlowDescription> flows) implements InboundMessage {
        public FlowDescriptions {
            flows = List.copyOf(flows);
        }
    }

    /** A part of a dump of meters. */
    record MeterDescriptions(int xid, boolean more, List<MeterDescription> meters) implements InboundMessage {
        public MeterDescriptions {
            meters = List.copyOf(meters);
        }
    }

    /** A part of a dump of groups. */
    record GroupDescriptions(int xid, boolean more, List<GroupDescription> groups) implements InboundMessage {
        public GroupDescriptions {
            groups = List.copyOf(groups);
        }
    }

    record BarrierReply(int xid) implements InboundMessage {}

    /**
     * An answer about a bundle.
     *
     * @param type {@link RequestEncoder.BundleCommand#reply}
     */
    record BundleReply(int xid, int bundle, int type) implements InboundMessage {}

    /**
     * A packet for the controller.
     *
     * @param answer which answer it is meant for, empty if the packet was sent by no flow of ours
     * @param metadata the packet's metadata, without fields that the flow language does not know
     * @param frame the packet, empty if the switch did not send it
     */
    @SuppressWarnings("ArrayRecordComponent") // a frame is compared by nobody
    record PacketArrival(int xid, Optional<Integer> answer, Match metadata, byte[] frame) implements InboundMessage {}

    /** Something that nobody needs. */
    record Other(int xid, int type) implements InboundMessage {}

    /** Bytes that are no OpenFlow. */
    record Malformed(int xid, String reason) implements InboundMessage {}
}
