package org.karst.openflow.internal.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.karst.pipeline.Action;
import org.karst.pipeline.FieldRange;

/** Actions and instructions to bytes. */
final class ActionEncoder {
    private static final int WHOLE_PACKET = 0xffff;

    private ActionEncoder() {}

    /** The instructions of a flow: its actions, then where to go on. */
    static void writeInstructions(ByteBuf out, List<Action> actions) {
        int size = actions.size();
        boolean goes = size > 0 && actions.get(size - 1) instanceof Action.Goto;
        int count = goes ? size - 1 : size;
        if (count > 0) {
            int start = out.writerIndex();
            out.writeShort(ActionType.INSTRUCTION_APPLY_ACTIONS).writeShort(0).writeInt(0);
            for (Action action : actions.subList(0, count)) {
                write(out, action);
            }
            setLength(out, start);
        }
        if (goes) {
            out.writeShort(ActionType.INSTRUCTION_GOTO_TABLE).writeShort(8);
            out.writeByte(((Action.Goto) actions.get(size - 1)).table()).writeZero(3);
        }
    }

    /** One action. */
    static void write(ByteBuf out, Action action) {
        if (action instanceof Action.SetField set) {
            writeSetField(out, set);
        } else if (action instanceof Action.Resubmit resubmit) {
            writeNicira(out, ActionType.NICIRA_RESUBMIT_TABLE, 16);
            out.writeShort(ActionType.SAME_PORT).writeByte(resubmit.table()).writeZero(3);
        } else if (action instanceof Action.Output output) {
            out.writeShort(ActionType.OUTPUT).writeShort(16).writeInt(Oxm.widePort(output.port()));
            out.writeShort(WHOLE_PACKET).writeZero(6);
        } else if (action instanceof Action.OutputTo output) {
            writeNicira(out, ActionType.NICIRA_OUTPUT_REGISTER, 24);
            writeOffsetAndCount(out, output.port());
            Oxm.writeName(out, output.port().field());
            out.writeShort(WHOLE_PACKET).writeZero(6);
        } else if (action instanceof Action.Move move) {
            writeMove(out, move);
        } else if (action instanceof Action.Ct ct) {
            writeCt(out, ct);
        } else if (action instanceof Action.Conjunction conjunction) {
            writeNicira(out, ActionType.NICIRA_CONJUNCTION, 16);
            out.writeByte(conjunction.clause() - 1).writeByte(conjunction.clauses());
            out.writeInt((int) conjunction.id());
        } else if (action instanceof Action.Push push) {
            writeStack(out, ActionType.NICIRA_STACK_PUSH, push.range());
        } else if (action instanceof Action.Pop pop) {
            writeStack(out, ActionType.NICIRA_STACK_POP, pop.range());
        } else if (action instanceof Action.DecrementTtl) {
            out.writeShort(ActionType.DECREMENT_TTL).writeShort(8).writeZero(4);
        } else if (action instanceof Action.CheckPacketLarger check) {
            writeCheckPacketLarger(out, check);
        } else if (action instanceof Action.ToController controller) {
            writeController(out, controller);
        } else {
            throw new IllegalArgumentException("the action " + action + " cannot stand here");
        }
    }

    private static void writeSetField(ByteBuf out, Action.SetField set) {
        FieldRange range = set.range();
        int start = out.writerIndex();
        out.writeShort(ActionType.SET_FIELD).writeShort(0);
        Oxm.writeField(out, range.field(), set.value().shiftLeft(range.from()), range.mask());
        finish(out, start);
    }

    private static void writeMove(ByteBuf out, Action.Move move) {
        int start = out.writerIndex();
        out.writeShort(ActionType.COPY_FIELD).writeShort(0);
        out.writeShort(move.from().bits());
        out.writeShort(move.from().from());
        out.writeShort(move.to().from());
        out.writeShort(0);
        Oxm.writeName(out, move.from().field());
        Oxm.writeName(out, move.to().field());
        finish(out, start);
    }

    private static void writeCt(ByteBuf out, Action.Ct ct) {
        int start = out.writerIndex();
        writeNicira(out, ActionType.NICIRA_CT, 0);
        out.writeShort(ct.commit() ? ActionType.CT_COMMIT : 0);
        Oxm.writeName(out, ct.zone().field());
        writeOffsetAndCount(out, ct.zone());
        out.writeByte(ct.next().orElse(ActionType.NO_TABLE)).writeZero(3);
        out.writeShort(0);
        for (Action nested : ct.exec()) {
            write(out, nested);
        }
        finish(out, start);
    }

    private static void writeStack(ByteBuf out, int subtype, FieldRange range) {
        int start = out.writerIndex();
        writeNicira(out, subtype, 0);
        out.writeShort(range.from());
        Oxm.writeName(out, range.field());
        out.writeShort(range.bits());
        finish(out, start);
    }

    private static void writeCheckPacketLarger(ByteBuf out, Action.CheckPacketLarger check) {
        int start = out.writerIndex();
        writeNicira(out, ActionType.NICIRA_CHECK_PACKET_LARGER, 0);
        out.writeShort(check.bytes());
        out.writeShort(check.result().from());
        Oxm.writeName(out, check.result().field());
        finish(out, start);
    }

    private static void writeController(ByteBuf out, Action.ToController controller) {
        int start = out.writerIndex();
        writeNicira(out, ActionType.NICIRA_CONTROLLER_2, 0);
        out.writeZero(6);
        byte[] data = controller.userdata();
        out.writeShort(ActionType.CONTROLLER_USER_DATA)
                .writeShort(4 + data.length)
                .writeBytes(data);
        out.writeZero(Padding.to8(4 + data.length));
        if (controller.meter() != 0) {
            out.writeShort(ActionType.CONTROLLER_METER).writeShort(8).writeInt(controller.meter());
        }
        finish(out, start);
    }

    private static void writeNicira(ByteBuf out, int subtype, int length) {
        out.writeShort(ActionType.EXPERIMENTER).writeShort(length);
        out.writeInt(MessageType.NICIRA);
        out.writeShort(subtype);
    }

    private static void writeOffsetAndCount(ByteBuf out, FieldRange range) {
        out.writeShort(range.from() << 6 | range.bits() - 1);
    }

    private static void finish(ByteBuf out, int start) {
        out.writeZero(Padding.to8(out.writerIndex() - start));
        setLength(out, start);
    }

    private static void setLength(ByteBuf out, int start) {
        int length = out.writerIndex() - start;
        if (length > 0xffff) {
            throw new IllegalArgumentException("actions of " + length + " bytes: OpenFlow has room for 65535");
        }
        out.setShort(start + 2, length);
    }
}
