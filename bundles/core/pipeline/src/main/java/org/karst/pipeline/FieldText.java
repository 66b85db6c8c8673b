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

    private static String write(Field field, Bits value) {
        return switch (field.format()) {
            case HEX -> value.toString();
            case DECIMAL, PORT_NUMBER -> Long.toUnsignedString(value.low());
            case MAC -> new MacAddress(value.low()).toString();
            case IPV4 -> Ip.v4(value.low()).toString();
            case IPV6 -> new Ip(Family.IPV6, value.high(), value.low()).toString();
            case PORT -> port(value.low());
            case CT_STATE -> CtState.write(value, field.ones());
        };
    }

    /** The length if the mask is a prefix, else −1. */
    private static int prefixLength(Field field, Bits mask) {
        int length = Long.bitCount(mask.high()) + Long.bitCount(mask.low());
        Bits prefix = Bits.ones(length).shiftLeft(field.bits() - length);
        return prefix.equals(mask) ? length : -1;
    }
}
