package org.karst.openflow.internal.codec;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.karst.pipeline.Action;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;

/** Bytes to actions and instructions. */
final class ActionDecoder {
    private ActionDecoder() {}

    /** Reads instructions to the end of the bytes. */
    static List<Action> readInstructions(ByteBuf in) {
        List<Action> actions = new ArrayList<>();
        while (in.isReadable()) {
            int type = in.readUnsignedShort();
            ByteBuf body = body(in, 4);
            switch (type) {
                case ActionType.INSTRUCTION_APPLY_ACTIONS -> {
                    body.skipBytes(4);
                    readActions(body, actions);
                }
                case ActionType.INSTRUCTION_GOTO_TABLE -> actions.add(new Action.Goto(body.readUnsignedByte()));
                default -> throw new UnsupportedContentException("instruction " + type);
            }
        }
        return actions;
    }

    private static void readActions(ByteBuf in, List<Action> into) {
        while (in.isReadable()) {
            int type = in.readUnsignedShort();
            into.add(readAction(type, body(in, 4)));
        }
    }

    /** The rest of something whose length, header included, comes next. */
    private static ByteBuf body(ByteBuf in, int header) {
        int length = in.readUnsignedShort();
        if (length < header) {
            throw new IllegalArgumentException("a length of " + length + " is shorter than its header");
        }
        return in.readSlice(length - header);
    }

    private static Action readAction(int type, ByteBuf in) {
        return switch (type) {
            case ActionType.OUTPUT -> new Action.Output(Oxm.narrowPort(in.readInt()));
            case ActionType.SET_FIELD -> readSetField(in);
            case ActionType.COPY_FIELD -> readMove(in);
            case ActionType.DECREMENT_TTL -> new Action.DecrementTtl();
            case ActionType.EXPERIMENTER -> readNicira(in);
            default -> throw new UnsupportedContentException("action " + type);
        };
    }

    private static Action readSetField(ByteBuf in) {
        Oxm.FieldValue set = Oxm.readField(in);
        Bits mask = set.mask();
        int from =
                mask.low() != 0 ? Long.numberOfTrailingZeros(mask.low()) : 64 + Long.numberOfTrailingZeros(mask.high());
        int to = mask.length() - 1;
        if (to < from || !Bits.ones(to - from + 1).shiftLeft(from).equals(mask)) {
            throw new UnsupportedContentException("set_field with mask " + mask);
        }
        return new Action.SetField(range(set, from, to), set.value().and(mask).shiftRight(from));
    }

    private static FieldRange range(Oxm.FieldValue set, int from, int to) {
        if (to >= set.field().bits()) {
            throw new UnsupportedContentException("set_field with mask " + set.mask());
        }
        return set.field().range(from, to);
    }

    private static Action readMove(ByteBuf in) {
        int count = in.readUnsignedShort();
        int source = in.readUnsignedShort();
        int destination = in.readUnsignedShort();
        in.skipBytes(2);
        FieldRange from = Oxm.range(Oxm.readName(in), source, count);
        return new Action.Move(from, Oxm.range(Oxm.readName(in), destination, count));
    }

    private static Action readNicira(ByteBuf in) {
        int experimenter = in.readInt();
        int subtype = in.readUnsignedShort();
        if (experimenter != MessageType.NICIRA) {
            throw new UnsupportedContentException("an action of experimenter 0x" + Integer.toHexString(experimenter));
        }
        return switch (subtype) {
            case ActionType.NICIRA_RESUBMIT_TABLE -> readResubmit(in);
            case ActionType.NICIRA_OUTPUT_REGISTER -> {
                int offsetAndCount = in.readUnsignedShort();
                yield new Action.OutputTo(
                        Oxm.range(Oxm.readName(in), offsetAndCount >>> 6, (offsetAndCount & 0x3f) + 1));
            }
            case ActionType.NICIRA_CONJUNCTION -> readConjunction(in);
            case ActionType.NICIRA_STACK_PUSH -> new Action.Push(readStack(in));
            case ActionType.NICIRA_STACK_POP -> new Action.Pop(readStack(in));
            case ActionType.NICIRA_CT -> readCt(in);
            case ActionType.NICIRA_CHECK_PACKET_LARGER -> readCheckPacketLarger(in);
            case ActionType.NICIRA_CONTROLLER_2 -> readController(in);
            default -> throw new UnsupportedContentException("Nicira action " + subtype);
        };
    }

    private static Action readResubmit(ByteBuf in) {
        int port = in.readUnsignedShort();
        if (port != ActionType.SAME_PORT) {
            throw new UnsupportedContentException("resubmit with port " + port);
        }
        return new Action.Resubmit(in.readUnsignedByte());
    }

    private static Action readConjunction(ByteBuf in) {
        int clause = in.readUnsignedByte() + 1;
        int clauses = in.readUnsignedByte();
        return new Action.Conjunction(in.readUnsignedInt(), clause, clauses);
    }

    private static FieldRange readStack(ByteBuf in) {
        int offset = in.readUnsignedShort();
        Field field = Oxm.readName(in);
        return Oxm.range(field, offset, in.readUnsignedShort());
    }

    private static Action readCt(ByteBuf in) {
        int flags = in.readUnsignedShort();
        int zone = in.getInt(in.readerIndex());
        int offsetAndCount = in.getUnsignedShort(in.readerIndex() + 4);
        if ((flags & ~ActionType.CT_COMMIT) != 0 || zone == 0) {
            throw new UnsupportedContentException("ct with flags " + flags + " and zone " + offsetAndCount);
        }
        FieldRange range = Oxm.range(Oxm.readName(in), offsetAndCount >>> 6, (offsetAndCount & 0x3f) + 1);
        in.skipBytes(2);
        int table = in.readUnsignedByte();
        in.skipBytes(3);
        int helper = in.readUnsignedShort();
        if (helper != 0 || range.bits() != 16) {
            throw new UnsupportedContentException("ct with helper " + helper + " and zone " + range);
        }
        List<Action> exec = new ArrayList<>();
        readActions(in, exec);
        boolean commit = (flags & ActionType.CT_COMMIT) != 0;
        if (!commit && !exec.isEmpty()) {
            throw new UnsupportedContentException("ct(exec) without commit");
        }
        return new Action.Ct(commit, range, table == ActionType.NO_TABLE ? Optional.empty() : Optional.of(table), exec);
    }

    private static Action readCheckPacketLarger(ByteBuf in) {
        int bytes = in.readUnsignedShort();
        int offset = in.readUnsignedShort();
        return new Action.CheckPacketLarger(bytes, Oxm.range(Oxm.readName(in), offset, 1));
    }

    private static Action readController(ByteBuf in) {
        in.skipBytes(6);
        Integer answer = null;
        int meter = 0;
        while (in.isReadable()) {
            int type = in.readUnsignedShort();
            int length = in.getUnsignedShort(in.readerIndex());
            ByteBuf property = body(in, 4);
            in.skipBytes(Math.min(Padding.to8(length), in.readableBytes()));
            if (type == ActionType.CONTROLLER_USER_DATA && property.readableBytes() == 4) {
                answer = property.readInt();
            } else if (type == ActionType.CONTROLLER_METER) {
                meter = property.readInt();
            } else {
                throw new UnsupportedContentException("controller with property " + type);
            }
        }
        if (answer == null) {
            throw new UnsupportedContentException("controller without user data");
        }
        return new Action.ToController(answer, meter);
    }
}
