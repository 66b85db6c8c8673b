package org.karst.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.karst.pipeline.Action;
import org.karst.pipeline.Bits;
import org.karst.pipeline.CtState;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Flow;
import org.karst.pipeline.Match;
import org.karst.pipeline.Prerequisite;

/** Makes flows of all kinds that a switch takes. */
final class Flows {
    private final Random random;

    Flows(long seed) {
        random = new Random(seed);
    }

    /** The least that a match needs before it may have the field. */
    static Match base(Prerequisite prerequisite) {
        Match tracked = Match.all().with(CtState.TRK).without(CtState.INV);
        return switch (prerequisite) {
            case NONE -> Match.all();
            case VLAN -> Match.all().and(Field.VLAN_VID, 0x1000 | 7);
            case MPLS -> Match.all().and(Field.ETH_TYPE, 0x8847);
            case ARP -> Match.arp();
            case IPV4, IP -> Match.ip();
            case IPV6 -> Match.ipv6();
            case NSH -> Match.all().and(Field.ETH_TYPE, 0x894f);
            case TCP -> Match.ip().and(Field.NW_PROTO, 6);
            case UDP -> Match.ipv6().and(Field.NW_PROTO, 17);
            case SCTP -> Match.ip().and(Field.NW_PROTO, 132);
            case ICMP -> Match.ip().and(Field.NW_PROTO, 1);
            case ICMPV6 -> Match.ipv6().and(Field.NW_PROTO, 58);
            case ND, ND_SOLICIT -> Match.icmpv6(135);
            case ND_ADVERT -> Match.icmpv6(136);
            case CT, CT_IPV4 -> tracked.and(Field.ETH_TYPE, 0x0800);
            case CT_IPV6 -> tracked.and(Field.ETH_TYPE, 0x86dd);
            case CT_L4 -> tracked.and(Field.ETH_TYPE, 0x0800).and(Field.CT_NW_PROTO, 6);
        };
    }

    /** The bits that may vary where a switch does not take every value. */
    private static Bits legal(Field field) {
        return switch (field) {
            case ARP_OP -> Bits.of(0xff);
            case NW_TOS -> Bits.of(0xfc);
            case NSH_TTL -> Bits.of(0x3f);
            case IN_PORT, IN_PORT_OXM, ACTSET_OUTPUT -> Bits.of(0x7fff);
            default -> field.ones();
        };
    }

    /** A mask of the kind that can be written: of an address a prefix. */
    private Bits mask(Field field) {
        return switch (field.format()) {
            case IPV4, IPV6 -> {
                int length = 1 + random.nextInt(field.bits());
                yield Bits.ones(length).shiftLeft(field.bits() - length);
            }
            default ->
                bits(legal(field))
                        .or(Bits.of(
                                1 << 2 & legal(field).low() | 1 & legal(field).low()));
        };
    }

    private Bits bits(Bits within) {
        return new Bits(random.nextLong(), random.nextLong()).and(within);
    }

    Match with(Match match, Field field, boolean masked) {
        if (match.has(field)) {
            return match;
        }
        if (field == Field.IP_FRAG) {
            return match.and(field, Bits.of(1), masked ? Bits.of(1) : field.ones());
        }
        if (field == Field.NSH_MDTYPE) {
            return match.and(field, 1);
        }
        if (field == Field.CT_STATE) {
            return match.with(CtState.TRK, CtState.EST).without(CtState.INV, CtState.RPL);
        }
        Bits mask = masked ? mask(field) : field.ones();
        return match.and(field, bits(mask.and(legal(field))), mask);
    }

    /** A match of the field with what it needs. */
    Match exact(Field field) {
        return with(base(field.prerequisite()), field, false);
    }

    Match masked(Field field) {
        return with(base(field.prerequisite()), field, true);
    }

    FieldRange range(Field field) {
        int from = random.nextInt(field.bits());
        if (field.format() == Field.Format.IPV6) {
            return field.range(from, field.bits() - 1); // ovs-ofctl reads no other mask that begins with a digit
        }
        return field.range(from, from + random.nextInt(field.bits() - from));
    }

    private Field register() {
        return Field.values()[Field.REG0.ordinal() + random.nextInt(16)];
    }

    private FieldRange range(Field field, int bits) {
        int from = random.nextInt(field.bits() - bits + 1);
        return field.range(from, from + bits - 1);
    }

    private FieldRange sixteen() {
        return range(register(), 16);
    }

    Action.SetField set(FieldRange range) {
        if (range.equals(Field.VLAN_VID.whole())) {
            return new Action.SetField(range, Bits.of(0x1000 | random.nextInt(0x1000)));
        }
        Bits legal = legal(range.field()).shiftRight(range.from());
        return new Action.SetField(range, bits(Bits.ones(range.bits()).and(legal)));
    }

    Action.Move move() {
        FieldRange to = range(register());
        return new Action.Move(range(register(), to.bits()), to);
    }

    /** Any action but a goto, for IP packets. */
    Action action() {
        return switch (random.nextInt(12)) {
            case 0 -> new Action.Output(1 + random.nextInt(0xfeff));
            case 1 -> new Action.OutputTo(sixteen());
            case 2 -> set(range(register()));
            case 3 -> set(range(Field.CT_LABEL).field() == Field.CT_LABEL ? range(Field.XXREG1) : range(Field.REG1));
            case 4 -> move();
            case 5 -> new Action.Resubmit(random.nextInt(254));
            case 6 -> ct();
            case 7 -> new Action.DecrementTtl();
            case 8 -> new Action.Push(range(register()));
            case 9 -> new Action.Pop(range(register()));
            case 10 -> new Action.CheckPacketLarger(random.nextInt(0x10000), range(register(), 1));
            default -> new Action.ToController(random.nextInt(), random.nextBoolean() ? 0 : 1);
        };
    }

    Action.Ct ct() {
        boolean commit = random.nextBoolean();
        List<Action> exec = new ArrayList<>();
        if (commit && random.nextBoolean()) {
            FieldRange to = range(Field.CT_LABEL, 1 + random.nextInt(32));
            exec.add(new Action.Move(range(register(), to.bits()), to));
            exec.add(set(range(Field.CT_MARK)));
        }
        Optional<Integer> next = random.nextBoolean() ? Optional.of(random.nextInt(254)) : Optional.empty();
        return new Action.Ct(commit, sixteen(), next, exec);
    }

    /** A flow of IP packets with some fields of registers and some actions. */
    Flow any() {
        Match match = random.nextBoolean() ? Match.ip() : Match.ipv6();
        for (int i = random.nextInt(5); i > 0; i--) {
            match = with(match, register(), random.nextBoolean());
        }
        if (random.nextBoolean()) {
            match = with(match, match.is(Field.ETH_TYPE, 0x0800) ? Field.NW_DST : Field.IPV6_DST, random.nextBoolean());
        }
        List<Action> actions = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            actions.add(action());
        }
        int table = random.nextInt(250);
        if (random.nextBoolean()) {
            actions.add(new Action.Goto(table + 1 + random.nextInt(253 - table)));
        }
        return new Flow(table, random.nextInt(0x10000), match, actions);
    }
}
