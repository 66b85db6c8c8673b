package org.karst.pipeline;

import java.math.BigInteger;
import java.util.Map;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** Values of fields as ovs-ofctl(8) writes and reads them. */
final class FieldText {
    private static final Map<Long, String> PORTS = Map.of(
            0xfff8L, "IN_PORT",
            0xfff9L, "TABLE",
            0xfffaL, "NORMAL",
            0xfffbL, "FLOOD",
            0xfffcL, "ALL",
            0xfffdL, "CONTROLLER",
            0xfffeL, "LOCAL",
            0xffffL, "ANY");

    /** RFC 9293 section 3.1, with NS of RFC 3540, by position. */
    private static final Map<String, Integer> TCP_FLAGS =
            Map.of("fin", 0, "syn", 1, "rst", 2, "psh", 3, "ack", 4, "urg", 5, "ece", 6, "cwr", 7, "ns", 8);

    /** As Open vSwitch reads them: where two masks are written alike, it means the longer one. */
    private static final Map<String, MatchText.Masked> FRAGMENTS = Map.of(
            "no", new MatchText.Masked(Bits.ZERO, Bits.of(3)),
            "yes", new MatchText.Masked(Bits.of(1), Bits.of(1)),
            "first", new MatchText.Masked(Bits.of(1), Bits.of(3)),
            "later", new MatchText.Masked(Bits.of(3), Bits.of(3)),
            "not_later", new MatchText.Masked(Bits.ZERO, Bits.of(2)));

    private FieldText() {}

    static String port(long number) {
        long reserved = number & 0xffff;
        return number >= 0xff00 && PORTS.containsKey(reserved) ? PORTS.get(reserved) : Long.toString(number);
    }

    static String write(Field field, Bits value, Bits mask) {
        if (field.format() == Field.Format.CT_STATE) {
            return CtState.write(value, mask);
        }
        if (field.format() == Field.Format.FRAGMENT) {
            return fragment((int) value.low(), (int) mask.low());
        }
        String text = write(field, value);
        if (mask.equals(field.ones())) {
            return text;
        }
        int length = prefixLength(field, mask);
        return switch (field.format()) {
            case IPV4, IPV6 -> text + "/" + (length >= 0 ? Integer.toString(length) : write(field, mask));
            case MAC -> text + "/" + write(field, mask);
            default -> value + "/" + mask;
        };
    }

    /** Bit 0 says that the packet is a fragment, bit 1 that it is not the first. */
    private static String fragment(int value, int mask) {
        return switch (mask) {
            case 1 -> value == 0 ? "no" : "yes";
            case 2 -> value == 0 ? "not_later" : "later";
            default -> value == 0 ? "no" : value == 1 ? "first" : "later";
        };
    }

    private static String write(Field field, Bits value) {
        return switch (field.format()) {
            case HEX, FRAGMENT -> value.toString();
            case DECIMAL, PORT_NUMBER -> Long.toUnsignedString(value.low());
            case MAC -> new MacAddress(value.low()).toString();
            case IPV4 -> Ip.v4(value.low()).toString();
            case IPV6 -> new Ip(Family.IPV6, value.high(), value.low()).toString();
            case PORT -> port(value.low());
            case CT_STATE -> CtState.write(value, field.ones());
            case PACKET_TYPE -> "(" + (value.low() >>> 16) + ",0x" + Long.toHexString(value.low() & 0xffff) + ")";
        };
    }

    /**
     * The inverse of {@link #write}, which also takes numbers in either base and the words of ovs-fields(7) for fragments and
     * TCP flags.
     *
     * @param condition the whole condition, for the sentence of the exception
     */
    static MatchText.Masked read(Field field, String text, String condition) {
        try {
            return read(field, text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + condition + "' has no value that fits " + field.fieldName() + ": " + e.getMessage(), e);
        }
    }

    private static MatchText.Masked read(Field field, String text) {
        if (field.format() == Field.Format.CT_STATE) {
            return flags(text, CtState.POSITIONS);
        }
        if (field == Field.TCP_FLAGS && !text.isEmpty() && "+-".indexOf(text.charAt(0)) >= 0) {
            return flags(text, TCP_FLAGS);
        }
        if (field == Field.IP_FRAG && FRAGMENTS.containsKey(text)) {
            return FRAGMENTS.get(text);
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new MatchText.Masked(value(field, text), field.ones());
        }
        Bits value = value(field, text.substring(0, slash));
        String mask = text.substring(slash + 1);
        boolean address = field.format() == Field.Format.IPV4 || field.format() == Field.Format.IPV6;
        return new MatchText.Masked(
                value,
                address && mask.matches("\\d{1,3}") ? prefix(field, Integer.parseInt(mask)) : value(field, mask));
    }

    private static Bits prefix(Field field, int length) {
        if (length > field.bits()) {
            throw new IllegalArgumentException("a prefix has at most " + field.bits() + " bits");
        }
        return Bits.ones(length).shiftLeft(field.bits() - length);
    }

    private static MatchText.Masked flags(String text, Map<String, Integer> positions) {
        Bits value = Bits.ZERO;
        Bits mask = Bits.ZERO;
        for (int at = 0; at < text.length(); ) {
            int end = at + 1;
            while (end < text.length() && "+-".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            Integer position = positions.get(text.substring(at + 1, end));
            if ("+-".indexOf(text.charAt(at)) < 0 || position == null) {
                throw new IllegalArgumentException("expected flags with + or - before each, of "
                        + positions.keySet().stream().sorted().toList());
            }
            Bits bit = Bits.of(1L << position);
            mask = mask.or(bit);
            value = text.charAt(at) == '+' ? value.or(bit) : value;
            at = end;
        }
        return new MatchText.Masked(value, mask);
    }

    private static Bits value(Field field, String text) {
        Bits value =
                switch (field.format()) {
                    case HEX, DECIMAL, PORT_NUMBER, CT_STATE, FRAGMENT -> number(text);
                    case PORT -> port(field, text);
                    case MAC -> Bits.of(MacAddress.parse(text));
                    case IPV4 -> address(text, Family.IPV4);
                    case IPV6 -> address(text, Family.IPV6);
                    case PACKET_TYPE -> packetType(text);
                };
        if (value.length() > field.bits()) {
            throw new IllegalArgumentException("it has " + field.bits() + " bits");
        }
        return value;
    }

    private static Bits packetType(String text) {
        int comma = text.indexOf(',');
        if (comma < 0 || !text.startsWith("(") || !text.endsWith(")")) {
            return number(text);
        }
        Bits type = number(text.substring(comma + 1, text.length() - 1).strip());
        if (type.length() > 16) {
            throw new IllegalArgumentException("a type in a namespace has 16 bits");
        }
        return number(text.substring(1, comma).strip()).shiftLeft(16).or(type);
    }

    private static Bits address(String text, Family family) {
        Ip address = Ip.parse(text);
        if (address.family() != family) {
            throw new IllegalArgumentException("it is no " + family + " address");
        }
        return Bits.of(address);
    }

    /** Reserved ports have the same lowest 16 bits in OpenFlow 1.0 and later, where the others are ones. */
    private static Bits port(Field field, String text) {
        for (var reserved : PORTS.entrySet()) {
            if (reserved.getValue().equals(text)) {
                return Bits.of(reserved.getKey()).or(field.ones().and(Bits.of(0xffff_0000L)));
            }
        }
        return number(text);
    }

    private static Bits number(String text) {
        boolean hexadecimal = text.startsWith("0x");
        try {
            BigInteger number = hexadecimal ? new BigInteger(text.substring(2), 16) : new BigInteger(text);
            if (number.signum() < 0 || number.bitLength() > 128) {
                throw new IllegalArgumentException("numbers are 0 to 2^128-1");
            }
            return new Bits(number.shiftRight(64).longValue(), number.longValue());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number", e);
        }
    }

    /** The length if the mask is a prefix, else −1. */
    private static int prefixLength(Field field, Bits mask) {
        int length = Long.bitCount(mask.high()) + Long.bitCount(mask.low());
        Bits prefix = Bits.ones(length).shiftLeft(field.bits() - length);
        return prefix.equals(mask) ? length : -1;
    }
}
