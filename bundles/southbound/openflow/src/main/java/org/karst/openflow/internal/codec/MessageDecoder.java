package org.karst.openflow.internal.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Match;

/** Bytes of a whole message to what the switch says. Never throws. */
public final class MessageDecoder {
    private static final int PACKET = 0;
    private static final int METADATA = 6;
    private static final int USER_DATA = 7;
    private static final int METER_FLAGS = 2 | 4;
    private static final int DROP_BAND = 1;

    private MessageDecoder() {}

    /**
     * Decodes one message.
     *
     * @param type the type of its header
     * @param in what follows type and length in the message, transaction number included, to the end of the message
     */
    public static InboundMessage decode(int type, ByteBuf in) {
        int xid = 0;
        try {
            xid = in.readInt();
            return decode(type, xid, in);
        } catch (IndexOutOfBoundsException e) {
            return new InboundMessage.Malformed(xid, "a message of type " + type + " that is cut short");
        } catch (IllegalArgumentException | UnsupportedContentException e) {
            return new InboundMessage.Malformed(xid, "a message of type " + type + ": " + e.getMessage());
        }
    }

    private static InboundMessage decode(int type, int xid, ByteBuf in) {
        return switch (type) {
            case MessageType.HELLO -> new InboundMessage.Hello(xid);
            case MessageType.ERROR -> new InboundMessage.Refusal(xid, in.readUnsignedShort(), in.readUnsignedShort());
            case MessageType.ECHO_REQUEST -> new InboundMessage.EchoRequest(xid, ByteBufUtil.getBytes(in));
            case MessageType.ECHO_REPLY -> new InboundMessage.EchoReply(xid);
            case MessageType.FEATURES_REPLY -> new InboundMessage.Features(xid, in.readLong());
            case MessageType.BARRIER_REPLY -> new InboundMessage.BarrierReply(xid);
            case MessageType.BUNDLE_CONTROL ->
                new InboundMessage.BundleReply(xid, in.readInt(), in.readUnsignedShort());
            case MessageType.MULTIPART_REPLY -> multipart(xid, in);
            case MessageType.EXPERIMENTER -> experimenter(xid, in);
            default -> new InboundMessage.Other(xid, type);
        };
    }

    private static InboundMessage multipart(int xid, ByteBuf in) {
        int type = in.readUnsignedShort();
        boolean more = (in.readUnsignedShort() & MessageType.MULTIPART_MORE) != 0;
        in.skipBytes(4);
        return switch (type) {
            case MessageType.MULTIPART_FLOW_DESCRIPTION ->
                new InboundMessage.FlowDescriptions(xid, more, flowDescriptions(in));
            case MessageType.MULTIPART_METER_DESCRIPTION ->
                new InboundMessage.MeterDescriptions(xid, more, meterDescriptions(in));
            case MessageType.MULTIPART_GROUP_DESCRIPTION ->
                new InboundMessage.GroupDescriptions(xid, more, groupDescriptions(in));
            default -> new InboundMessage.Other(xid, MessageType.MULTIPART_REPLY);
        };
    }

    private static List<FlowDescription> flowDescriptions(ByteBuf in) {
        List<FlowDescription> flows = new ArrayList<>();
        while (in.isReadable()) {
            int length = in.readUnsignedShort();
            flows.add(FlowDescriptionDecoder.read(in.readSlice(length - 2)));
        }
        return flows;
    }

    /** struct ofp_group_desc (section 7.3.5.9): its buckets are read past. */
    private static List<GroupDescription> groupDescriptions(ByteBuf in) {
        List<GroupDescription> groups = new ArrayList<>();
        while (in.isReadable()) {
            int length = in.readUnsignedShort();
            ByteBuf group = in.readSlice(length - 2);
            int type = group.readUnsignedByte();
            group.skipBytes(1);
            groups.add(GroupDescription.of(group.readInt(), type));
        }
        return groups;
    }

    private static List<MeterDescription> meterDescriptions(ByteBuf in) {
        List<MeterDescription> meters = new ArrayList<>();
        while (in.isReadable()) {
            int length = in.readUnsignedShort();
            ByteBuf meter = in.readSlice(length - 2);
            int flags = meter.readUnsignedShort();
            int number = meter.readInt();
            boolean ordinary = (flags & 7) == METER_FLAGS
                    && meter.readableBytes() == 16
                    && meter.getUnsignedShort(meter.readerIndex()) == DROP_BAND;
            meters.add(
                    ordinary
                            ? new MeterDescription(
                                    number,
                                    true,
                                    meter.getInt(meter.readerIndex() + 4),
                                    meter.getInt(meter.readerIndex() + 8))
                            : new MeterDescription(number, false, 0, 0));
        }
        return meters;
    }

    private static InboundMessage experimenter(int xid, ByteBuf in) {
        if (in.readInt() != MessageType.NICIRA || in.readInt() != MessageType.PACKET_IN_2) {
            return new InboundMessage.Other(xid, MessageType.EXPERIMENTER);
        }
        byte[] frame = new byte[0];
        Optional<Integer> answer = Optional.empty();
        Match metadata = Match.all();
        while (in.isReadable()) {
            int type = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            ByteBuf property = in.readSlice(length - 4);
            in.skipBytes(Math.min(Padding.to8(length), in.readableBytes()));
            switch (type) {
                case PACKET -> frame = ByteBufUtil.getBytes(property);
                case METADATA -> metadata = metadata(property);
                case USER_DATA -> {
                    if (property.readableBytes() == 4) {
                        answer = Optional.of(property.readInt());
                    }
                }
                default -> {
                    // buffers, cookies and continuations: nobody asked for them
                }
            }
        }
        return new InboundMessage.PacketArrival(xid, answer, metadata, frame);
    }

    private static Match metadata(ByteBuf in) {
        Match match = Match.all();
        while (in.isReadable()) {
            try {
                match = Oxm.readField(in).addTo(match);
            } catch (UnsupportedContentException e) {
                // Unknown here, and read past: the packet is answered by what is known.
            }
        }
        return match;
    }
}
