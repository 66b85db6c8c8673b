package org.karst.openflow.internal.codec;

import io.netty.buffer.ByteBuf;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.karst.pipeline.Bits;
import org.karst.pipeline.Field;
import org.karst.pipeline.FieldRange;
import org.karst.pipeline.Match;

/**
 * Fields and matches as type-length-values (specification 1.5.1, section 7.2.3; ovs-fields(7)).
 *
 * <p>The input port is a special case: matches carry OXM's 32-bit number, the flow language has the 16-bit one that Open
 * vSwitch uses inside.
 */
final class Oxm {
    private static final int MATCH_TYPE = 1;
    /** After a header of this class the experimenter's number follows, and counts as part of the value. */
    private static final int EXPERIMENTER_CLASS = 0xffff;

    private static final int EXPERIMENTER_BYTES = 4;
    /** The Open Networking Foundation, as an experimenter of its own: fields that OpenFlow took up later. */
    private static final int FOUNDATION = 0x4f4e_4600;

    private static final int RESERVED_PORTS = 0xff00;
    private static final int WIDE_PORT_PREFIX = 0xffff_0000;
    /** Ports from here up are reserved ones in 32 bits. */
    private static final long WIDE_RESERVED_PORTS = 0xffff_ff00L;

    /** The older names of fields that have two, by which Open vSwitch tells those of the actions push, pop and output. */
    private static final Map<Field, Long> OLDER_NAMES = Map.ofEntries(
            Map.entry(Field.ETH_DST, nxm(1)),
            Map.entry(Field.ETH_SRC, nxm(2)),
            Map.entry(Field.ETH_TYPE, nxm(3)),
            Map.entry(Field.NW_PROTO, nxm(6)),
            Map.entry(Field.NW_SRC, nxm(7)),
            Map.entry(Field.NW_DST, nxm(8)),
            Map.entry(Field.TCP_SRC, nxm(9)),
            Map.entry(Field.TCP_DST, nxm(10)),
            Map.entry(Field.UDP_SRC, nxm(11)),
            Map.entry(Field.UDP_DST, nxm(12)),
            Map.entry(Field.ICMP_TYPE, nxm(13)),
            Map.entry(Field.ICMP_CODE, nxm(14)),
            Map.entry(Field.ARP_OP, nxm(15)),
            Map.entry(Field.ARP_SPA, nxm(16)),
            Map.entry(Field.ARP_TPA, nxm(17)),
            Map.entry(Field.ACTSET_OUTPUT, key(EXPERIMENTER_CLASS << 7 | Field.ACTSET_OUTPUT.number(), FOUNDATION)),
            Map.entry(Field.TUN_ID, nicira(16)),
            Map.entry(Field.ARP_SHA, nicira(17)),
            Map.entry(Field.ARP_THA, nicira(18)),
            Map.entry(Field.IPV6_SRC, nicira(19)),
            Map.entry(Field.IPV6_DST, nicira(20)),
            Map.entry(Field.ICMPV6_TYPE, nicira(21)),
            Map.entry(Field.ICMPV6_CODE, nicira(22)),
            Map.entry(Field.ND_TARGET, nicira(23)),
            Map.entry(Field.ND_SLL, nicira(24)),
            Map.entry(Field.ND_TLL, nicira(25)),
            Map.entry(Field.IPV6_LABEL, nicira(27)),
            Map.entry(Field.NW_ECN, nicira(28)),
            Map.entry(Field.TCP_FLAGS, nicira(34)));

    private static final Map<Long, Field> FIELDS = fields();
    private static final int[] PASSES = passes();
    private static final int LAST_PASS = 3;

    private Oxm() {}

    private static Map<Long, Field> fields() {
        Map<Long, Field> fields = new HashMap<>();
        for (Field field : Field.values()) {
            fields.put(key(field.fieldClass(), field.number()), field);
        }
        OLDER_NAMES.forEach((field, name) -> fields.put(name, field));
        return Collections.unmodifiableMap(fields);
    }

    private static long nxm(int number) {
        return key(Field.FieldClass.NXM_OF, number);
    }

    private static long nicira(int number) {
        return key(Field.FieldClass.NXM_NX, number);
    }

    private static long key(Field.FieldClass fieldClass, int number) {
        return key(fieldClass.number() << 7 | number, fieldClass.experimenter());
    }

    /** By class and number, as they stand in the upper bits of a header, and experimenter. */
    private static long key(int name, int experimenter) {
        return (long) name << 32 | experimenter;
    }

    /** A switch wants what a field depends on before the field itself. */
    private static int[] passes() {
        int[] passes = new int[Field.values().length];
        for (Field field : Field.values()) {
            passes[field.ordinal()] = switch (field.prerequisite()) {
                case NONE -> 0;
                case VLAN, MPLS, ARP, IPV4, IPV6, IP, NSH, CT, CT_IPV4, CT_IPV6 -> 1;
                case TCP, UDP, SCTP, ICMP, ICMPV6, CT_L4 -> 2;
                case ND, ND_SOLICIT, ND_ADVERT -> LAST_PASS;
            };
        }
        return passes;
    }

    /** A port of the flow language as OpenFlow 1.1 and later write it. */
    static int widePort(long port) {
        return (int) (port >= RESERVED_PORTS && port <= 0xffff ? port | WIDE_PORT_PREFIX : port);
    }

    /** The reverse of {@link #widePort}. */
    static int narrowPort(int port) {
        long wide = Integer.toUnsignedLong(port);
        if (wide < RESERVED_PORTS) {
            return port;
        }
        if (wide >= WIDE_RESERVED_PORTS) {
            return port & 0xffff;
        }
        throw new UnsupportedContentException("port " + wide);
    }

    /** A match with its header and padding. */
    static void writeMatch(ByteBuf out, Match match) {
        int start = out.writerIndex();
        out.writeShort(MATCH_TYPE);
        out.writeShort(0);
        writeFields(out, match);
        int length = out.writerIndex() - start;
        out.setShort(start + 2, length);
        out.writeZero(Padding.to8(length));
    }

    /** The fields of a match, without anything around them. */
    static void writeFields(ByteBuf out, Match match) {
        Collection<Field> fields = match.fields();
        int written = 0;
        for (int pass = 0; pass <= LAST_PASS && written < fields.size(); pass++) {
            for (Field field : fields) {
                if (PASSES[field.ordinal()] == pass) {
                    writeMatched(out, field, match.value(field), match.mask(field));
                    written++;
                }
            }
        }
    }

    private static void writeMatched(ByteBuf out, Field field, Bits value, Bits mask) {
        if (field.format() == Field.Format.PORT) {
            writeHeader(out, field == Field.IN_PORT ? Field.IN_PORT_OXM : field, false);
            out.writeInt(widePort(value.low()));
            return;
        }
        writeField(out, field, value, mask);
    }

    /** One field with its value, and its mask if that is not all ones. */
    static void writeField(ByteBuf out, Field field, Bits value, Bits mask) {
        boolean masked = !mask.equals(field.ones());
        writeHeader(out, field, masked);
        writeBits(out, value, field.octets());
        if (masked) {
            writeBits(out, mask, field.octets());
        }
    }

    private static void writeHeader(ByteBuf out, Field field, boolean masked) {
        out.writeShort(field.fieldClass().number());
        out.writeByte(field.number() << 1 | (masked ? 1 : 0));
        int experimenter = field.fieldClass().experimenter();
        int length = masked ? 2 * field.octets() : field.octets();
        if (experimenter == 0) {
            out.writeByte(length);
        } else {
            out.writeByte(length + EXPERIMENTER_BYTES).writeInt(experimenter);
        }
    }

    /** The header of a field without a value, as actions name it. */
    static void writeName(ByteBuf out, Field field) {
        writeHeader(out, field, false);
    }

    private static void writeBits(ByteBuf out, Bits bits, int octets) {
        for (int octet = octets - 1; octet >= 0; octet--) {
            out.writeByte(octet >= 8 ? (int) (bits.high() >>> 8 * (octet - 8)) : (int) (bits.low() >>> 8 * octet));
        }
    }

    private static Bits readBits(ByteBuf in, int octets) {
        long high = 0;
        long low = 0;
        for (int octet = 0; octet < octets; octet++) {
            high = high << 8 | low >>> 56;
            low = low << 8 | in.readUnsignedByte();
        }
        return new Bits(high, low);
    }

    /** The bytes of a match's fields: what stands between its header and its padding, which are consumed. */
    static ByteBuf sliceMatch(ByteBuf in) {
        int type = in.readUnsignedShort();
        int length = in.readUnsignedShort();
        if (type != MATCH_TYPE || length < 4) {
            throw new IllegalArgumentException("a match of type " + type + " and " + length + " bytes");
        }
        ByteBuf fields = in.readSlice(length - 4);
        in.skipBytes(Padding.to8(length));
        return fields;
    }

    /** Reads fields to the end of the bytes. */
    static Match readFields(ByteBuf in) {
        Match match = Match.all();
        while (in.isReadable()) {
            match = readField(in).addTo(match);
        }
        return match;
    }

    /** Reads one field with its value. */
    static FieldValue readField(ByteBuf in) {
        int header = in.readInt();
        boolean masked = (header & 0x100) != 0;
        ByteBuf payload = in.readSlice(header & 0xff);
        Field field = named(header, payload);
        if (field == null || payload.readableBytes() != field.octets() * (masked ? 2 : 1)) {
            throw new UnsupportedContentException("a field with header 0x" + Integer.toHexString(header));
        }
        Bits value = readBits(payload, field.octets());
        Bits mask = masked ? readBits(payload, field.octets()) : field.ones();
        return new FieldValue(field, value, mask);
    }

    /** The field that a header and perhaps the experimenter after it mean, or null. */
    private static Field named(int header, ByteBuf rest) {
        int experimenter = 0;
        if (header >>> 16 == EXPERIMENTER_CLASS) {
            if (rest.readableBytes() < EXPERIMENTER_BYTES) {
                return null;
            }
            experimenter = rest.readInt();
        }
        return FIELDS.get(key(header >>> 9, experimenter));
    }

    /** Reads a field's name. */
    static Field readName(ByteBuf in) {
        int header = in.readInt();
        Field field = named(header, in);
        if (field == null) {
            throw new UnsupportedContentException("a field with header 0x" + Integer.toHexString(header));
        }
        return field;
    }

    /** Some bits of a field, whose numbers come from the wire. */
    static FieldRange range(Field field, int offset, int count) {
        if (count == 0 || offset + count > field.bits()) {
            throw new UnsupportedContentException(count + " bits from " + offset + " of " + field.fieldName());
        }
        return field.range(offset, offset + count - 1);
    }

    /** A field, its value and its mask. */
    record FieldValue(Field field, Bits value, Bits mask) {
        Match addTo(Match match) {
            if (mask.isZero()) {
                return match;
            }
            try {
                if (field.format() == Field.Format.PORT) {
                    Field wanted = field == Field.IN_PORT_OXM ? Field.IN_PORT : field;
                    return match.and(wanted, narrowPort((int) value.low()));
                }
                return match.and(field, value, mask);
            } catch (IllegalArgumentException e) {
                throw new UnsupportedContentException(String.valueOf(e.getMessage()));
            }
        }
    }
}
