package org.karst.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A 48-bit MAC address (IEEE 802).
 *
 * @param bits the address as a number below 2^48
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC address has 48 bits");
        }
    }

    /**
     * Reads six pairs of hexadecimal digits with colons between them.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text
     */
    public static MacAddress parse(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + text + "' is not a MAC address: expected six pairs of digits, as 0a:58:0a:80:00:05"));
    }

    /** As {@link #parse}, empty if the text is not a MAC address. */
    public static Optional<MacAddress> find(String text) {
        return text.matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")
                ? Optional.of(new MacAddress(HexFormat.fromHexDigitsToLong(text.replace(":", ""))))
                : Optional.empty();
    }

    /**
     * The MAC address that belongs to an address inside the cluster: 0a:58 and then the four bytes of an IPv4 address, or the
     * first four bytes of SHA-256 of an IPv6 address in its text form, as OVN-Kubernetes does.
     */
    public static MacAddress of(Ip address) {
        long tail = address.family() == Family.IPV4 ? address.low() : digest(address);
        return new MacAddress(0x0a58_0000_0000L | tail);
    }

    private static long digest(Ip address) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(address.toString().getBytes(StandardCharsets.US_ASCII));
            return HexFormat.fromHexDigitsToLong(HexFormat.of().formatHex(hash, 0, 4));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The link-local address of this interface by modified EUI-64 (RFC 4291 appendix A). */
    public Ip linkLocal() {
        long identifier = (bits & 0xffff_ff00_0000L) << 16 | 0xff_fe00_0000L | (bits & 0xff_ffffL);
        return Ip.v6(0xfe80L << 48, identifier ^ 0x0200_0000_0000_0000L);
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        String digits = HexFormat.of().toHexDigits(bits, 12);
        StringBuilder text = new StringBuilder(17);
        for (int i = 0; i < 12; i += 2) {
            text.append(i == 0 ? "" : ":").append(digits, i, i + 2);
        }
        return text.toString();
    }
}
