package org.karst.model;

import java.util.Optional;

/** The text forms of addresses: RFC 4291 section 2.2 in, RFC 5952 out. */
final class AddressText {
    private AddressText() {}

    static Optional<Ip> readIpv4(String text) {
        long bits = ipv4Bits(text);
        return bits < 0 ? Optional.empty() : Optional.of(Ip.v4(bits));
    }

    /** The 32 bits, or −1. Leading zeros are refused: some parsers read them as octal. */
    private static long ipv4Bits(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return -1;
        }
        long bits = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 3 || part.length() > 1 && part.charAt(0) == '0') {
                return -1;
            }
            int octet = digits(part, 10);
            if (octet < 0 || octet > 255) {
                return -1;
            }
            bits = bits << 8 | octet;
        }
        return bits;
    }

    static Optional<Ip> readIpv6(String text) {
        int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            return Optional.empty();
        }
        int[] groups = new int[8];
        int count = gap < 0 ? readGroups(text, groups, true) : readGroups(text.substring(0, gap), groups, false);
        if (count < 0 || gap < 0 && count != 8) {
            return Optional.empty();
        }
        if (gap >= 0) {
            int[] tail = new int[8];
            int tailCount = readGroups(text.substring(gap + 2), tail, true);
            if (tailCount < 0 || count + tailCount > 7) {
                return Optional.empty();
            }
            System.arraycopy(tail, 0, groups, 8 - tailCount, tailCount);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return Optional.of(Ip.v6(high, low));
    }

    /** Reads groups of up to four hexadecimal digits, the last two in dotted decimal if that may be; how many, or −1. */
    private static int readGroups(String text, int[] groups, boolean mayEndDotted) {
        if (text.isEmpty()) {
            return 0;
        }
        int count = 0;
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            boolean dotted = mayEndDotted && i == parts.length - 1 && part.indexOf('.') > 0;
            long bits = dotted ? ipv4Bits(part) : part.isEmpty() || part.length() > 4 ? -1 : digits(part, 16);
            if (bits < 0 || count + (dotted ? 2 : 1) > 8) {
                return -1;
            }
            if (dotted) {
                groups[count++] = (int) (bits >>> 16);
            }
            groups[count++] = (int) (bits & 0xffff);
        }
        return count;
    }

    private static int digits(String text, int radix) {
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }

    static String writeIpv4(long bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 0xff) + "." + (bits >>> 8 & 0xff) + "." + (bits & 0xff);
    }

    static String writeIpv6(long high, long low) {
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> (48 - 16 * i) & 0xffff);
            groups[i + 4] = (int) (low >>> (48 - 16 * i) & 0xffff);
        }
        int gap = -1;
        int gapLength = 1; // RFC 5952 section 4.2.2: a single group of zeros is not shortened
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gap = i;
                gapLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
