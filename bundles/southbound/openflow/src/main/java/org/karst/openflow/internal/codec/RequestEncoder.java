package org.karst.openflow.internal.codec;

import io.netty.buffer.ByteBuf;
import org.karst.pipeline.Action;
import org.karst.pipeline.Cookie;
import org.karst.pipeline.Field;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Match;
import org.karst.pipeline.Meter;
import org.karst.pipeline.PacketOut;

/** What the controller sends, appended to a buffer as one whole message each. */
public final class RequestEncoder {
    /** OpenFlow 1.5 on the wire. */
    public static final int VERSION = 6;

    private static final int VERSION_BITMAP = 1;
    /** OFPC_FRAG_NX_MATCH: fragments pass the tables and can be matched. */
    private static final int MATCH_FRAGMENTS = 3;

    private static final int PACKET_IN_2_FORMAT = 2;
    private static final int ANY = 0xffff_ffff;
    private static final int ALL_TABLES = 0xff;
    private static final int NO_BUFFER = 0xffff_ffff;
    private static final int CONTROLLER_PORT = 0xfffd;
    private static final int ALL_GROUPS = 0xffff_fffc;
    private static final int ALL_BUCKETS = 0xffff_ffff;
    private static final int DELETE_GROUP = 2;
    /** OFPFC_DELETE: every flow of a table that the cookie fits, whatever its match. */
    private static final int DELETE_ALL = 3;

    private static final int ALL_METERS = 0xffff_ffff;
    /** OFPMF_PKTPS | OFPMF_BURST | OFPMF_STATS. */
    private static final int METER_FLAGS = 2 | 4 | 8;

    private static final int DROP_BAND = 1;
    private static final int ATOMIC_AND_ORDERED = 3;
    private static final int LARGEST = 0xffff;

    private RequestEncoder() {}

    /** What a flow-mod does. */
    public enum FlowCommand {
        ADD(0),
        MODIFY_STRICT(2),
        DELETE_STRICT(4);

        private final int number;

        FlowCommand(int number) {
            this.number = number;
        }
    }

    /** What a meter-mod does. */
    public enum MeterCommand {
        ADD,
        MODIFY,
        DELETE
    }

    /** What is said about a bundle; the numbers are those of OFPBCT. */
    public enum BundleCommand {
        OPEN(0),
        CLOSE(2),
        COMMIT(4),
        DISCARD(6);

        private final int number;

        BundleCommand(int number) {
            this.number = number;
        }

        /** The type of the switch's answer. */
        public int reply() {
            return number + 1;
        }
    }

    private static int begin(ByteBuf out, int type, int xid) {
        int start = out.writerIndex();
        out.writeByte(VERSION).writeByte(type).writeShort(0).writeInt(xid);
        return start;
    }

    private static void end(ByteBuf out, int start) {
        int length = out.writerIndex() - start;
        if (length > LARGEST) {
            out.writerIndex(start);
            throw new IllegalArgumentException("a message of " + length + " bytes: OpenFlow has room for " + LARGEST);
        }
        out.setShort(start + 2, length);
    }

    public static void hello(ByteBuf out, int xid) {
        int start = begin(out, MessageType.HELLO, xid);
        out.writeShort(VERSION_BITMAP).writeShort(8).writeInt(1 << VERSION);
        end(out, start);
    }

    public static void featuresRequest(ByteBuf out, int xid) {
        end(out, begin(out, MessageType.FEATURES_REQUEST, xid));
    }

    public static void echoRequest(ByteBuf out, int xid) {
        end(out, begin(out, MessageType.ECHO_REQUEST, xid));
    }

    public static void echoReply(ByteBuf out, int xid, byte[] data) {
        int start = begin(out, MessageType.ECHO_REPLY, xid);
        out.writeBytes(data);
        end(out, start);
    }

    public static void barrierRequest(ByteBuf out, int xid) {
        end(out, begin(out, MessageType.BARRIER_REQUEST, xid));
    }

    /** Fragments pass the tables; packets come whole. */
    public static void setConfig(ByteBuf out, int xid) {
        int start = begin(out, MessageType.SET_CONFIG, xid);
        out.writeShort(MATCH_FRAGMENTS).writeShort(0xffff);
        end(out, start);
    }

    /** Packets come as NXT_PACKET_IN2: with user data and metadata. */
    public static void setPacketInFormat(ByteBuf out, int xid) {
        int start = begin(out, MessageType.EXPERIMENTER, xid);
        out.writeInt(MessageType.NICIRA)
                .writeInt(MessageType.SET_PACKET_IN_FORMAT)
                .writeInt(PACKET_IN_2_FORMAT);
        end(out, start);
    }

    /** Asks for all flows. */
    public static void flowDescriptionRequest(ByteBuf out, int xid) {
        int start = begin(out, MessageType.MULTIPART_REQUEST, xid);
        out.writeShort(MessageType.MULTIPART_FLOW_DESCRIPTION).writeShort(0).writeInt(0);
        out.writeByte(ALL_TABLES).writeZero(3).writeInt(ANY).writeInt(ANY).writeZero(4);
        out.writeLong(0).writeLong(0);
        Oxm.writeMatch(out, Match.all());
        end(out, start);
    }

    /** Asks for all groups. */
    public static void groupDescriptionRequest(ByteBuf out, int xid) {
        int start = begin(out, MessageType.MULTIPART_REQUEST, xid);
        out.writeShort(MessageType.MULTIPART_GROUP_DESCRIPTION).writeShort(0).writeInt(0);
        out.writeInt(ALL_GROUPS).writeInt(0);
        end(out, start);
    }

    /** Asks for all meters. */
    public static void meterDescriptionRequest(ByteBuf out, int xid) {
        int start = begin(out, MessageType.MULTIPART_REQUEST, xid);
        out.writeShort(MessageType.MULTIPART_METER_DESCRIPTION).writeShort(0).writeInt(0);
        out.writeInt(ALL_METERS).writeInt(0);
        end(out, start);
    }

    /**
     * A change of one flow. A deletion names the flow by table, priority and match; its actions do not matter.
     *
     * @throws IllegalArgumentException if the flow cannot be said in OpenFlow; the buffer is as it was
     */
    public static void flowMod(ByteBuf out, int xid, FlowCommand command, Flow flow, Cookie cookie) {
        int start = flowModHeader(out, xid, command, flow.table(), flow.priority(), cookie);
        try {
            Oxm.writeMatch(out, flow.match());
            if (command != FlowCommand.DELETE_STRICT) {
                ActionEncoder.writeInstructions(out, flow.actions());
            }
            end(out, start);
        } catch (IllegalArgumentException e) {
            out.writerIndex(start);
            throw e;
        }
    }

    private static int flowModHeader(
            ByteBuf out, int xid, FlowCommand command, int table, int priority, Cookie cookie) {
        int start = begin(out, MessageType.FLOW_MOD, xid);
        out.writeLong(command == FlowCommand.ADD ? cookie.bits() : 0).writeLong(0);
        out.writeByte(table)
                .writeByte(command.number)
                .writeShort(0)
                .writeShort(0)
                .writeShort(priority);
        out.writeInt(NO_BUFFER).writeInt(ANY).writeInt(ANY).writeShort(0).writeShort(0);
        return start;
    }

    /** Removes all flows of a table that have this cookie. */
    public static void deleteByCookie(ByteBuf out, int xid, int table, long cookie) {
        int start = begin(out, MessageType.FLOW_MOD, xid);
        out.writeLong(cookie).writeLong(-1);
        out.writeByte(table).writeByte(DELETE_ALL).writeShort(0).writeShort(0).writeShort(0);
        out.writeInt(NO_BUFFER).writeInt(ANY).writeInt(ANY).writeShort(0).writeShort(0);
        Oxm.writeMatch(out, Match.all());
        end(out, start);
    }

    /** Removes a group, and with it the flows that name it. */
    public static void deleteGroup(ByteBuf out, int xid, int group) {
        int start = begin(out, MessageType.GROUP_MOD, xid);
        out.writeShort(DELETE_GROUP).writeZero(2).writeInt(group);
        out.writeZero(4).writeInt(ALL_BUCKETS);
        end(out, start);
    }

    public static void meterMod(ByteBuf out, int xid, MeterCommand command, Meter meter) {
        int start = begin(out, MessageType.METER_MOD, xid);
        out.writeShort(command.ordinal()).writeShort(METER_FLAGS).writeInt(meter.number());
        if (command != MeterCommand.DELETE) {
            out.writeShort(DROP_BAND).writeShort(16);
            out.writeInt(meter.packetsPerSecond()).writeInt(meter.burst()).writeInt(0);
        }
        end(out, start);
    }

    public static void bundleControl(ByteBuf out, int xid, int bundle, BundleCommand command) {
        int start = begin(out, MessageType.BUNDLE_CONTROL, xid);
        out.writeInt(bundle).writeShort(command.number).writeShort(ATOMIC_AND_ORDERED);
        end(out, start);
    }

    /**
     * A change of one flow as a part of a bundle; see {@link #flowMod}.
     *
     * @throws IllegalArgumentException if the flow cannot be said in OpenFlow; the buffer is as it was
     */
    public static void bundledFlowMod(ByteBuf out, int xid, int bundle, FlowCommand command, Flow flow, Cookie cookie) {
        int start = begin(out, MessageType.BUNDLE_ADD_MESSAGE, xid);
        try {
            out.writeInt(bundle).writeShort(0).writeShort(ATOMIC_AND_ORDERED);
            flowMod(out, xid, command, flow, cookie);
            end(out, start);
        } catch (IllegalArgumentException e) {
            out.writerIndex(start);
            throw e;
        }
    }

    /** A packet for the switch to send, with the controller as its input port. */
    public static void packetOut(ByteBuf out, int xid, PacketOut packet) {
        int start = begin(out, MessageType.PACKET_OUT, xid);
        out.writeInt(NO_BUFFER);
        int lengthAt = out.writerIndex();
        out.writeShort(0).writeShort(0);
        try {
            Oxm.writeMatch(out, Match.all().and(Field.IN_PORT, CONTROLLER_PORT));
            int actionsAt = out.writerIndex();
            for (Action action : packet.actions()) {
                ActionEncoder.write(out, action);
            }
            out.setShort(lengthAt, out.writerIndex() - actionsAt);
            out.writeBytes(packet.frame());
            end(out, start);
        } catch (IllegalArgumentException e) {
            out.writerIndex(start);
            throw e;
        }
    }
}
