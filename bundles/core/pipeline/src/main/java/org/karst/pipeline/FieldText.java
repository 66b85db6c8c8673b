package org.karst.pipeline;

import java.util.Map;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;

/** Values of fields as ovs-ofctl(8) writes them. */
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

    /** The length if the mask is a prefix, else −1. */
    private static int prefixLength(Field field, Bits mask) {
        int length = Long.bitCount(mask.high()) + Long.bitCount(mask.low());
        Bits prefix = Bits.ones(length).shiftLeft(field.bits() - length);
        return prefix.equals(mask) ? length : -1;
    }
}
