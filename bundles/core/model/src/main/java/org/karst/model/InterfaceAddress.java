package org.karst.model;

import java.util.Objects;

/**
 * An address of an interface with the length of its subnet: {@code 10.128.0.5/24}.
 *
 * @param address the address
 * @param length length of the subnet's prefix
 */
public record InterfaceAddress(Ip address, int length) implements Comparable<InterfaceAddress> {
    public InterfaceAddress {
        Objects.requireNonNull(address, "address");
        if (length < 0 || length > address.family().bits()) {
            throw new IllegalArgumentException("the prefix length of " + address + "/" + length + " is out of range");
        }
    }

    /**
     * Reads {@code address/length}.
     *
     * @throws IllegalArgumentException with a sentence that quotes the text
     */
    public static InterfaceAddress parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address with a prefix length, as 10.128.0.5/24");
        }
        return new InterfaceAddress(Ip.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** The subnet. */
    public Cidr subnet() {
        return Cidr.around(address, length);
    }

    @Override
    public int compareTo(InterfaceAddress other) {
        int order = address.compareTo(other.address);
        return order == 0 ? Integer.compare(length, other.length) : order;
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
