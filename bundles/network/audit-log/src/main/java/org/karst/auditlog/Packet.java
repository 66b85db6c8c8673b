package org.karst.auditlog;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.karst.model.Family;
import org.karst.model.Ip;
import org.karst.model.MacAddress;
import org.karst.pipeline.Connection;

/**
 * The headers of an IP packet in an Ethernet frame, in the notation in which ovs-ofctl(8) shows flows: audit logs of
 * OVN-Kubernetes have it.
 *
 * @param connection addresses, protocol and ports
 * @param text the notation
 */
record Packet(Connection connection, String text) {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT_HEADER = 44;
    /** Hop-by-hop options, routing and destination options: all have their length in their second byte (RFC 8200 section 4). */
    private static final List<Integer> OPTIONS = List.of(0, 43, 60);

    private static final String[] TCP_FLAGS = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns"};

    /** Reads a frame; empty if it holds no IP packet, or its IP header is cut off. */
    static Optional<Packet> read(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        if (frame.length < ETHERNET + 20) {
            return Optional.empty();
        }
        int type = bytes.getShort(12) & 0xffff;
        if (type == IPV4) {
            return readIpv4(bytes);
        }
        return type == IPV6 && frame.length >= ETHERNET + IPV6_HEADER ? readIpv6(bytes) : Optional.empty();
    }

    private static Optional<Packet> readIpv4(ByteBuffer frame) {
        int length = (frame.get(ETHERNET) & 0xf) * 4;
        if (length < 20 || frame.capacity() < ETHERNET + length) {
            return Optional.empty();
        }
        int fragment = frame.getShort(ETHERNET + 6) & 0x3fff;
        return Optional.of(read(
                frame,
                Ip.v4(frame.getInt(ETHERNET + 12) & 0xffff_ffffL),
                Ip.v4(frame.getInt(ETHERNET + 16) & 0xffff_ffffL),
                frame.get(ETHERNET + 9) & 0xff,
                "",
                frame.get(ETHERNET + 1) & 0xff,
                frame.get(ETHERNET + 8) & 0xff,
                Fragment.of((fragment & 0x1fff) != 0, fragment != 0),
                ETHERNET + length));
    }

    private static Optional<Packet> readIpv6(ByteBuffer frame) {
        int first = frame.getInt(ETHERNET);
        int protocol = frame.get(ETHERNET + 6) & 0xff;
        int at = ETHERNET + IPV6_HEADER;
        Fragment fragment = Fragment.NO;
        while ((OPTIONS.contains(protocol) || protocol == FRAGMENT_HEADER)
                && fragment != Fragment.LATER
                && at + 8 <= frame.capacity()) {
            int next = frame.get(at) & 0xff;
            if (protocol == FRAGMENT_HEADER) {
                int offset = frame.getShort(at + 2) & 0xffff;
                fragment = Fragment.of(offset >>> 3 != 0, (offset & 0xfff9) != 0);
                at += 8;
            } else {
                at += 8 * (1 + (frame.get(at + 1) & 0xff));
            }
            protocol = next;
        }
        return Optional.of(read(
                frame,
                ip(frame, ETHERNET + 8),
                ip(frame, ETHERNET + 24),
                protocol,
                String.format(",ipv6_label=0x%05x", first & 0xfffff),
                first >>> 20 & 0xff,
                frame.get(ETHERNET + 7) & 0xff,
                fragment,
                at));
    }

    private static Ip ip(ByteBuffer frame, int at) {
        return Ip.v6(frame.getLong(at), frame.getLong(at + 8));
    }

    /** Whether a packet is a fragment, and which. */
    private enum Fragment {
        NO,
        FIRST,
        LATER;

        static Fragment of(boolean later, boolean any) {
            return later ? LATER : any ? FIRST : NO;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static Packet read(
            ByteBuffer frame,
            Ip source,
            Ip destination,
            int protocol,
            String label,
            int trafficClass,
            int ttl,
            Fragment fragment,
            int payload) {
        boolean v4 = source.family() == Family.IPV4;
        Transport transport =
                fragment == Fragment.LATER ? Transport.NONE : Transport.read(frame, payload, protocol, v4);
        String address = v4 ? "nw" : "ipv6";
        String text = name(protocol, v4) + ",vlan_tci=0x0000,dl_src=" + mac(frame, 6) + ",dl_dst=" + mac(frame, 0) + ","
                + address + "_src=" + source + "," + address + "_dst=" + destination + label
                + (hasName(protocol, v4) ? "" : ",nw_proto=" + protocol)
                + ",nw_tos=" + (trafficClass & 0xfc) + ",nw_ecn=" + (trafficClass & 3) + ",nw_ttl=" + ttl + ",nw_frag="
                + fragment + transport.text();
        return new Packet(
                new Connection(source, destination, protocol, transport.source(), transport.destination()), text);
    }

    private static boolean hasName(int protocol, boolean v4) {
        return protocol == Connection.TCP
                || protocol == Connection.UDP
                || protocol == Connection.SCTP
                || protocol == (v4 ? Connection.ICMP : Connection.ICMPV6);
    }

    private static String name(int protocol, boolean v4) {
        if (!hasName(protocol, v4)) {
            return v4 ? "ip" : "ipv6";
        }
        String name =
                switch (protocol) {
                    case Connection.TCP -> "tcp";
                    case Connection.UDP -> "udp";
                    case Connection.SCTP -> "sctp";
                    default -> "icmp";
                };
        return v4 ? name : name + "6";
    }

    private static MacAddress mac(ByteBuffer frame, int at) {
        return new MacAddress(frame.getLong(at) >>> 16);
    }

    /**
     * What follows the IP header.
     *
     * @param source port or ICMP type; 0 if there is none
     * @param destination port or ICMP code; 0 if there is none
     * @param text its part of the notation
     */
    private record Transport(int source, int destination, String text) {
        static final Transport NONE = new Transport(0, 0, "");

        static Transport read(ByteBuffer frame, int at, int protocol, boolean v4) {
            return switch (protocol) {
                case Connection.TCP -> ports(frame, at, 20, tcpFlags(frame, at));
                case Connection.UDP -> ports(frame, at, 8, "");
                case Connection.SCTP -> ports(frame, at, 12, "");
                case Connection.ICMP -> v4 ? icmp(frame, at, 8) : NONE;
                case Connection.ICMPV6 -> v4 ? NONE : icmp(frame, at, 4);
                default -> NONE;
            };
        }

        /** Of a header that is cut off nothing is believed. */
        private static Transport ports(ByteBuffer frame, int at, int length, String flags) {
            boolean whole = at + length <= frame.capacity();
            int source = whole ? frame.getShort(at) & 0xffff : 0;
            int destination = whole ? frame.getShort(at + 2) & 0xffff : 0;
            return new Transport(source, destination, ",tp_src=" + source + ",tp_dst=" + destination + flags);
        }

        private static Transport icmp(ByteBuffer frame, int at, int length) {
            boolean whole = at + length <= frame.capacity();
            int type = whole ? frame.get(at) & 0xff : 0;
            int code = whole ? frame.get(at + 1) & 0xff : 0;
            return new Transport(type, code, ",icmp_type=" + type + ",icmp_code=" + code);
        }

        private static String tcpFlags(ByteBuffer frame, int at) {
            int flags = at + 20 <= frame.capacity() ? frame.getShort(at + 12) & 0xfff : 0;
            List<String> names = new ArrayList<>();
            for (int bit = 0; bit < 12; bit++) {
                if ((flags & 1 << bit) != 0) {
                    names.add(bit < TCP_FLAGS.length ? TCP_FLAGS[bit] : "[" + Integer.toHexString(1 << bit) + "]");
                }
            }
            return ",tcp_flags=" + (names.isEmpty() ? "0" : String.join("|", names));
        }
    }
}
