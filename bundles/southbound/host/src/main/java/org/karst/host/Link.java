package org.karst.host;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.karst.model.MacAddress;

/**
 * A network link as the kernel reports it (RTM_NEWLINK).
 *
 * @param index number of the link in its namespace, from 1
 * @param name at most 15 bytes
 * @param kind of a virtual link, for example {@code veth}; empty for others
 * @param mac empty where the link type has no address of six bytes
 * @param mtu in bytes
 * @param up administratively up
 * @param running up, and its carrier too
 * @param master index of the bridge or bond it is a port of
 * @param peer index of the other end of a veth pair, in that end's own namespace
 * @param group number that whoever made it gave it; 0 by default
 */
public record Link(
        int index,
        String name,
        String kind,
        Optional<MacAddress> mac,
        int mtu,
        boolean up,
        boolean running,
        OptionalInt master,
        OptionalInt peer,
        int group) {
    private static final int LONGEST_NAME = 15;

    /** Throws unless the kernel accepts {@code name} for a link. */
    static void requireName(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0
                || length > LONGEST_NAME
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no link name: 1 to 15 bytes, without space, '/', ':' or control characters");
        }
    }
}
