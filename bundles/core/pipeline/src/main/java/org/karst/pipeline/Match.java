package org.karst.pipeline;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.karst.model.Cidr;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/**
 * What a packet must look like: for each field a value and a mask; a field that is not mentioned may be anything.
 *
 * <p>Immutable, compared by value; text is that of ovs-ofctl(8). Kept in two arrays because a node may have 100,000 of them.
 */
public final class Match {
    private static final Match ALL = new Match(new Field[0], new long[0]);
    private static final Field[] FIELDS = Field.values();
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int IPV6 = 0x86dd;

    private final Field[] fields;
    /** Of each field: value high, value low, mask high, mask low. */
    private final long[] words;

    private Match(Field[] fields, long[] words) {
        this.fields = fields;
        this.words = words;
    }

    /**
     * Reads what {@link #toString} writes and what {@code ovs-ofctl dump-flows} prints between priority and actions.
     *
     * @param text conditions with commas between them; "" for every packet
     * @throws IllegalArgumentException with a sentence that names the condition which cannot be read
     */
    public static Match parse(String text) {
        return MatchText.read(text);
    }

    /** Every packet. */
    public static Match all() {
        return ALL;
    }

    public static Match ip() {
        return ALL.and(Field.ETH_TYPE, IPV4);
    }

    public static Match ipv6() {
        return ALL.and(Field.ETH_TYPE, IPV6);
    }

    public static Match arp() {
        return ALL.and(Field.ETH_TYPE, ARP);
    }

    /** Packets of an address family. */
    public static Match of(Family family) {
        return switch (family) {
            case IPV4 -> ip();
            case IPV6 -> ipv6();
        };
    }

    public static Match icmpv6(int type) {
        return ipv6().and(Field.NW_PROTO, 58).and(Field.ICMPV6_TYPE, type).and(Field.ICMPV6_CODE, 0);
    }

    public Match and(Field field, long value) {
        return and(field, Bits.of(value), field.ones());
    }

    public Match and(Field field, Bits value) {
        return and(field, value, field.ones());
    }

    public Match and(Field field, Ip value) {
        return and(field, Bits.of(value));
    }

    public Match and(Field field, MacAddress value) {
        return and(field, Bits.of(value));
    }

    public Match and(Field field, Cidr prefix) {
        return prefix.length() == 0 ? this : and(field, Bits.of(prefix.network()), Bits.of(prefix.netmask()));
    }

    public <T> Match and(Register<T> register, T value) {
        FieldRange range = register.range();
        return and(range.field(), register.encode(value).shiftLeft(range.from()), range.mask());
    }

    /** Packets with all of these flags set. */
    public Match with(CtState... set) {
        long bits = Arrays.stream(set).mapToLong(CtState::bit).sum();
        return and(Field.CT_STATE, Bits.of(bits), Bits.of(bits));
    }

    /** Packets with none of these flags set. */
    public Match without(CtState... clear) {
        long bits = Arrays.stream(clear).mapToLong(CtState::bit).sum();
        return and(Field.CT_STATE, Bits.ZERO, Bits.of(bits));
    }

    /** The source address of an IPv4 or IPv6 packet, whose family must be matched already or follows from the prefix. */
    public Match source(Cidr prefix) {
        return and(Field.ETH_TYPE, prefix.family() == Family.IPV4 ? IPV4 : IPV6)
                .and(prefix.family() == Family.IPV4 ? Field.NW_SRC : Field.IPV6_SRC, prefix);
    }

    /** The destination address, as {@link #source}. */
    public Match destination(Cidr prefix) {
        return and(Field.ETH_TYPE, prefix.family() == Family.IPV4 ? IPV4 : IPV6)
                .and(prefix.family() == Family.IPV4 ? Field.NW_DST : Field.IPV6_DST, prefix);
    }

    /**
     * This and one more condition. A field that is matched already is narrowed. A wide register is matched by the 32-bit ones
     * that it is made of, in_port_oxm by in_port and nw_tos by ip_dscp: that is how a switch tells them.
     *
     * @throws IllegalArgumentException if no packet could fulfil both, if a value has bits outside its mask or the field
     */
    public Match and(Field field, Bits value, Bits mask) {
        if (!value.isWithin(mask) || !mask.isWithin(field.ones())) {
            throw new IllegalArgumentException(field.fieldName() + "=" + value + "/" + mask
                    + ": a bit of the value is outside its mask or the field");
        }
        if (!field.maskable() && !mask.equals(field.ones())) {
            throw new IllegalArgumentException(field.fieldName() + " can only be matched as a whole");
        }
        if (field.compareTo(Field.XREG0) >= 0 && field.compareTo(Field.XXREG3) <= 0) {
            return andParts(field, value, mask);
        }
        if (field == Field.IN_PORT_OXM) {
            return and(Field.IN_PORT, Bits.of(value.low() & 0xffff));
        }
        if (field == Field.NW_TOS) {
            return and(Field.IP_DSCP, value.shiftRight(2));
        }
        if (field == Field.VLAN_TCI) {
            throw new IllegalArgumentException("vlan_tci cannot be matched: match vlan_vid and vlan_pcp");
        }
        int at = Arrays.binarySearch(fields, field);
        if (at >= 0) {
            Bits common = mask.and(mask(at));
            if (!value.and(common).equals(value(at).and(common))) {
                throw new IllegalArgumentException("no packet has " + this + " and " + field.fieldName() + "=" + value);
            }
            return with(at, fields, words.clone(), value.or(value(at)), mask.or(mask(at)));
        }
        int insert = -at - 1;
        Field[] names = new Field[fields.length + 1];
        long[] values = new long[words.length + 4];
        System.arraycopy(fields, 0, names, 0, insert);
        System.arraycopy(fields, insert, names, insert + 1, fields.length - insert);
        System.arraycopy(words, 0, values, 0, 4 * insert);
        System.arraycopy(words, 4 * insert, values, 4 * insert + 4, words.length - 4 * insert);
        names[insert] = field;
        return with(insert, names, values, value, mask);
    }

    private Match andParts(Field wide, Bits value, Bits mask) {
        int parts = wide.bits() / 32;
        Field first = wide.bits() == 64 ? Field.XREG0 : Field.XXREG0;
        int register = Field.REG0.ordinal() + parts * (wide.ordinal() - first.ordinal());
        Match match = this;
        for (int part = 0; part < parts; part++) {
            int from = 32 * (parts - 1 - part);
            Bits partMask = mask.shiftRight(from).and(Bits.ones(32));
            if (!partMask.isZero()) {
                match = match.and(
                        FIELDS[register + part], value.shiftRight(from).and(partMask), partMask);
            }
        }
        return match;
    }

    private static Match with(int at, Field[] fields, long[] words, Bits value, Bits mask) {
        words[4 * at] = value.high();
        words[4 * at + 1] = value.low();
        words[4 * at + 2] = mask.high();
        words[4 * at + 3] = mask.low();
        return new Match(fields, words);
    }

    /** The fields, in the order of {@link Field}. */
    public Collection<Field> fields() {
        return Arrays.asList(fields.clone());
    }

    public boolean has(Field field) {
        return Arrays.binarySearch(fields, field) >= 0;
    }

    /** Whether the whole field must have this value. */
    public boolean is(Field field, long value) {
        return has(field) && value(field).equals(Bits.of(value)) && mask(field).equals(field.ones());
    }

    /** The value of a field, 0 if it is not matched. */
    public Bits value(Field field) {
        int at = Arrays.binarySearch(fields, field);
        return at < 0 ? Bits.ZERO : value(at);
    }

    /** The mask of a field, 0 if it is not matched. */
    public Bits mask(Field field) {
        int at = Arrays.binarySearch(fields, field);
        return at < 0 ? Bits.ZERO : mask(at);
    }

    private Bits value(int at) {
        return new Bits(words[4 * at], words[4 * at + 1]);
    }

    private Bits mask(int at) {
        return new Bits(words[4 * at + 2], words[4 * at + 3]);
    }

    /** Whether no packet can fulfil both. */
    public boolean disjoint(Match other) {
        for (Field field : fields) {
            Bits common = mask(field).and(other.mask(field));
            if (!value(field).and(common).equals(other.value(field).and(common))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof Match other
                && Arrays.equals(fields, other.fields)
                && Arrays.equals(words, other.words);
    }

    /** Equal in each process: enums have no stable hash of their own, so their places count. */
    @Override
    public int hashCode() {
        int hash = Arrays.hashCode(words);
        for (Field field : fields) {
            hash = 31 * hash + field.ordinal();
        }
        return hash;
    }

    /** As ovs-ofctl(8) writes it: {@code ip,nw_dst=10.128.0.0/24}; "" for every packet. */
    @Override
    public String toString() {
        Map<Field, String> parts = new TreeMap<>();
        for (Field field : fields) {
            parts.put(field, field.fieldName() + "=" + FieldText.write(field, value(field), mask(field)));
        }
        String protocol = ProtocolName.of(this);
        if (!protocol.isEmpty()) {
            parts.put(Field.ETH_TYPE, protocol);
            if (!protocol.equals("ip") && !protocol.equals("ipv6") && !protocol.equals("arp")) {
                parts.remove(Field.NW_PROTO);
            }
        }
        return String.join(",", parts.values());
    }
}
