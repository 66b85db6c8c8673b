package org.karst.pipeline;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a flow does to a packet (ovs-actions(7)). A flow without actions drops. Text is that of ovs-ofctl(8).
 *
 * <p>An action lands here together with the first flow that uses it; its encoding lives in the southbound codec.
 */
public sealed interface Action {
    /** The bits that the action changes, for the linker. */
    default List<FieldRange> writes() {
        return List.of();
    }

    /** The bits that the action reads, for the linker. */
    default List<FieldRange> reads() {
        return List.of();
    }

    /** The tables where the packet may go on, for the linker. */
    default List<Integer> tables() {
        return List.of();
    }

    /**
     * Sends the packet out of a port.
     *
     * @param port an OpenFlow 1.0 port number as Open vSwitch uses them inside: below 0xff00, or a reserved one
     */
    record Output(int port) implements Action {
        /** Back where it came from: OFPP_IN_PORT. */
        public static final Output IN_PORT = new Output(0xfff8);
        /** As a switch that learns MAC addresses would: OFPP_NORMAL. */
        public static final Output NORMAL = new Output(0xfffa);

        @Override
        public String toString() {
            return port >= 0xff00 ? FieldText.port(port) : "output:" + port;
        }
    }

    /** Sends the packet out of the port whose number stands in some bits. */
    record OutputTo(FieldRange port) implements Action {
        @Override
        public List<FieldRange> reads() {
            return List.of(port);
        }

        @Override
        public String toString() {
            return "output:" + port;
        }
    }

    /** Changes bits of a field to constants (OFPAT_SET_FIELD with a mask). */
    record SetField(FieldRange range, Bits value) implements Action {
        public SetField {
            Objects.requireNonNull(range, "range");
            if (value.length() > range.bits()) {
                throw new IllegalArgumentException(value + " does not fit into " + range);
            }
        }

        @Override
        public List<FieldRange> writes() {
            return List.of(range);
        }

        @Override
        public String toString() {
            Field field = range.field();
            return "set_field:" + FieldText.write(field, value.shiftLeft(range.from()), range.mask()) + "->"
                    + field.fieldName();
        }
    }

    /** Copies bits (NXAST_REG_MOVE). */
    record Move(FieldRange from, FieldRange to) implements Action {
        public Move {
            if (from.bits() != to.bits()) {
                throw new IllegalArgumentException("cannot move " + from + " to " + to + ": they differ in length");
            }
        }

        @Override
        public List<FieldRange> writes() {
            return List.of(to);
        }

        @Override
        public List<FieldRange> reads() {
            return List.of(from);
        }

        @Override
        public String toString() {
            return "move:" + from + "->" + to;
        }
    }

    /** Goes on in a table after this flow; the last action of a flow (OFPIT_GOTO_TABLE). */
    record Goto(int table) implements Action {
        @Override
        public List<Integer> tables() {
            return List.of(table);
        }

        @Override
        public String toString() {
            return "goto_table:" + table;
        }
    }

    /** Looks the packet up in a table now, and then goes on with the next action (NXAST_RESUBMIT_TABLE). */
    record Resubmit(int table) implements Action {
        @Override
        public List<Integer> tables() {
            return List.of(table);
        }

        @Override
        public String toString() {
            return "resubmit(," + table + ")";
        }
    }

    /**
     * Sends the packet through the connection tracker (NXAST_CT).
     *
     * @param commit whether the connection is remembered
     * @param zone the bits that hold the zone
     * @param next the table where the tracked packet goes on, if it does
     * @param exec changes of ct_mark and ct_label, with commit only
     */
    record Ct(boolean commit, FieldRange zone, Optional<Integer> next, List<Action> exec) implements Action {
        public Ct {
            exec = List.copyOf(exec);
            if (zone.bits() != 16) {
                throw new IllegalArgumentException("a conntrack zone has 16 bits, " + zone + " has not");
            }
            if (!commit && !exec.isEmpty()) {
                throw new IllegalArgumentException("ct(exec) needs commit");
            }
        }

        @Override
        public List<FieldRange> reads() {
            return List.of(zone);
        }

        @Override
        public List<FieldRange> writes() {
            return exec.stream().flatMap(action -> action.writes().stream()).toList();
        }

        @Override
        public List<Integer> tables() {
            return next.stream().toList();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("ct(");
            if (commit) {
                text.append("commit,");
            }
            next.ifPresent(table -> text.append("table=").append(table).append(','));
            text.append("zone=").append(zone);
            if (!exec.isEmpty()) {
                text.append(exec.stream().map(Action::toString).collect(Collectors.joining(",", ",exec(", ")")));
            }
            return text.append(')').toString();
        }
    }

    /** Puts bits onto the packet's stack (NXAST_STACK_PUSH). */
    record Push(FieldRange range) implements Action {
        @Override
        public List<FieldRange> reads() {
            return List.of(range);
        }

        @Override
        public String toString() {
            return "push:" + range;
        }
    }

    /** Takes bits from the packet's stack (NXAST_STACK_POP). */
    record Pop(FieldRange range) implements Action {
        @Override
        public List<FieldRange> writes() {
            return List.of(range);
        }

        @Override
        public String toString() {
            return "pop:" + range;
        }
    }

    /**
     * Says that the flow is one alternative of a clause of a conjunction (NXAST_CONJUNCTION). A packet for which each clause
     * has a flow that matches is looked up again with {@link Field#CONJ_ID}. A flow with such an action has no others.
     *
     * @param id the conjunction, an unsigned 32-bit number
     * @param clause which clause, from 1
     * @param clauses how many there are, 2 to 64
     */
    record Conjunction(long id, int clause, int clauses) implements Action {
        public Conjunction {
            if (id < 0 || id > 0xffff_ffffL || clauses < 2 || clauses > 64 || clause < 1 || clause > clauses) {
                throw new IllegalArgumentException(
                        "there is no clause " + clause + " of " + clauses + " of conjunction " + id);
            }
        }

        @Override
        public String toString() {
            return "conjunction(" + id + "," + clause + "/" + clauses + ")";
        }
    }

    /** Takes one from the TTL or hop limit (OFPAT_DEC_NW_TTL). The flow must match a TTL above 1 or have met such a flow. */
    record DecrementTtl() implements Action {
        @Override
        public String toString() {
            return "dec_ttl";
        }
    }

    /**
     * Writes into one bit whether the packet is longer than a limit (NXAST_CHECK_PKT_LARGER).
     *
     * @param bytes the limit, Ethernet header included
     * @param result the bit
     */
    record CheckPacketLarger(int bytes, FieldRange result) implements Action {
        public CheckPacketLarger {
            if (bytes < 0 || bytes > 0xffff || result.bits() != 1) {
                throw new IllegalArgumentException("check_pkt_larger takes 0 to 65535 bytes and one bit");
            }
        }

        @Override
        public List<FieldRange> writes() {
            return List.of(result);
        }

        @Override
        public String toString() {
            return "check_pkt_larger(" + bytes + ")->" + result;
        }
    }

    /**
     * Sends the packet to the controller (NXAST_CONTROLLER2).
     *
     * @param answer which answer it is meant for: travels as user data
     * @param meter the meter that limits such packets
     */
    record ToController(int answer, int meter) implements Action {
        /** The user data: the number of the answer in four bytes. */
        public byte[] userdata() {
            return new byte[] {(byte) (answer >>> 24), (byte) (answer >>> 16), (byte) (answer >>> 8), (byte) answer};
        }

        @Override
        public String toString() {
            String data = HexFormat.ofDelimiter(".").formatHex(userdata());
            return "controller(userdata=" + data + (meter == 0 ? "" : ",meter_id=" + meter) + ")";
        }
    }
}
